from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hubspot_script import Scripted, serving

from adapters.errors import FatalError, TransientError
from adapters.hubspot.wire import Wire
from adapters.retry import retrying
from adapters.settings import ConnectionSettings

OAUTH = {"client_id": "app", "client_secret": "s3cret", "refresh_token": "r1"}
REFUSED = Scripted(401, {"category": "EXPIRED_AUTHENTICATION"})
OK = Scripted(body={"ok": True})


def granted(access: str, refresh: str = "r1") -> Scripted:
    return Scripted(body={"access_token": access, "refresh_token": refresh, "expires_in": 1800})


def wire(url: str, auth: dict[str, str], save=None, api_version: str | None = None) -> Wire:
    settings = ConnectionSettings("emea", url, auth, api_version, save_refresh_token=save)
    return Wire(settings, retrying(attempts=2, sleep=lambda _: None))


def test_a_private_apps_token_that_is_refused_is_not_tried_again():
    with serving(REFUSED) as script:
        with pytest.raises(FatalError, match="refuses the credentials"):
            wire(script.url, {"access_token": "pat"}).get("/a", "read")
        assert len(script.asked) == 1


def test_an_oauth_app_gets_its_first_token_by_itself():
    with serving(granted("t1"), OK) as script:
        one = wire(script.url, OAUTH)
        assert one.get("/a", "read") == {"ok": True}
    renewal, call = script.asked
    assert (renewal.method, renewal.path) == ("POST", "/oauth/2026-09/token")
    assert parse_qs(renewal.body) == {key: [value] for key, value in {"grant_type": "refresh_token", **OAUTH}.items()}
    assert "Authorization" not in renewal.headers
    assert call.headers["Authorization"] == "Bearer t1"
    assert dict(one.limits().calls) == {"auth": 1, "read": 1}


def test_the_other_family_renews_at_its_own_path():
    with serving(granted("t1"), OK) as script:
        wire(script.url, OAUTH, api_version="v3").get("/a", "read")
    assert script.asked[0].path == "/oauth/v1/token"


def test_an_expired_token_is_renewed_once_and_the_call_repeated():
    with serving(REFUSED, granted("t2"), OK) as script:
        assert wire(script.url, {**OAUTH, "access_token": "t1"}).get("/a", "read") == {"ok": True}
    assert [asked.headers.get("Authorization") for asked in script.asked] == ["Bearer t1", None, "Bearer t2"]


def test_a_token_that_is_refused_after_renewal_costs_a_bounded_number_of_calls():
    with serving(REFUSED, granted("t2"), REFUSED) as script:
        with pytest.raises(FatalError, match="refuses the credentials"):
            wire(script.url, {**OAUTH, "access_token": "t1"}).get("/a", "read")
        assert len(script.asked) == 3


@pytest.mark.parametrize(
    ("answers", "calls"), [([Scripted(400)], 1), ([granted("t1"), REFUSED, granted("t2"), REFUSED], 4)]
)
def test_a_credential_that_was_refused_for_good_costs_no_call_more(answers, calls):
    with serving(*answers) as script:
        one = wire(script.url, OAUTH)
        for _ in range(3):
            with pytest.raises(FatalError):
                one.get("/a", "read")
        assert len(script.asked) == calls


def test_a_rotated_refresh_token_is_saved_before_the_next_request():
    with serving(REFUSED, granted("t2", "r2"), OK, REFUSED, granted("t3", "r3"), OK) as script:
        saved = []
        save = lambda new: saved.append((new, len(script.asked)))  # noqa: E731 - it notes how many requests went before
        one = wire(script.url, {**OAUTH, "access_token": "t1"}, save)
        one.get("/a", "read")
        one.get("/a", "read")
    assert saved == [("r2", 2), ("r3", 5)]
    assert parse_qs(script.asked[4].body)["refresh_token"] == ["r2"]


def test_a_refresh_token_that_stays_is_not_saved_again():
    saved = []
    with serving(granted("t1"), OK) as script:
        wire(script.url, OAUTH, saved.append).get("/a", "read")
    assert saved == []


@pytest.mark.parametrize(
    "body", [{"status": "BAD_REFRESH_TOKEN", "message": "r1 is bad"}, {"error": "invalid_grant"}, b"<html>"]
)
def test_a_dead_refresh_token_says_what_to_do_and_no_secret(body):
    with serving(Scripted(400, body)) as script:
        with pytest.raises(FatalError, match="install the app anew") as caught:
            wire(script.url, OAUTH).get("/a", "read")
        assert len(script.asked) == 1
    assert "s3cret" not in caught.value.message
    assert "r1" not in caught.value.message


def test_a_refused_renewal_is_one_line_however_long_its_words():
    with serving(Scripted(400, {"error": "A\nB " * 20_000})) as script, pytest.raises(FatalError) as caught:
        wire(script.url, OAUTH).get("/a", "read")
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 1_000


def test_an_outage_of_the_token_endpoint_is_waited_for():
    with serving(Scripted(503, b"<html>"), granted("t1"), OK) as script:
        assert wire(script.url, OAUTH).get("/a", "read") == {"ok": True}


@pytest.mark.parametrize("body", [b"<html>", {}, {"access_token": 5}])
def test_an_unreadable_renewal_is_transient(body):
    with serving(Scripted(body=body)) as script, pytest.raises(TransientError, match="token renewal"):
        wire(script.url, OAUTH).get("/a", "read")


@pytest.mark.parametrize("auth", [{}, {"access_token": " "}, {"client_id": "app", "refresh_token": "r1"}])
def test_settings_without_credentials_are_refused_before_any_request(auth):
    with pytest.raises(FatalError, match="no credentials"):
        wire("http://127.0.0.1:9", auth)


@pytest.mark.parametrize("token", ["a b", "a\nX-Evil: 1", "pät"])
def test_a_token_that_could_not_be_one_is_refused_without_showing_it(token):
    with pytest.raises(FatalError, match="access_token") as caught:
        wire("http://127.0.0.1:9", {"access_token": token}).get("/a", "read")
    assert token not in caught.value.message


def test_a_newline_after_the_token_does_no_harm():
    with serving(OK) as script:
        wire(script.url, {"access_token": "pat\n"}).get("/a", "read")
    assert script.asked[0].headers["Authorization"] == "Bearer pat"
