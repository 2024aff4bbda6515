"""Rows that the simulated CRM is told to refuse when they are written: how an admin's validation rule looks to us."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from sandbox.countdown import Countdown, next_due


@dataclass(slots=True)
class Refusal(Countdown):
    """Refuse writes to a row: `object_type` and `id` as the CRM spells them, None for any.

    `code` and `message` are the CRM's words, `field` the name of the offending field. An occasion of the countdown is
    one write of a matching row.
    """

    code: str
    message: str
    object_type: str | None = None
    id: str | None = None
    field: str | None = None

    def matches(self, object_type: str, record_id: str) -> bool:
        """Whether a write to this row concerns the refusal; object types are compared whatever their case."""
        same_type = self.object_type is None or self.object_type.casefold() == object_type.casefold()
        return same_type and self.id in {None, record_id}


class Refusals:
    """The refusals in force, used up in the order in which they were set."""

    def __init__(self) -> None:
        self._active: list[Refusal] = []
        self._lock = Lock()

    def add(self, refusal: Refusal) -> None:
        """Put a refusal in force."""
        with self._lock:
            self._active.append(refusal)

    def clear(self) -> None:
        """Let every row be written again."""
        with self._lock:
            self._active = []

    def active(self) -> list[Refusal]:
        """The refusals in force."""
        with self._lock:
            return list(self._active)

    def take(self, object_type: str, record_id: str) -> Refusal | None:
        """The refusal that a write of this row meets, counted as one write; None lets it pass."""
        with self._lock:
            taken = next_due(refusal for refusal in self._active if refusal.matches(object_type, record_id))
            self._active = [refusal for refusal in self._active if not refusal.spent]
            return taken
