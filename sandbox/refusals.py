"""Rows that the simulated CRM is told to refuse when they are written: how an admin's validation rule looks to us."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock


@dataclass(slots=True)
class Refusal:
    """Refuse writes to a row: `object_type` and `id` as the CRM spells them, None for any.

    `code` and `message` are the CRM's words, `field` the name of the offending field. The first `after` matching
    writes pass; then `times` are refused (None: all).
    """

    code: str
    message: str
    object_type: str | None = None
    id: str | None = None
    field: str | None = None
    after: int = 0
    times: int | None = 1

    def matches(self, object_type: str, record_id: str) -> bool:
        """Whether a write to this row concerns the refusal; object types are compared whatever their case."""
        same_type = self.object_type is None or self.object_type.casefold() == object_type.casefold()
        return same_type and self.id in {None, record_id}

    def use(self) -> bool:
        """Count one matching write: true when it is to be refused."""
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


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
            self._active.clear()

    def take(self, object_type: str, record_id: str) -> Refusal | None:
        """The refusal that a write of this row meets, counted as one write; None lets it pass."""
        with self._lock:
            matching = [refusal for refusal in self._active if refusal.matches(object_type, record_id)]
            taken = next((refusal for refusal in matching if refusal.use()), None)
            self._active = [refusal for refusal in self._active if refusal.times != 0]
            return taken
