"""Starts and stops the HTTP server of a simulated CRM."""

from __future__ import annotations

import signal
import socket
from threading import Event, Thread
from types import TracebackType
from typing import Self

from sandbox.errors import SandboxError
from sandbox.kernel import Kernel
from sandbox.simulator import Simulator
from sandbox.wire import LISTEN_QUEUE, Server

PATIENCE = 5.0
"""Seconds that a stopping server waits for its threads."""


class Running:
    """A simulated CRM that is being served; leaving the `with` block stops it."""

    def __init__(self, simulator: Simulator, listener: socket.socket) -> None:
        self._server = Server(listener, Kernel(simulator).answer, simulator.options.clock)
        self.url = f"http://{self._server.host}:{self._server.port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name=simulator.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end every connection; a second call does nothing."""
        self._server.shutdown()
        self._thread.join(PATIENCE)
        self._server.end_connections(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(simulator: Simulator, port: int = 0, host: str = "127.0.0.1") -> Running:
    """Serve a simulator in a thread and return once it listens; port 0 takes a free one.

    Raises SandboxError when the port cannot be had.
    """
    try:
        listener = socket.create_server((host, port), backlog=LISTEN_QUEUE)
    except OSError as error:
        raise SandboxError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port.") from error
    with listener:
        return Running(simulator, listener)


def serve(simulator: Simulator, port: int = 0, host: str = "127.0.0.1") -> None:
    """Serve until SIGTERM or SIGINT; says `ready URL` on stdout once it listens. Call it from the main thread."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with start(simulator, port, host) as running:
            print(f"ready {running.url}", flush=True)  # noqa: T201 - the command's documented output
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
