from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connector.log.redaction import HIDDEN, Redaction

REDACTION = Redaction()


def _redact(**event: object) -> dict[str, object]:
    return dict(REDACTION(None, "info", event))


@pytest.mark.parametrize(
    "key",
    [
        *("token", "access_token", "refreshToken", "client_secret", "password", "Authorization", "private_key"),
        *("api-key", "apikey", "cookie", "session_id", "email", "first_name", "LastName", "phone", "username"),
    ],
)
def test_values_of_keys_that_name_a_secret_or_a_person_are_hidden(key):
    assert _redact(**{key: "value"}) == {key: HIDDEN}


@pytest.mark.parametrize("key", ["connection", "kind", "records", "api_calls", "name", "message", "object_id"])
def test_other_values_stay(key):
    assert _redact(**{key: "value"}) == {key: "value"}


@pytest.mark.parametrize("value", [None, True, False])
def test_whether_there_is_a_secret_may_be_said(value):
    assert _redact(token=value) == {"token": value}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abcdef123456", "Authorization: [redacted]"),
        ("{'Authorization': 'Bearer abcdef123456'}", "{'Authorization': '[redacted]'}"),
        ("got bearer abcdef123456 back", "got bearer [redacted] back"),
        ("key pat-na1-0123abcd-4567 refused", "key [redacted] refused"),
        ("sid 00D5f000000abcDEFG!AQ8.x_y refused", "sid [redacted] refused"),
        ("POST grant_type=refresh_token&refresh_token=5Ae&client_secret=q1", None),
        ('{"access_token": "abc", "id": 3}', '{"access_token": "[redacted]", "id": 3}'),
        ("jwt eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIx.sig-x end", "jwt [redacted] end"),
        ("postgresql+psycopg://me:hunter2@db/x", "postgresql+psycopg://me:[redacted]@db/x"),
        ("contact jane.o'neil+crm@mail.example.com twice", "contact jane.o'[redacted] twice"),
        ("contact zoë@exämple.fr", "contact [redacted]"),
        ("/query?q=Email%3D%27jane%40example.com%27", None),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", HIDDEN),
        ("-----BEGIN PRIVATE KEY-----\nabc, cut", HIDDEN),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text, shown):
    found = _redact(event=text)["event"]
    assert HIDDEN in str(found)
    assert not [word for word in ("abcdef", "hunter2", "5Ae", "q1", "jane%40", "abc,") if word in str(found)]
    assert shown is None or found == shown


@pytest.mark.parametrize(
    "text",
    [
        "deal history 123@1700000000000",
        "auth.access_token: the environment variable X is not set",
        "3 deals, 40 % @ 12:30",
        "https://api.hubapi.com/crm/v3/objects/deals?limit=100",
        "patience and bearers",
    ],
)
def test_ordinary_words_stay(text):
    assert _redact(event=text) == {"event": text}


def test_nested_values_are_redacted():
    found = _redact(body={"rows": [{"email": "a", "note": "to x@y.zz"}], "n": 2})
    assert found == {"body": {"rows": [{"email": HIDDEN, "note": f"to {HIDDEN}"}], "n": 2}}


def test_objects_are_shown_as_text_and_redacted():
    assert _redact(error=ValueError("for x@y.zz"), hidden=SecretStr("abc")) == {
        "error": f"for {HIDDEN}",
        "hidden": "**********",
    }


def test_a_known_secret_is_hidden_however_it_is_written():
    redaction = Redaction(["cor/rect horse"])
    for text in ("cor/rect horse", "cor%2Frect%20horse", "cor%2Frect+horse"):
        assert redaction.clean(f"<{text}>") == f"<{HIDDEN}>"


def test_each_line_of_a_known_key_is_hidden():
    assert Redaction(["first line\nsecond line"]).clean("<second line>") == f"<{HIDDEN}>"


def test_a_known_secret_within_another_does_not_uncover_it():
    assert Redaction(["abcdef", "abcdefghi"]).clean("abcdefghi") == HIDDEN


def test_a_secret_too_short_to_know_hides_no_words():
    assert Redaction(["a", ""]).clean("a plain sentence") == "a plain sentence"


def test_a_crm_text_can_neither_forge_a_line_nor_move_the_cursor():
    assert _redact(message="ok\n2026 forged\x1b[2J") == {"message": "ok 2026 forged [2J"}


@given(st.from_regex(r"[a-z0-9]{1,20}(\.[a-z0-9]{1,9})?@[a-z]{1,9}(\.[a-z]{2,5}){1,2}", fullmatch=True), st.text())
def test_no_address_of_a_person_passes(address, around):
    assert address not in str(_redact(event=f"{around} {address} {around}")["event"])


def test_a_long_text_is_redacted_in_no_time():
    began = time.perf_counter()
    _redact(event="a." * 200_000, other="x" * 400_000, urls="http://x:" * 40_000)
    assert time.perf_counter() - began < 5
