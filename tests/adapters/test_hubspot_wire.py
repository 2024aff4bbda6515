from __future__ import annotations

import gzip
import json
import socket
from datetime import UTC, datetime

import pytest
from hubspot_script import Scripted, serving

from adapters.errors import FatalError, LimitReachedError, SchemaError, TransientError
from adapters.hubspot.address import check_base_url
from adapters.hubspot.paths import choose_paths
from adapters.hubspot.refusals import RequestRefusedError
from adapters.hubspot.wire import Wire
from adapters.retry import retrying
from adapters.settings import ConnectionSettings

SECRET = "pat-na1-secret"


def wire(url: str, **settings) -> Wire:
    settings = {"auth": {"access_token": SECRET}, "read_timeout": 5.0, **settings}
    return Wire(ConnectionSettings("emea", url, **settings), retrying(attempts=3, sleep=lambda _: None))


def test_a_call_carries_the_token_and_asks_for_compression():
    with serving(Scripted(body={"ok": True})) as script:
        assert wire(script.url).get("/a", "read", [("limit", "1"), ("limit", "2")]) == {"ok": True}
    (asked,) = script.asked
    assert (asked.method, asked.path) == ("GET", "/a?limit=1&limit=2")
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert asked.headers["Accept-Encoding"] == "gzip"


def test_a_body_goes_out_as_json_and_a_compressed_answer_is_read():
    compressed = gzip.compress(json.dumps({"n": "é"}).encode())
    with serving(Scripted(body=compressed, headers={"Content-Encoding": "gzip"})) as script:
        assert wire(script.url).post("/a", {"inputs": []}, "write") == {"n": "é"}
    assert json.loads(script.asked[0].body) == {"inputs": []}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_hubspot_is_asked_again_reading_and_writing_alike(method, status):
    with serving(Scripted(status, {"message": "later"}), Scripted(body={"ok": 1})) as script:
        one = wire(script.url)
        answer = one.get("/a", "read") if method == "get" else one.post("/a", {"x": "1"}, "write")
    assert answer == {"ok": 1}
    assert sum(one.limits().calls.values()) == 2


@pytest.mark.parametrize(
    "garbled", [Scripted(body=b"<html>proxy</html>"), Scripted(body=b""), Scripted(body=[1]), Scripted(cut=True)]
)
def test_an_answer_that_is_no_json_object_is_asked_for_again_and_then_an_error(garbled):
    with serving(garbled) as script:
        with pytest.raises(TransientError):
            wire(script.url).get("/a", "read")
        assert len(script.asked) == 3


def test_an_error_page_that_is_not_utf8_is_an_error_like_others():
    with serving(Scripted(400, b"\xff\xfe<html>")) as script, pytest.raises(RequestRefusedError):
        wire(script.url).get("/a", "read")


def test_one_connection_serves_all_calls_refused_ones_included():
    with serving(Scripted(), Scripted(400, {}), Scripted(503), Scripted()) as script:
        one = wire(script.url)
        one.get("/a", "read")
        with pytest.raises(RequestRefusedError):
            one.post("/a", {"x": "1"}, "write")
        one.get("/a", "read")
        assert len(script.asked) == 4
    assert len({asked.connection for asked in script.asked}) == 1


def test_a_daily_limit_is_not_asked_about_twice():
    with serving(Scripted(429, {"policyName": "DAILY"})) as script:
        with pytest.raises(LimitReachedError):
            wire(script.url).post("/a", {}, "write")
        assert len(script.asked) == 1


def test_a_redirect_is_never_followed():
    with serving(Scripted()) as elsewhere, serving(Scripted(302, headers={"Location": elsewhere.url})) as script:
        with pytest.raises(FatalError, match="redirects"):
            wire(script.url).get("/a", "read")
        assert elsewhere.asked == []


def test_silence_ends_in_a_transient_error_that_names_the_host():
    with serving(Scripted(after=1.0)) as script:
        impatient = Wire(
            ConnectionSettings("emea", script.url, {"access_token": SECRET}, read_timeout=0.05), retrying(attempts=1)
        )
        with pytest.raises(TransientError, match=r"127\.0\.0\.1:\d+ does not answer in time"):
            impatient.get("/a", "read")


def test_an_unreachable_host_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(TransientError, match=r"emea: 127\.0\.0\.1:\d+ cannot be reached"):
        wire(url).get("/a", "read")


def test_the_daily_allowance_is_what_the_last_answer_told():
    told = {"X-HubSpot-RateLimit-Daily": "250000", "X-HubSpot-RateLimit-Daily-Remaining": "249990"}
    with serving(Scripted(headers=told), Scripted()) as script:
        one = wire(script.url)
        assert (one.limits().daily_limit, one.limits().daily_used) == (None, None)
        one.get("/a", "read")
        one.post("/search", {}, "search")
    limits = one.limits()
    assert (limits.daily_limit, limits.daily_used, dict(limits.calls)) == (250000, 10, {"read": 1, "search": 1})


def test_an_allowance_beyond_all_bounds_is_none():
    headers = {"X-HubSpot-RateLimit-Daily": "9" * 5_000, "X-HubSpot-RateLimit-Daily-Remaining": "1"}
    with serving(Scripted(headers=headers)) as script:
        one = wire(script.url)
        one.get("/a", "read")
        assert one.limits().daily_limit is None


def test_the_clock_of_hubspot_is_read_from_its_answers():
    with serving(Scripted()) as script:
        one = wire(script.url)
        assert one.server_time is None
        one.get("/a", "read")
    assert abs((datetime.now(UTC) - one.server_time).total_seconds()) < 60


def test_no_error_shows_the_token():
    with serving(Scripted(401, {"message": f"bad {SECRET}"})) as script, pytest.raises(FatalError) as caught:
        wire(script.url).get("/a", "read")
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("url", ["https://api.hubapi.com", "https://api.hubapi.com/", None])
def test_hubspots_address_is_taken_with_and_without_a_slash(url):
    assert check_base_url("emea", url) == "https://api.hubapi.com"


@pytest.mark.parametrize("url", ["http://127.0.0.1:80", "http://localhost:1", "http://[::1]:8"])
def test_an_unencrypted_address_is_taken_for_this_machine(url):
    assert check_base_url("emea", url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.hubapi.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://api.hubapi.com",
        "api.hubapi.com",
        "https://",
        "https://user:pw@api.hubapi.com",
        "https://api.hubapi.com?x=1",
        "https://api.hubapi.com:notaport",
    ],
)
def test_any_other_address_is_refused_without_quoting_a_password(url):
    with pytest.raises(SchemaError) as caught:
        check_base_url("emea", url)
    assert "pw" not in caught.value.message


def test_both_families_have_every_path():
    for family in ("v3", "2026-09"):
        paths = choose_paths("emea", family)
        assert paths.search("deals").endswith("/deals/search")
        assert all(getattr(paths, name).startswith("/") for name in ("objects", "associations", "token", "account"))
    assert choose_paths("emea", None).family == "2026-09"


def test_an_unknown_family_is_refused_naming_the_known_ones():
    with pytest.raises(SchemaError, match=r"v3 or 2026-09"):
        choose_paths("emea", "v7")
