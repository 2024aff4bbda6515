"""What goes over the wire during a run: held in memory while it goes on, scrubbed and kept at its end."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.exchange import Exchange
from connector.config.settings import Settings
from connector.log.scrubbing import Cleaner
from connector.store.errors import StoreError
from connector.store.store import Store
from connector.store.trail import forget_exchanges_before, save_exchanges

log = structlog.get_logger()

_LONGEST_BODY = 100_000
"""Bytes of an error's answer that are looked at."""

_ERRORS_FROM = 400


class Trail:
    """The last calls of one run. Of answers that went well only the size is held."""

    def __init__(self, settings: Settings, clock: Any) -> None:  # noqa: ANN401 - a function that tells the time
        self._settings = settings.http_trail
        self._clock = clock
        self._cleaner = Cleaner(settings.secrets())
        self._calls: deque[tuple[int, datetime, Exchange]] = deque(maxlen=self._settings.keep_calls)
        self._count = 0

    def note(self, exchange: Exchange) -> None:
        """Hold a call that is over."""
        self._count += 1
        failed = exchange.status is None or exchange.status >= _ERRORS_FROM
        exchange.body = exchange.body[:_LONGEST_BODY] if failed else b""
        self._calls.append((self._count, self._clock(), exchange))

    def keep(self, store: Store, name: str, run: str) -> None:
        """Keep them, and forget what is old. That it cannot be done hinders no run."""
        head = {"connection": name, "run": run}
        rows = [head | self._row(*call) for call in self._calls]
        try:
            with store.transaction(fenced=False) as connection:
                forget_exchanges_before(connection, name, self._clock() - timedelta(days=self._settings.keep_days))
                save_exchanges(connection, rows)
        except StoreError as fault:
            log.warning("requests not kept", reason=str(fault))

    def _row(self, number: int, ended: datetime, call: Exchange) -> dict[str, Any]:
        return {
            "number": number,
            "at": ended - timedelta(seconds=call.seconds),
            "method": call.method,
            "path": self._cleaner.path(call.path),
            "status": call.status,
            "milliseconds": round(call.seconds * 1000),
            "sent": call.sent,
            "received": call.received,
            "fault": self._cleaner.fault(call.fault) or None,
            "answer": self._cleaner.error(call.body) if call.body else None,
        }
