"""The simulated CRM's clock: the real one plus an offset, so that tests need not wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock


class Clock:
    """Tells the CRM's time; it can be put forward and never runs backwards, whatever the machine's clock does."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """The present instant, aware UTC, never earlier than one told before."""
        with self._lock:
            self._latest = max(self._latest, datetime.now(UTC) + self._offset)
            return self._latest

    def advance(self, seconds: float) -> datetime:
        """Put the clock forward and tell the new time. Raises ValueError for a negative number of seconds."""
        if seconds < 0:
            raise ValueError("the clock never goes backwards")
        with self._lock:
            self._offset += timedelta(seconds=seconds)
        return self.now()
