from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from adapters.errors import TransientError
from adapters.hubspot.wire import Wire as HubSpotWire
from adapters.retry import retrying
from adapters.salesforce.wire import Wire as SalesforceWire
from adapters.settings import ConnectionSettings

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
WHOLE = b'{"totalSize": 0, "done": true, "records": []}'
"""A complete answer already, were it not for what is still promised."""

DRIPS = {
    "headers": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "body": (HEAD + b"\r\n" + b"%x\r\n%s\r\n" % (len(WHOLE), WHOLE), b"1\r\n \r\n"),
}


class Dripping:
    """Begins an answer to each connection and goes on with a drop now and then, until the client leaves."""

    def __init__(self, begin: bytes, drop: bytes) -> None:
        self.begin, self.drop = begin, drop
        self.accepted = self.left = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                self.answer(self.socket.accept()[0])

    def answer(self, client: socket.socket) -> None:
        self.accepted += 1
        with client:
            client.recv(65536)
            try:
                client.sendall(self.begin)
                while True:
                    client.sendall(self.drop)
                    time.sleep(0.01)
            except OSError:
                self.left += 1


@contextmanager
def dripping(begin, drop):
    server = Dripping(begin, drop)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        thread.join(timeout=10)


def ask_hubspot(settings):
    wire = HubSpotWire(settings, retrying(attempts=2, sleep=lambda _: None))
    return wire, lambda: wire.get("/crm/objects", "read")


def ask_salesforce(settings):
    wire = SalesforceWire(settings, sleep=lambda _: None)
    wire.retrying = retrying(attempts=2, sleep=lambda _: None)
    return wire, lambda: wire.get("sobjects", "listing objects")


@pytest.mark.parametrize("slow", DRIPS)
@pytest.mark.parametrize("ask", [ask_hubspot, ask_salesforce])
def test_a_call_that_is_never_silent_and_never_done_ends_at_its_deadline(ask, slow):
    with dripping(*DRIPS[slow]) as server:
        settings = ConnectionSettings("emea", server.url, {"access_token": "T0"}, read_timeout=20, call_timeout=0.3)
        wire, call = ask(settings)
        began = time.monotonic()
        with pytest.raises(TransientError, match="in time"):
            call()
        assert time.monotonic() - began < settings.read_timeout, "silence alone would not have ended it"
        wire.close()
    assert server.accepted == 2, "it is tried again over a new connection, like any call without an answer"
    assert server.left == 2, "a connection that is half read is closed"


@pytest.mark.parametrize("ask", [ask_hubspot, ask_salesforce])
def test_a_deadline_belongs_to_one_call_and_not_to_its_connection(ask):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(WHOLE), WHOLE)
    accepted = []

    def serve(listening):
        client, _ = listening.accept()
        accepted.append(client)
        while client.recv(65536):
            client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        wire, call = ask(ConnectionSettings("emea", url, {"access_token": "T0"}, call_timeout=1.0))
        until = time.monotonic() + 1.2
        while time.monotonic() < until:
            assert call()["done"]
        wire.close()
        accepted[0].shutdown(socket.SHUT_RDWR)
        thread.join()
    accepted[0].close()
