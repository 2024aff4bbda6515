"""What happens to a request between the wire and the simulated CRM."""

from __future__ import annotations

import time
from threading import Lock

from werkzeug import Request

from sandbox.answer import Answer
from sandbox.request_log import RequestLog
from sandbox.simulator import Simulator


class Kernel:
    """Logs each request, delays it, and lets the simulator handle one at a time."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.log = RequestLog()
        self._lock = Lock()

    def answer(self, request: Request) -> Answer:
        """Answer one request; called by many threads at once."""
        entry = self.log.enter(request.method, request.path, request.query_string.decode("latin-1"))
        # a slow client or network must not keep the lock from the others
        request.get_data()
        time.sleep(self.simulator.options.latency_ms / 1000)
        with self._lock:
            response = self.simulator.handle(request)
        entry.status = response.status_code
        return Answer(response)
