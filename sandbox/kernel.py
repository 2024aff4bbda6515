"""What happens to a request between the wire and the simulated CRM."""

from __future__ import annotations

import time
from threading import Lock
from urllib.parse import unquote_plus

from werkzeug import Request, Response

from sandbox.answer import Answer, Delivery
from sandbox.breakage import Breakage
from sandbox.control import PREFIX, Control
from sandbox.faults import FaultSwitch
from sandbox.request_log import RequestLog
from sandbox.simulator import Simulator


class Kernel:
    """Logs each request, delays it, lets it meet its fault, and lets the simulator handle one at a time."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._lock = Lock()
        self._log = RequestLog()
        self._faults = FaultSwitch(simulator.options.refusals)
        self._control = Control(simulator, self._log, self._faults, self._lock)
        self._breakage = Breakage(self._work, self._refuse, self._expire)

    def answer(self, request: Request) -> Answer:
        """Answer one request; called by many threads at once."""
        # a slow client or network must not keep the lock from the others
        request.get_data()
        if request.path.startswith(PREFIX):
            return Answer(self._control.answer(request))
        entry = self._log.enter(request.method, request.path, request.query_string.decode("latin-1"))
        time.sleep(self._simulator.options.latency_ms / 1000)
        answer = self._answer_crm(request)
        if answer.delivery is not Delivery.RESET:
            entry.status = answer.response.status_code
        return answer

    def _answer_crm(self, request: Request) -> Answer:
        query = unquote_plus(request.query_string.decode("latin-1"))
        fault = self._faults.take(request.method, (request.path, f"{request.path}?{query}"))
        if fault is None:
            return Answer(self._work(request))
        try:
            return self._breakage.answer(request, fault)
        finally:
            self._faults.let_go(fault)

    def _work(self, request: Request) -> Response:
        with self._lock:
            return self._simulator.handle(request)

    def _refuse(self, status: int, policy: str | None) -> Response:
        with self._lock:
            body, headers, content_type = self._simulator.fault_body(status, policy)
        return Response(body, status, dict(headers), content_type=content_type)

    def _expire(self) -> None:
        with self._lock:
            self._simulator.expire_sessions()
