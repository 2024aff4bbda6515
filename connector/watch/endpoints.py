"""Answers monitoring over HTTP: /health (alive?), /ready (can it work?), /metrics."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from connector.config.settings import Settings
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.store.errors import StoreError
from connector.watch.metrics import build_registry
from connector.wiring.jobs import open_ledger

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = structlog.get_logger()

_METHODS = ("GET", "HEAD")


class _Quiet(WSGIRequestHandler):
    """Does not log each question, and waits for nobody who does not ask."""

    timeout = 10

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002, ARG002 - werkzeug's signature
        log.debug("monitoring", text=message)


class Answers:
    """The WSGI application. `is_alive`: whether the schedule is running."""

    def __init__(self, settings: Settings, is_alive: Callable[[], bool], now: Callable[[], datetime]) -> None:
        """`now` reads the clock."""
        self._settings = settings
        self._is_alive = is_alive
        self._registry: CollectorRegistry = build_registry(settings, now)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """As WSGI has it."""
        answer = self._answer(Request(environ))
        return answer(environ, start_response)

    def _answer(self, request: Request) -> Response:
        """GET and HEAD only."""
        paths = {"/health": self._say_health, "/ready": self._say_ready, "/metrics": self._say_metrics}
        if request.path not in paths:
            return Response("there are /health, /ready and /metrics\n", 404)
        if request.method not in _METHODS:
            return Response(status=405, headers={"Allow": ", ".join(_METHODS)})
        return paths[request.path](request)

    def _say_health(self, _request: Request) -> Response:
        alive = self._is_alive()
        return _document("ok" if alive else "the schedule has stopped", 200 if alive else 503)

    def _say_ready(self, _request: Request) -> Response:
        """Of what is wrong the log tells: an answer is open to whoever asks."""
        try:
            with open_ledger(self._settings) as store, store.reading():
                pass
        except StoreError as fault:
            log.warning("not ready", reason=str(fault))
            return _document("the database cannot be used", 503)
        return self._say_health(_request)

    def _say_metrics(self, request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(self._registry), content_type=content_type)


def _document(status: str, code: int) -> Response:
    return Response(json.dumps({"status": status}), code, content_type="application/json")


@contextmanager
def answering(settings: Settings, is_alive: Callable[[], bool], now: Callable[[], datetime]) -> Iterator[None]:
    """Answer while the block runs, in threads. Raises SetupError where the address cannot be had."""
    if settings.serve.port is None:
        yield
        return
    server = _listen(settings, Answers(settings, is_alive, now))
    thread = Thread(target=server.serve_forever, name="monitoring", daemon=True)
    thread.start()
    log.info("monitoring", address=settings.serve.address, port=server.port)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listen(settings: Settings, answers: Answers) -> BaseWSGIServer:
    address, port = settings.serve.address, settings.serve.port or 0
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.create_server((address, port), family=family)
    except OSError as error:
        raise SetupError(
            _(
                "cannot answer monitoring on {address} port {port} ({reason}): choose another serve.port, or null",
                address=address,
                port=port,
                reason=os.strerror(error.errno).lower() if error.errno else type(error).__name__,
            )
        ) from None
    with listener:  # the server duplicates it
        return make_server(address, port, answers, threaded=True, request_handler=_Quiet, fd=listener.fileno())
