"""Rate limits of the simulated HubSpot account, and the words of provoked faults."""

from __future__ import annotations

import json

import pytest
from hubspot_portal import Portal

from sandbox.hubspot.portal.settings import Settings

RATE = "X-HubSpot-RateLimit-"


def rate_headers(response) -> dict[str, str]:
    return {name.removeprefix(RATE): value for name, value in response.headers if name.startswith(RATE)}


def test_the_ten_second_limit_rolls_on_the_sandboxs_clock():
    portal = Portal(settings=Settings(per_ten_seconds=3))
    for _ in range(3):
        portal.ask("GET", "/crm/v3/owners")
    response = portal.answer("GET", "/crm/v3/owners")
    told = response.get_json()
    assert response.status_code == 429
    assert (told["errorType"], told["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert told["message"] == "You have reached your ten_secondly_rolling limit."
    assert "Retry-After" not in response.headers
    portal.advance(10.1)
    portal.ask("GET", "/crm/v3/owners")


def test_each_answer_tells_what_is_left():
    portal = Portal()
    response = portal.answer("GET", "/crm/v3/objects/deals")
    assert rate_headers(response) == {
        "Daily": "650000",
        "Daily-Remaining": "649999",
        "Interval-Milliseconds": "10000",
        "Max": "190",
        "Remaining": "189",
    }
    assert rate_headers(portal.answer("GET", "/crm/v3/objects/deals/4711"))["Remaining"] == "188"


def test_search_has_a_limit_of_its_own_with_its_own_words():
    portal = Portal(settings=Settings(searches_per_second=2))
    answers = [portal.answer("POST", "/crm/v3/objects/deals/search", {}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    told = answers[2].get_json()
    assert told.pop("correlationId")
    assert told == {"status": "error", "message": "You have reached your secondly limit.", "category": "RATE_LIMITS"}
    assert all(rate_headers(one).keys() == {"Daily", "Daily-Remaining"} for one in answers)
    assert "Retry-After" not in answers[2].headers
    portal.ask("GET", "/crm/v3/objects/deals")
    portal.advance(1.1)
    portal.ask("POST", "/crm/objects/2026-09/deals/search", {})


def test_the_daily_limit_ends_at_midnight():
    portal = Portal(settings=Settings(per_day=2))
    portal.ask("GET", "/crm/v3/owners")
    portal.ask("POST", "/crm/v3/objects/deals/search", {})
    for method, path in (("GET", "/crm/v3/owners"), ("POST", "/crm/v3/objects/deals/search")):
        assert portal.answer(method, path, {}).get_json()["policyName"] == "DAILY"
    portal.advance(86_400)
    portal.ask("GET", "/crm/v3/owners")


def test_the_usage_of_the_day_can_be_asked_for():
    portal = Portal()
    portal.ask("GET", "/crm/v3/owners")
    for path in ("/account-info/v3", "/account-info/2026-09"):
        (usage,) = portal.ask("GET", f"{path}/api-usage/daily/private-apps")["results"]
    assert (usage["usageLimit"], usage["currentUsage"], usage["fetchStatus"]) == (650_000, 3, "SUCCESS")


def test_without_limits_nothing_is_refused_and_all_is_counted():
    portal = Portal(settings=Settings(per_ten_seconds=1, searches_per_second=1, per_day=1), limits=False)
    for _ in range(3):
        portal.ask("POST", "/crm/v3/objects/deals/search", {})
        portal.ask("GET", "/crm/v3/owners")
    assert rate_headers(portal.answer("GET", "/crm/v3/owners"))["Daily-Remaining"] == "0"


@pytest.mark.parametrize(
    ("policy", "word", "value"),
    [
        (None, "policyName", "TEN_SECONDLY_ROLLING"),
        ("DAILY", "policyName", "DAILY"),
        ("SECONDLY", "category", "RATE_LIMITS"),
    ],
)
def test_a_provoked_429_has_the_words_of_its_policy(policy, word, value):
    body, headers, kind = Portal().simulator.fault_body(429, policy)
    assert json.loads(body)[word] == value
    assert (f"{RATE}Max" in headers, f"{RATE}Daily" in headers) == (policy != "SECONDLY", True)
    assert kind.startswith("application/json")


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (401, "application/json", "INVALID_AUTHENTICATION"),
        (477, "application/json", "migrated"),
        (503, "application/json", "unavailable"),
        (418, "application/json", "internal error"),
        (502, "text/html", "502 Bad Gateway"),
        (521, "text/html", "521"),
    ],
)
def test_other_provoked_faults_look_like_hubspots(status, kind, word):
    body, headers, content_type = Portal().simulator.fault_body(status, None)
    assert (word in body, content_type.startswith(kind), dict(headers)) == (True, True, {})
