"""Counts HTTP requests by kind: the admin's API budget counts all of them, retries and tokens included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType


class Calls:
    """The requests that one adapter object made so far; count each one *before* it leaves, so a lost answer counts.

    `before_call` is called before each of them, and may raise to keep it from leaving.
    """

    def __init__(self, before_call: Callable[[], None] = lambda: None) -> None:
        self._before_call = before_call
        self._by_kind: Counter[str] = Counter()

    def count(self, kind: str) -> None:
        """Note one request of this kind (read, search, write, describe, auth, …)."""
        self._before_call()
        self._by_kind[kind] += 1

    def totals(self) -> Mapping[str, int]:
        """The counts by kind as they stand now; later requests do not change what was returned."""
        return MappingProxyType(dict(self._by_kind))

    @property
    def total(self) -> int:
        """All requests together."""
        return self._by_kind.total()
