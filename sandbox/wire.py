"""The HTTP wire under a simulated CRM: werkzeug's server, with connections that live on and can break.

Werkzeug's own handler ends each connection after one answer, where CRMs and their clients keep them open; so this one
writes the answers itself.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Condition
from typing import TypeAlias

from werkzeug import Request, Response
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.answer import Answer, Delivery
from sandbox.clock import Clock

LISTEN_QUEUE = 128
Connection: TypeAlias = "socket.socket | tuple[bytes, socket.socket]"
"""What socketserver calls a request; the tuple is for UDP and does not occur here."""
DROP_AT_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing the socket sends RST instead of FIN."""


class Handler(WSGIRequestHandler):
    """Serves the requests of one connection until the client or a fault ends it."""

    server: Server
    protocol_version = "HTTP/1.1"
    # one packet per answer, sent at once: else Nagle and delayed acknowledgements cost 40 ms per request
    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request; an error in the simulator is answered with 500 and shown on stderr."""
        environ = self.make_environ()
        answer = Answer(Response("Internal error of the sandbox; its own output says more.\n", 500))
        try:
            answer = self.server.answer(Request(environ))
        finally:
            self._deliver(answer, environ)

    def _deliver(self, answer: Answer, environ: dict[str, object]) -> None:
        if answer.delivery is not Delivery.WHOLE:
            self.close_connection = True
        if answer.delivery is Delivery.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP_AT_CLOSE)
            return
        chunks, status, headers = answer.response.get_wsgi_response(environ)
        body = b"".join(chunks)
        self._write_head(status, headers)
        self.wfile.write(body[: len(body) // 2] if answer.delivery is Delivery.TRUNCATED else body)
        self.wfile.flush()

    def _write_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def finish(self) -> None:
        """Let go of the connection, even when the last bytes of an answer find nobody at the other end."""
        try:
            with suppress(ConnectionError):
                super().finish()
        finally:
            # the base class stops before this when the other end is gone, and the socket would stay open
            self.rfile.close()

    def handle_expect_100(self) -> bool:
        """Tell a client that waits for it to send its body; it must not stay in the buffer."""
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header follows the simulated CRM's clock; its clients take it for the CRM's own time."""
        return super().date_time_string(self.server.clock.now().timestamp() if timestamp is None else timestamp)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing: the requests are in the log under /_sandbox/log."""


class Server(ThreadedWSGIServer):
    """Listens on one port, a thread per connection, and knows its open connections so that it can end them."""

    def __init__(self, listener: socket.socket, answer: Callable[[Request], Answer], clock: Clock) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(
            host, port, Request.application(lambda request: answer(request).response), Handler, fd=listener.fileno()
        )
        self.answer = answer
        self.clock = clock
        self._open: set[Connection] = set()
        self._change = Condition()

    def process_request(self, request: Connection, client_address: object) -> None:
        """Note the connection and serve it in a thread of its own."""
        with self._change:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Connection) -> None:
        """End a connection: with FIN, or with RST where a fault asked for it."""
        if _is_to_be_reset(request):
            self.close_request(request)
        else:
            super().shutdown_request(request)
        with self._change:
            self._open.discard(request)
            self._change.notify_all()

    def end_connections(self, patience: float) -> None:
        """Close what is still open and wait, at most `patience` seconds, until each thread has noticed."""
        with self._change:
            for connection in self._open:
                _hang_up(connection)
            self._change.wait_for(lambda: not self._open, patience)


def _is_to_be_reset(connection: Connection) -> bool:
    if not isinstance(connection, socket.socket):
        return False
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(DROP_AT_CLOSE)) == DROP_AT_CLOSE


def _hang_up(connection: Connection) -> None:
    # its client or its thread may have ended it a moment ago
    with suppress(OSError):
        if isinstance(connection, socket.socket):
            connection.shutdown(socket.SHUT_RDWR)
