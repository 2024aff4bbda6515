"""The wire under the simulated CRMs: connections, locking, log, control paths, start and stop."""

from __future__ import annotations

import gc
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import requests
from echo_crm import EchoCRM

from sandbox.errors import SandboxError
from sandbox.server import start

SERVE_ECHO = "from echo_crm import EchoCRM; from sandbox.server import serve; serve(EchoCRM())"


def connect(running) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=10)


def dial(running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(running.url.rsplit(":", 1)[1])), timeout=5)


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None) -> dict:
    connection.request(method, path, body)
    return json.loads(connection.getresponse().read())


def test_a_connection_stays_open_for_many_requests():
    with start(EchoCRM()) as running:
        connection = connect(running)
        ask(connection, "GET", "/first")
        socket_of_first = connection.sock
        assert ask(connection, "POST", "/second", "hello")["body"] == "hello"
        assert connection.sock is socket_of_first
        connection.close()


def test_a_request_that_asks_to_close_ends_its_connection():
    with start(EchoCRM()) as running:
        connection = connect(running)
        connection.request("GET", "/", headers={"Connection": "close"})
        response = connection.getresponse()
        assert response.read()
        assert response.isclosed()
        with dial(running) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            received = b"".join(iter(lambda: raw.recv(65536), b""))
        connection.close()
    assert received.startswith(b"HTTP/1.1 200 OK")


def test_answers_do_not_wait_for_delayed_acknowledgements():
    with start(EchoCRM(answer_size=3000)) as running:
        connection = connect(running)
        ask(connection, "GET", "/warm")
        begin = time.perf_counter()
        for _ in range(50):
            ask(connection, "POST", "/", "x" * 3000)
        seconds = time.perf_counter() - begin
        connection.close()
    assert seconds < 50 * 0.02  # a stall would cost 40 ms per request


def test_a_client_that_waits_for_permission_to_send_its_body_gets_it_at_once():
    with start(EchoCRM()) as running, dial(running) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 100 Continue")
        raw.sendall(b"hi")
        assert b'"body": "hi"' in raw.recv(1000)


def test_the_simulator_handles_one_request_at_a_time():
    crm = EchoCRM(busy_seconds=0.002)
    with start(crm) as running, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: requests.get(f"{running.url}/{n}", timeout=10).status_code, range(40)))
    assert answers == [200] * 40
    assert sorted(crm.done) == sorted(f"GET /{n}" for n in range(40))


def test_latency_delays_requests_side_by_side_not_one_after_another():
    with start(EchoCRM(latency_ms=150)) as running, ThreadPoolExecutor(8) as pool:
        begin = time.perf_counter()
        list(pool.map(lambda n: requests.get(f"{running.url}/{n}", timeout=10), range(8)))
        seconds = time.perf_counter() - begin
    assert 0.15 <= seconds < 8 * 0.15


