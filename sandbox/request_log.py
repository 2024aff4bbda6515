"""What was asked of a simulated CRM, in order, without bodies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from threading import Lock


@dataclass(slots=True)
class Entry:
    """One request; `status` stays None while it is unanswered and when its connection was broken."""

    n: int
    method: str
    path: str
    query: str
    status: int | None = None


class RequestLog:
    """The requests since the log was last emptied, numbered from 1."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = Lock()

    def enter(self, method: str, path: str, query: str) -> Entry:
        """Note a request on its arrival."""
        with self._lock:
            entry = Entry(len(self._entries) + 1, method, path, query)
            self._entries.append(entry)
            return entry

    def empty(self) -> None:
        """Forget all requests; the next one has number 1."""
        with self._lock:
            self._entries = []

    def entries(self) -> list[dict[str, object]]:
        """The requests so far, ready for JSON."""
        with self._lock:
            return [asdict(entry) for entry in self._entries]
