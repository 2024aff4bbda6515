"""Rate limits and logins: waited for, counted, bounded."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from trap_place import AS_OF, OpenPlace, Place

from sandbox.world.model import Contact, World

DAILY = {"hubspot": {"status": 429, "policy": "DAILY"}, "salesforce": {"status": 403}}


def test_a_limit_on_writes_neither_loses_nor_repeats_one(place: Place):
    limit = {"action": "status", "status": 429, "times": 3}
    place.fault(path={"hubspot": "/batch/update", "salesforce": "/composite/sobjects"}[place.crm], **limit)
    written = place.sync()["written"]
    assert written > 0
    place.forget_requests()
    assert place.sync("--full")["written"] == 0
    assert place.writes() == []


def test_hubspot_search_keeps_to_its_own_limit_and_does_not_starve_the_rest(open_place: OpenPlace, few: World):
    """Limits are enforced; a simulated portal is paced once it has refused a search."""
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    people = [Contact(f"p{n}", moment, moment, None, last_name=f"Person {n}") for n in range(1_600)]
    place = open_place("hubspot", replace(few, contacts=few.contacts + people), limits=True)
    place.configure(extra="    budget: {searches_per_second: 5}\n")
    place.forget_requests()
    begun = time.monotonic()
    assert place.sync()["written"] > 0
    searches = len(place.requests("/search"))
    assert searches > 12
    assert time.monotonic() - begun > (searches - 5) / 5
    assert [each["path"] for each in place.requests() if each["status"] == 429] == []


NO_SURVEYS = "/crm/properties/2026-09/feedback_submissions"
"""What this portal, which surveys nobody, refuses to describe."""


def test_a_daily_limit_ends_the_run_incomplete_keeps_the_cursor_and_is_asked_about_once(place: Place):
    place.sync()
    before = place.cursors()
    place.forget_requests()
    place.fault(
        "status", path={"hubspot": "/search", "salesforce": "/query"}[place.crm], times=None, **DAILY[place.crm]
    )
    outcome = place.run("sync", "--json", *AS_OF)
    assert outcome.code == 4, outcome.err
    refused = [each for each in place.requests() if each["status"] in {403, 429} and each["path"] != NO_SURVEYS]
    assert len(refused) == 1
    assert place.cursors() == before
    place.mend()
    place.sync()


def test_a_refused_credential_costs_a_bounded_number_of_logins(place: Place):
    place.forget_requests()
    place.admin.environ = {"TOKEN": "not-the-token"}
    place.sync(code=3)
    assert len(place.requests()) <= 2


def test_a_session_that_is_never_accepted_costs_a_bounded_number_of_logins(salesforce: Place):
    salesforce.forget_requests()
    salesforce.fault("expire_session", path="/services/data", times=None)
    salesforce.sync(code=3)
    assert len(salesforce.requests("/oauth2/token")) <= 2


@pytest.mark.parametrize("crm", ["salesforce"], indirect=True)
def test_a_session_that_ends_during_writes_is_renewed_and_every_row_is_written(place: Place):
    place.fault("expire_session", path="/composite/sobjects")
    assert place.sync()["written"] > 0
    assert place.sync("--full")["written"] == 0


def test_every_request_counts_towards_the_budget(place: Place):
    place.forget_requests()
    place.fault("status", status=503, after=3, times=2)
    assert place.sync()["api_calls"] == len(place.requests())


def test_calls_are_shown_by_kind_and_the_next_run_is_forecast(place: Place):
    shown = place.run("sync", *AS_OF).out
    assert "API calls (" in shown
    assert " read" in shown
    rehearsed = place.run("sync", *AS_OF, "--dry-run").out
    assert "the run itself would make about" in rehearsed
    assert "forecast of API calls" in place.run("status").out