def test_a_slow_sender_does_not_hold_up_the_others():
    with start(EchoCRM()) as running, dial(running) as slow:
        slow.sendall(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
        assert requests.get(f"{running.url}/quick", timeout=5).status_code == 200
        slow.sendall(b"llo")
        assert b'"body": "hello"' in slow.recv(1000)


def test_a_bug_in_a_simulator_is_a_500_and_shown_on_stderr(capfd):
    with start(EchoCRM()) as running:
        assert requests.get(f"{running.url}/bug", timeout=5).status_code == 500
        assert requests.get(f"{running.url}/next", timeout=5).status_code == 200
    assert "a bug in the simulator" in capfd.readouterr().err


def test_the_log_lists_requests_with_their_status_and_without_bodies():
    with start(EchoCRM()) as running:
        requests.post(f"{running.url}/a?x=1&y=%20z", data="secret", timeout=5)
        requests.get(f"{running.url}/b", timeout=5)
        log = requests.get(f"{running.url}/_sandbox/log", timeout=5)
    assert log.json() == [
        {"n": 1, "method": "POST", "path": "/a", "query": "x=1&y=%20z", "status": 200},
        {"n": 2, "method": "GET", "path": "/b", "query": "", "status": 200},
    ]
    assert "secret" not in log.text


def test_an_emptied_log_counts_from_one_again():
    with start(EchoCRM()) as running:
        requests.get(f"{running.url}/a", timeout=5)
        assert requests.delete(f"{running.url}/_sandbox/log", timeout=5).json() == []
        requests.get(f"{running.url}/b", timeout=5)
        log = requests.get(f"{running.url}/_sandbox/log", timeout=5).json()
    assert [(entry["n"], entry["path"]) for entry in log] == [(1, "/b")]


def test_the_state_is_given_as_the_simulator_tells_it():
    with start(EchoCRM()) as running:
        requests.get(f"{running.url}/a", timeout=5)
        state = requests.get(f"{running.url}/_sandbox/state", timeout=5).json()
    assert state == {"done": ["GET /a"], "name": "Zoë 🎈"}


def test_the_clock_can_be_put_forward_and_not_back():
    crm = EchoCRM()
    with start(crm) as running:
        clock = f"{running.url}/_sandbox/clock"
        before = crm.options.clock.now()
        assert requests.post(clock, json={"advance_seconds": 3600}, timeout=5).status_code == 200
        assert 3600 <= (crm.options.clock.now() - before).total_seconds() < 3660
        refused = requests.post(clock, json={"advance_seconds": -1}, timeout=5)
    assert refused.status_code == 400
    assert "advance_seconds" in refused.json()["error"]


def test_the_date_header_follows_the_clock_of_the_crm():
    crm = EchoCRM()
    crm.options.clock.advance(86_400)
    with start(crm) as running:
        date = requests.get(f"{running.url}/x", timeout=5).headers["Date"]
    assert abs((parsedate_to_datetime(date) - crm.options.clock.now()).total_seconds()) < 60


def test_merging_and_expiring_reach_the_simulator():
    crm = EchoCRM()
    with start(crm) as running:
        merge = {"type": "contacts", "winner": 1, "loser": 2}
        assert requests.post(f"{running.url}/_sandbox/merge", json=merge, timeout=5).json() == {"id": "contacts-1-2"}
        unknown = requests.post(f"{running.url}/_sandbox/merge", json=merge | {"loser": "gone"}, timeout=5)
        assert requests.post(f"{running.url}/_sandbox/expire", timeout=5).json() == {"expired": True}
    assert (unknown.status_code, crm.session) == (404, 2)
    assert "no record gone" in unknown.json()["error"]


def test_undeleting_and_purging_reach_the_simulator():
    crm = EchoCRM()
    with start(crm) as running:
        back = {"type": "contacts", "id": 7}
        assert requests.post(f"{running.url}/_sandbox/undelete", json=back, timeout=5).json() == {"id": "7"}
        unknown = requests.post(f"{running.url}/_sandbox/undelete", json=back | {"id": "gone"}, timeout=5)
        assert requests.post(f"{running.url}/_sandbox/purge", timeout=5).json() == {"purged": True}
    assert (unknown.status_code, crm.done) == (404, ["undelete contacts 7", "purge"])
    assert "no record gone" in unknown.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "hint"),
    [
        ("GET", "nowhere", "", 404, "state"),
        ("POST", "state", "", 405, "GET"),
        ("POST", "clock", "{oops", 400, "JSON"),
        ("POST", "merge", '{"type": "x"}', 400, "winner"),
    ],
)
def test_a_wrong_control_request_says_what_is_wrong(method, path, body, status, hint):
    with start(EchoCRM()) as running:
        response = requests.request(method, f"{running.url}/_sandbox/{path}", data=body, timeout=5)
    assert response.status_code == status
    assert hint in response.json()["error"]


def test_control_requests_are_neither_logged_nor_handed_to_the_simulator():
    crm = EchoCRM()
    with start(crm) as running:
        requests.get(f"{running.url}/_sandbox/state", timeout=5)
        assert requests.get(f"{running.url}/_sandbox/log", timeout=5).json() == []
    assert crm.done == []


def test_a_taken_port_is_one_line_that_names_it():
    with start(EchoCRM()) as running:
        port = int(running.url.rsplit(":", 1)[1])
        with pytest.raises(SandboxError, match=f"{port}"):
            start(EchoCRM(), port)


def test_stopping_ends_idle_connections_and_threads():
    before = threading.active_count()
    running = start(EchoCRM())
    connection = connect(running)
    ask(connection, "GET", "/a")
    running.stop()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(connection, "GET", "/b")
    connection.close()
    assert threading.active_count() == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_says_ready_and_stops_cleanly_on_a_signal(number):
    here = Path(__file__).parent
    command = [sys.executable, "-c", SERVE_ECHO]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=here) as process:  # noqa: S603 - our own
        line = process.stdout.readline()
        url = re.fullmatch(r"ready (http://127\.0\.0\.1:\d+)\n", line)[1]
        assert requests.get(f"{url}/x", timeout=5).status_code == 200
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_connection_that_ends_during_its_answer_is_closed_to_the_last_descriptor():
    running = start(EchoCRM(busy_seconds=0.3))
    with dial(running) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)
        running.stop()
    # a socket left open would now be found, and its warning is an error
    gc.collect()
