"""Carries faults out: from a request and its fault to the answer that the client gets."""

from __future__ import annotations

import socket
from collections.abc import Callable

from werkzeug import Request, Response

from sandbox.answer import Answer, Delivery
from sandbox.faults import Action, Fault

GLANCE = 0.02
"""Seconds between two looks at whether a stalled client is still there."""
PROXY_PAGE = """<!DOCTYPE html>
<html><head><title>Web filter</title></head>
<body><h1>Access through this proxy</h1><p>Please sign in to go on.</p></body></html>
"""

Work = Callable[[Request], Response]


class Breakage:
    """Answers requests that met a fault. `work` handles a request; `refuse` makes the CRM's own error answer."""

    def __init__(self, work: Work, refuse: Callable[[int, str | None], Response], expire: Callable[[], None]) -> None:
        self._work = work
        self._refuse = refuse
        self._expire = expire
        self._acts: dict[Action, Callable[[Request, Fault], Answer]] = {
            Action.STATUS: self._status,
            Action.RESET_BEFORE: lambda _request, _fault: Answer(Response(), Delivery.RESET),
            Action.RESET_AFTER: lambda request, _fault: Answer(work(request), Delivery.RESET),
            Action.TRUNCATE: lambda request, _fault: Answer(work(request), Delivery.TRUNCATED),
            Action.HTML: _proxy_page,
            Action.EXPIRE_SESSION: self._expired,
            Action.STALL_BEFORE: self._stall_before,
            Action.STALL_AFTER: self._stall_after,
        }

    def answer(self, request: Request, fault: Fault) -> Answer:
        """The answer to a request that met this fault; returns late where the fault stalls."""
        return self._acts[fault.order.action](request, fault)

    def _status(self, _request: Request, fault: Fault) -> Answer:
        response = self._refuse(fault.order.status or 503, fault.order.policy)
        if fault.order.retry_after is not None:
            response.headers["Retry-After"] = str(fault.order.retry_after)
        return Answer(response)

    def _expired(self, request: Request, _fault: Fault) -> Answer:
        self._expire()
        return Answer(self._work(request))

    def _stall_before(self, request: Request, fault: Fault) -> Answer:
        if not _outlast(request, fault):
            return Answer(Response(), Delivery.RESET)
        return Answer(self._work(request))

    def _stall_after(self, request: Request, fault: Fault) -> Answer:
        response = self._work(request)
        return Answer(response, Delivery.WHOLE if _outlast(request, fault) else Delivery.RESET)


def _proxy_page(_request: Request, fault: Fault) -> Answer:
    return Answer(Response(PROXY_PAGE, fault.order.status or 200, content_type="text/html; charset=utf-8"))


def _outlast(request: Request, fault: Fault) -> bool:
    """Wait until the stall is released (true) or the client has gone (false)."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    while not fault.released.wait(GLANCE):
        if _has_gone(connection):
            return False
    return True


def _has_gone(client: socket.socket) -> bool:
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
