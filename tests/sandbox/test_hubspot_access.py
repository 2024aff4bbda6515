"""Tokens and scopes of the simulated HubSpot account."""

from __future__ import annotations

import pytest
from hubspot_portal import Portal

from sandbox.hubspot.portal.settings import Settings

PATHS = pytest.mark.parametrize("path", ["/oauth/v1/token", "/oauth/2026-09/token"])
ALL_READS = frozenset({"crm.objects.companies.read", "crm.objects.contacts.read", "crm.objects.deals.read"})


def form(**more: str) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-token",
        "refresh_token": "sandbox-refresh-token",
    } | more


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_request_without_a_known_token_is_refused(token):
    error = Portal().ask("GET", "/crm/v3/objects/deals", status=401, token=token)
    assert error["category"] == "INVALID_AUTHENTICATION"


@PATHS
def test_a_refresh_token_gives_an_access_token_for_half_an_hour(path):
    portal = Portal()
    given = portal.ask("POST", path, sent=form(), token="")
    assert (given["token_type"], given["expires_in"], given["refresh_token"]) == (
        "bearer",
        1800,
        "sandbox-refresh-token",
    )
    portal.ask("GET", "/crm/v3/objects/deals", token=given["access_token"])
    portal.advance(1801)
    error = portal.ask("GET", "/crm/v3/objects/deals", status=401, token=given["access_token"])
    assert error["category"] == "EXPIRED_AUTHENTICATION"


@PATHS
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"refresh_token": "old"}, "BAD_REFRESH_TOKEN"),
        ({"client_id": "other"}, "BAD_CLIENT_ID"),
        ({"client_secret": "other"}, "BAD_CLIENT_SECRET"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
    ],
)
def test_a_dead_grant_is_named(path, change, word):
    error = Portal().ask("POST", path, sent=form(**change), token="", status=400)
    assert error["status"] == word
    assert ("error" in error) is ("2026-09" in path)


def test_the_newer_path_speaks_oauth_too():
    error = Portal().ask("POST", "/oauth/2026-09/token", sent=form(refresh_token="old"), token="", status=400)
    assert error["error"] == "invalid_grant"


def test_a_rotated_refresh_token_is_the_only_one_that_works():
    portal = Portal(settings=Settings(rotate_refresh_tokens=True))
    given = portal.ask("POST", "/oauth/v1/token", sent=form(), token="")
    portal.ask("POST", "/oauth/v1/token", sent=form(), token="", status=400)
    again = portal.ask("POST", "/oauth/v1/token", sent=form(refresh_token=given["refresh_token"]), token="")
    assert again["refresh_token"] != given["refresh_token"]


def test_expiring_the_sessions_ends_oauth_tokens_and_spares_the_private_app():
    portal = Portal()
    token = portal.ask("POST", "/oauth/v1/token", sent=form(), token="")["access_token"]
    portal.simulator.expire_sessions()
    portal.ask("GET", "/crm/v3/objects/deals", status=401, token=token)
    portal.ask("GET", "/crm/v3/objects/deals")


def test_an_oauth_app_has_its_own_limit_and_hears_of_no_daily_one():
    portal = Portal()
    token = portal.ask("POST", "/oauth/v1/token", sent=form(), token="")["access_token"]
    headers = portal.answer("GET", "/crm/v3/objects/deals", token=token).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert "X-HubSpot-RateLimit-Daily" not in headers


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/crm/v3/objects/companies", ["crm.objects.companies.read"]),
        ("POST", "/crm/objects/2026-09/0-2/search", ["crm.objects.companies.read"]),
        ("POST", "/crm/v3/objects/deals/batch/update", ["crm.objects.deals.write"]),
        ("GET", "/crm/v3/objects/products", ["crm.objects.products.read", "e-commerce"]),
        ("GET", "/crm/v3/owners", ["crm.objects.owners.read"]),
        ("POST", "/crm/v4/associations/deals/contacts/batch/read", ["crm.objects.deals.read"]),
    ],
)
def test_a_missing_scope_is_named(method, path, scopes):
    error = Portal(settings=Settings(scopes=frozenset())).ask(method, path, {"inputs": []}, status=403)
    assert error["category"] == "MISSING_SCOPES"
    assert error["errors"][0]["context"]["requiredGranularScopes"] == scopes


def test_the_properties_api_refuses_without_a_category():
    portal = Portal(settings=Settings(scopes=ALL_READS))
    error = portal.ask("POST", "/crm/v3/properties/deals", {}, status=403)
    assert "category" not in error
    assert error["errors"][0]["context"]["requiredGranularScopes"] == ["crm.schemas.deals.write"]


def test_scopes_that_suffice_open_the_door():
    portal = Portal(settings=Settings(scopes=ALL_READS | {"e-commerce"}))
    for path in ("objects/deals", "objects/line_items", "properties/deals", "properties/products", "pipelines/deals"):
        portal.ask("GET", f"/crm/v3/{path}")
    portal.ask("GET", "/account-info/v3/details")
    body = {"inputs": [{"id": portal.ids("deals")["d1"]}]}
    portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/read", body)
    portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/create", body, status=403)


def test_a_method_that_a_path_does_not_have_is_not_allowed():
    assert "PUT" in Portal().ask("PUT", "/crm/v3/objects/deals", status=405)["message"]
