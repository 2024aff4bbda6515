"""Completeness and transport: nothing lost on the way, nothing retried that cannot pass, everything else is."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from trap_place import AS_OF, WRITES, OpenPlace, Place, connect

from adapters.base import Kind
from adapters.settings import ConnectionSettings
from sandbox.salesforce.saving.custom_fields import install, make_custom_field
from sandbox.world.model import Contact, World

TEXT = {"type": "string", "fieldType": "text"}
PAGES = {"hubspot": "/search", "salesforce": "/query"}
PASSING = {
    "an outage": {"action": "status", "status": 503},
    "a limit": {"action": "status", "status": 429, "retry_after": 0},
    "a reset before the work": {"action": "reset_before"},
    "a reset after the work": {"action": "reset_after"},
    "an answer cut short": {"action": "truncate"},
    "a proxy's page": {"action": "html"},
    "a proxy's error page": {"action": "html", "status": 502},
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_retried_in_reading_and_writing_alike(place: Place, fault: str):
    """POST and PATCH too; a run that reads everything anew finds nothing to correct."""
    for path in (PAGES[place.crm], WRITES[place.crm], ""):
        place.fault(path=path, after=1, times=2, **PASSING[fault])
    assert place.sync()["written"] > 0
    assert place.sync("--full")["written"] == 0


@pytest.mark.parametrize("fault", PASSING)
def test_what_does_not_pass_ends_the_run_incomplete_and_the_next_one_goes_on(place: Place, fault: str):
    """Killed answers never move a cursor past rows that were not committed."""
    place.fault(path=PAGES[place.crm], after=3, times=None, **PASSING[fault])
    outcome = place.run("sync", "--json", *AS_OF)
    assert outcome.code == 4
    assert outcome.err.strip().splitlines()[-1].startswith("playmaker: ")
    place.mend()
    place.sync()
    for kind in ("account", "contact", "deal"):
        assert place.live(kind).keys() == {each["id"] for each in place.records(kind)}


def test_what_will_never_pass_is_asked_once(hubspot: Place):
    hubspot.sync()
    hubspot.forget_requests()
    hubspot.fault("status", status=400, path="/search", times=None)
    hubspot.sync(code=3)
    assert [each["status"] for each in hubspot.requests("/search")] == [400]


def test_every_call_has_a_timeout(place: Place, monkeypatch: pytest.MonkeyPatch):
    """A server that never answers is given up: no call hangs."""
    place.sync()
    soon = {"connect_timeout": 0.3, "read_timeout": 0.3}
    monkeypatch.setattr("connector.wiring.jobs.ConnectionSettings", lambda **given: ConnectionSettings(**given | soon))
    place.fault("stall_before", times=None)
    begun = time.monotonic()
    place.sync(code=4)
    assert time.monotonic() - begun < 60
    place.mend()


def test_a_session_that_ends_in_the_middle_of_a_pull_is_renewed_and_no_row_is_lost(open_place: OpenPlace):
    """The locator of a query dies with its session: it goes on right after the last row given."""
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    contacts = [Contact(f"c{n}", moment, moment, None, last_name=f"Person {n}") for n in range(2_300)]
    salesforce = open_place("salesforce", World("EUR", contacts=contacts))
    salesforce.fault("expire_session", after=2)
    salesforce.fault("expire_session", path=r"/query/\w+-\d+", times=2)
    salesforce.sync()
    assert salesforce.live("contact").keys() == {each["id"] for each in salesforce.records("contact")}
    assert len(salesforce.requests("/oauth2/token")) >= 3
    assert salesforce.sync()["written"] == 0


def make_a_thousand_fields(place: Place) -> list[str]:
    """Text fields of deals, seen by our user, with names about as long as each CRM takes them."""
    if place.crm == "hubspot":
        names = [
            f"a_custom_field_with_a_rather_long_name_that_goes_on_and_on_until_it_ends_{n:04}" for n in range(1000)
        ]
        for some in in_hundreds(names):
            rows = [{"name": name, "label": name, "groupName": "dealinformation"} | TEXT for name in some]
            place.call("POST", "/crm/v3/properties/deals/batch/create", {"inputs": rows})
        return names
    names = [f"A_Custom_Field_With_A_Long_Name_{n:04}__c" for n in range(1000)]
    org = place.simulator.org
    for name in names:
        metadata = {"label": "Wide", "type": "Text", "length": 20}
        install(org, org.tables["Opportunity"], make_custom_field(org, f"Opportunity.{name}", metadata), metadata)
    company = place.admin.state("salesforce")["PermissionSet"][0]["id"]
    for some in in_hundreds(names):
        granted = {"ParentId": company, "SobjectType": "Opportunity", "PermissionsRead": True, "PermissionsEdit": True}
        kind = {"attributes": {"type": "FieldPermissions"}}
        rows = [kind | granted | {"Field": f"Opportunity.{name}"} for name in some]
        answers = place.call("POST", "/services/data/v64.0/composite/sobjects", {"allOrNone": True, "records": rows})
        assert all(answer["success"] for answer in answers), answers[0]
    return names


def in_hundreds(names: list[str]) -> list[list[str]]:
    return [names[start : start + 100] for start in range(0, len(names), 100)]


def test_a_thousand_custom_fields_with_long_names_sync_through_and_no_request_is_too_long(
    open_place: OpenPlace, few: World, crm: str
):
    """HubSpot takes searches of 3,000 characters, Salesforce 16,384 bytes of address and headers together."""
    place = open_place(crm, few)
    names = make_a_thousand_fields(place)
    deal = place.records("deal")[0]["id"]
    place.change("deal", deal, {names[0]: "the first", names[999]: "the last"})
    place.configure(mapping={crm: f"\n      deal: {{type: {names[999]}}}"})
    place.forget_requests()
    place.sync()
    assert place.stored("deal")[deal]["type"] == "the last"
    adapter = connect(place)
    records = [record for page in adapter.pull(Kind.DEAL, names) for record in page.records]
    adapter.close()
    assert len(records) == len(place.records("deal"))
    (fields,) = [record.fields for record in records if record.id == deal]
    assert fields.keys() == set(names)
    assert (fields[names[0]], fields[names[500]], fields[names[999]]) == ("the first", None, "the last")
    asked = [each for each in place.requests() if "feedback_submissions" not in each["path"]]  # this portal has none
    assert {each["status"] for each in asked} <= {200, 201, 204, 207}


def test_words_that_look_like_nothing_are_stored_as_text(place: Place):
    for number, word in enumerate(("NA", "NULL", "None", "nan", "#N/A")):
        place.rename("account", place.records("account")[number]["id"], word)
    place.sync()
    names = {row["name"] for row in place.stored("account").values()}
    assert {"NA", "NULL", "None", "nan", "#N/A"} <= names


LONG_TEXT = {"hubspot": "description", "salesforce": "Description"}


def test_line_breaks_quotes_and_very_long_texts_survive(place: Place):
    """Salesforce keeps at most 131,072 characters in a field, HubSpot 65,536."""
    text = "Aé\"\n\t'; DROP TABLE crm_deal; -- " + "🦄\n" * 15_000 + "end"
    place.configure(mapping={place.crm: f"\n      deal: {{type: {LONG_TEXT[place.crm]}}}"})
    deal = place.records("deal")[0]["id"]
    place.change("deal", deal, {LONG_TEXT[place.crm]: text})
    place.sync()
    assert place.stored("deal")[deal]["type"] == text


def test_every_spelling_of_an_instant_is_the_same_moment_in_both_crms(open_place: OpenPlace, few: World):
    """HubSpot writes 2026-03-01T08:00:00.000Z, also without milliseconds, Salesforce 2026-03-01T08:00:00.000+0000."""
    stamps = []
    for crm in ("hubspot", "salesforce"):
        place = open_place(crm, few)
        place.sync("--no-push")
        keys = {each["id"]: each["key"] for each in place.records("deal")}
        stamps.append({keys[id_]: str(row["created_at"])[:19] for id_, row in place.live("deal").items()})
    assert stamps[0] == stamps[1] == {deal.key: str(deal.created_at)[:19] for deal in few.deals}


@pytest.mark.parametrize("which", ["reading", "writing"])
def test_a_retry_after_is_waited_for(place: Place, which: str):
    paths = PAGES if which == "reading" else WRITES
    place.fault("status", status=429 if place.crm == "hubspot" else 503, retry_after=2, path=paths[place.crm])
    begun = time.monotonic()
    place.sync()
    assert time.monotonic() - begun >= 2
