"""The fault switch: each fault at the right request, in order, and gone when used up."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from echo_crm import EchoCRM

from sandbox.refusals import Refusal, Refusals
from sandbox.server import start


def set_faults(running, *faults: dict) -> list[dict]:
    response = requests.post(f"{running.url}/_sandbox/faults", json=list(faults), timeout=5)
    assert response.status_code == 200, response.text
    return response.json()


def in_force(running) -> list[dict]:
    return requests.get(f"{running.url}/_sandbox/faults", timeout=5).json()


def statuses(running, *paths: str) -> list[int]:
    return [requests.get(running.url + path, timeout=5).status_code for path in paths]


def raw_answer(running, path: str = "/x") -> bytes:
    """All bytes until the connection ends; raises ConnectionResetError when it ends with RST."""
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return b"".join(iter(lambda: raw.recv(65536), b""))


def test_a_status_fault_answers_in_the_words_of_the_crm():
    crm = EchoCRM()
    with start(crm) as running:
        set_faults(running, {"action": "status", "status": 429, "policy": "DAILY", "retry_after": 7})
        response = requests.get(f"{running.url}/x", timeout=5)
        assert statuses(running, "/x") == [200]
    assert (response.status_code, response.text) == (429, "<echo 429 DAILY>")
    assert (response.headers["Retry-After"], response.headers["X-Echo"]) == ("7", "yes")
    assert response.headers["Content-Type"] == "application/xml"
    assert crm.done == ["GET /x"]


def test_faults_are_used_up_in_order():
    with start(EchoCRM()) as running:
        set_faults(
            running,
            {"action": "status", "status": 503, "times": 2},
            {"action": "status", "status": 429},
            {"action": "html", "status": 502},
        )
        assert statuses(running, *["/x"] * 5) == [503, 503, 429, 502, 200]
        assert in_force(running) == []


def test_a_fault_skips_the_first_requests_that_match():
    with start(EchoCRM()) as running:
        set_faults(running, {"action": "status", "status": 503, "path": "^/x$", "after": 2})
        assert statuses(running, "/x", "/y", "/x", "/y", "/x", "/x") == [200, 200, 200, 200, 503, 200]


def test_each_fault_counts_the_requests_since_it_was_set():
    with start(EchoCRM()) as running:
        set_faults(running, {"action": "status", "status": 503}, {"action": "status", "status": 429, "after": 1})
        assert statuses(running, "/x", "/x", "/x") == [503, 429, 200]


def test_a_fault_without_number_of_times_lasts_until_it_is_deleted():
    with start(EchoCRM()) as running:
        set_faults(running, {"action": "status", "status": 503, "times": None})
        assert statuses(running, *["/x"] * 4) == [503] * 4
        requests.delete(f"{running.url}/_sandbox/faults", timeout=5)
        assert statuses(running, "/x") == [200]


def test_a_fault_can_be_kept_to_a_method_and_a_path_or_query():
    with start(EchoCRM()) as running:
        set_faults(
            running,
            {"action": "status", "status": 503, "method": "post", "times": None},
            {"action": "status", "status": 429, "path": r"/query\?q=SELECT Id FROM Account", "times": None},
        )
        assert statuses(running, "/x", "/query", "/query?q=SELECT+Id+FROM%20Account") == [200, 200, 429]
        assert requests.post(f"{running.url}/x", timeout=5).status_code == 503


def test_reset_before_breaks_the_connection_and_the_work_is_not_done():
    crm = EchoCRM()
    with start(crm) as running:
        set_faults(running, {"action": "reset_before"})
        with pytest.raises(ConnectionResetError):
            raw_answer(running)
        log = requests.get(f"{running.url}/_sandbox/log", timeout=5).json()
    assert crm.done == []
    assert [entry["status"] for entry in log] == [None]


def test_reset_after_breaks_the_connection_and_the_work_is_done():
    crm = EchoCRM(answer_size=100_000)
    with start(crm) as running:
        set_faults(running, {"action": "reset_after"})
        with pytest.raises(ConnectionResetError):
            raw_answer(running)
    assert crm.done == ["GET /x"]


def test_a_reset_ends_only_its_own_connection():
    with start(EchoCRM()) as running, requests.Session() as session:
        assert session.get(f"{running.url}/a", timeout=5).status_code == 200
        set_faults(running, {"action": "reset_before", "path": "/broken"})
        with pytest.raises(ConnectionResetError):
            raw_answer(running, "/broken")
        assert session.get(f"{running.url}/b", timeout=5).status_code == 200


def test_a_truncated_answer_promises_more_than_it_sends():
    crm = EchoCRM(answer_size=50_000)
    with start(crm) as running:
        set_faults(running, {"action": "truncate"})
        connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=5)
        connection.request("GET", "/x")
        with pytest.raises(http.client.IncompleteRead) as broken:
            connection.getresponse().read()
        connection.close()
    assert len(broken.value.partial) > 20_000
    assert broken.value.expected > 20_000
    assert crm.done == ["GET /x"]


def test_an_html_fault_is_a_proxys_page_with_status_200():
    crm = EchoCRM()
    with start(crm) as running:
        set_faults(running, {"action": "html"})
        response = requests.get(f"{running.url}/x", timeout=5)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert "<html>" in response.text
    assert crm.done == []


def test_an_expired_session_is_expired_before_the_request_is_handled():
    with start(EchoCRM()) as running:
        set_faults(running, {"action": "expire_session", "after": 1})
        sessions = [requests.get(f"{running.url}/x", timeout=5).json()["session"] for _ in range(3)]
    assert sessions == [1, 2, 2]


@pytest.mark.parametrize(("action", "done_meanwhile"), [("stall_before", []), ("stall_after", ["GET /x"])])
def test_a_stall_holds_the_answer_until_the_fault_is_deleted(action, done_meanwhile):
    crm = EchoCRM()
    with start(crm) as running, ThreadPoolExecutor(1) as pool:
        set_faults(running, {"action": action})
        held = pool.submit(requests.get, f"{running.url}/x", timeout=10)
        assert statuses_once_held(running) == [200]
        assert [path for path in crm.done if path != "GET /other"] == done_meanwhile
        assert not held.done()
        requests.delete(f"{running.url}/_sandbox/faults", timeout=5)
        assert held.result(5).status_code == 200
    assert "GET /x" in crm.done


def statuses_once_held(running) -> list[int]:
    """Other requests still pass while one is held."""
    while not requests.get(f"{running.url}/_sandbox/log", timeout=5).json():
        threading.Event().wait(0.01)
    return statuses(running, "/other")


def test_a_stall_ends_when_its_client_goes_and_its_work_is_not_done():
    crm = EchoCRM()
    with start(crm) as running:
        set_faults(running, {"action": "stall_before"})
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{running.url}/x", timeout=0.2)
        while in_force(running):
            threading.Event().wait(0.01)
    assert crm.done == []


def test_stopping_the_server_lets_go_of_stalled_clients():
    running = start(EchoCRM())
    with ThreadPoolExecutor(1) as pool:
        set_faults(running, {"action": "stall_after"})
        held = pool.submit(requests.get, f"{running.url}/x", timeout=30)
        statuses_once_held(running)
        running.stop()
        with pytest.raises(requests.ConnectionError):
            held.result(5)


def test_each_fault_meets_one_request_even_when_many_come_at_once():
    with start(EchoCRM()) as running, ThreadPoolExecutor(16) as pool:
        set_faults(running, {"action": "status", "status": 503, "times": 20})
        answers = list(pool.map(lambda n: statuses(running, f"/{n}")[0], range(60)))
    assert answers.count(503) == 20


def test_control_requests_never_meet_a_fault():
    with start(EchoCRM()) as running:
        set_faults(running, {"action": "status", "status": 503, "times": None})
        assert requests.get(f"{running.url}/_sandbox/state", timeout=5).status_code == 200


def test_the_listing_shows_each_fault_with_what_is_left_of_it():
    with start(EchoCRM()) as running:
        set_faults(
            running,
            {"action": "status", "status": 503, "after": 1, "times": 3},
            {"action": "refuse_row", "object": "Account", "id": 12, "field": "Name"},
        )
        statuses(running, "/x", "/x")
        status, row = in_force(running)
    assert status == {"action": "status", "status": 503, "after": 0, "times": 2}
    assert row.items() >= {"action": "refuse_row", "object": "Account", "id": "12", "field": "Name"}.items()


def test_one_fault_may_be_set_without_a_list():
    with start(EchoCRM()) as running:
        requests.post(f"{running.url}/_sandbox/faults", json={"action": "status", "status": 503}, timeout=5)
        assert statuses(running, "/x") == [503]


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        ({"action": "explode"}, "action"),
        ({"action": "status"}, "status"),
        ({"action": "status", "status": 503, "tims": 2}, "tims"),
        ({"action": "reset_before", "path": "("}, "path"),
        ({"action": "reset_before", "times": 0}, "times"),
    ],
)
def test_a_wrong_fault_is_refused_and_sets_nothing(fault, hint):
    with start(EchoCRM()) as running:
        good = {"action": "status", "status": 503}
        response = requests.post(f"{running.url}/_sandbox/faults", data=json.dumps([good, fault]), timeout=5)
        assert response.status_code == 400
        assert hint in response.json()["error"]
        assert in_force(running) == []


def test_a_refused_row_reaches_the_simulator_through_its_options():
    crm = EchoCRM()
    with start(crm) as running:
        row = {"object": "companies", "id": "7", "code": "BAD", "message": "No.", "field": "name"}
        set_faults(running, {"action": "refuse_row", **row})
        assert crm.options.refusals.take("companies", "8") is None
        refusal = crm.options.refusals.take("Companies", "7")
        assert in_force(running) == []
    assert (refusal.code, refusal.message, refusal.field) == ("BAD", "No.", "name")


def test_refusals_count_the_writes_of_their_rows():
    refusals = Refusals()
    refusals.add(Refusal("A", "first", "deals", after=1, times=1))
    refusals.add(Refusal("B", "any row", times=None))
    codes = [refusals.take(kind, "1").code for kind in ("companies", "deals", "deals", "deals")]
    assert codes == ["B", "B", "A", "B"]
    refusals.clear()
    assert refusals.take("deals", "1") is None
