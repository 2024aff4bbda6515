"""When something set over the fault switch applies: not yet, now, or no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar


@dataclass(slots=True, kw_only=True)
class Countdown:
    """Lets the first `after` matching occasions pass, then applies to the next `times` (None: to all)."""

    after: int = 0
    times: int | None = 1

    @property
    def spent(self) -> bool:
        """Whether it will never apply again."""
        return self.times == 0


Counted = TypeVar("Counted", bound=Countdown)


def next_due(matching: Iterable[Counted]) -> Counted | None:
    """Count one occasion for all that match it; the first one due applies to it, later ones wait for the next."""
    due: Counted | None = None
    for item in matching:
        if item.after > 0:
            item.after -= 1
        elif due is None and not item.spent:
            due = item
    if due is not None and due.times is not None:
        due.times -= 1
    return due
