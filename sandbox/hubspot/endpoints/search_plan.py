"""Finds the records of a search without looking at all of them.

Bounds on the modified date and on hs_object_id are cut out of the sorted index; only other filters look at records.
What a sort by id needs beyond that is kept for the following pages, until the index changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from sandbox.hubspot.portal.index import Place, SearchIndex, Snapshot

FOREVER = 1 << 62
MOST_KEPT = 8
Tester: TypeAlias = Callable[[Snapshot], bool]
SortKey: TypeAlias = Callable[[Snapshot], tuple[float | str, ...]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """From and to, both inclusive."""

    low: int = 0
    high: int = FOREVER

    def narrowed(self, other: Bounds) -> Bounds:
        """What lies in both."""
        return Bounds(max(self.low, other.low), min(self.high, other.high))


ANY = Bounds()


@dataclass(frozen=True, slots=True)
class Group:
    """One filter group: bounds on the modified date (epoch milliseconds) and on the id, and all other tests."""

    modified: Bounds = ANY
    ids: Bounds = ANY
    tests: tuple[Tester, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """How to sort: `by` is "modified", "id" or "other"; `key` says how when no sorted index does it."""

    by: str
    descending: bool
    key: SortKey


@dataclass(frozen=True, slots=True)
class Run:
    """What was found: a stretch of a sorted list."""

    rows: Sequence[int | Place]
    low: int
    high: int

    def __len__(self) -> int:
        return max(0, self.high - self.low)

    def page(self, after: int, limit: int, *, descending: bool) -> list[int]:
        """The ids from place `after` on, counted from the end where the order descends."""
        if descending:
            high = max(self.low, self.high - after)
            rows = list(self.rows[max(self.low, high - limit) : high])[::-1]
        else:
            rows = list(self.rows[self.low + after : min(self.high, self.low + after + limit)])
        return [row if isinstance(row, int) else row.id for row in rows]


class Finder:
    """Answers searches over one index."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._kept: dict[Bounds, list[int]] = {}
        self._version = -1

    def find(self, groups: Sequence[Group], order: Order) -> Run:
        """All records that pass any of the groups, in ascending order."""
        only = groups[0] if len(groups) == 1 else None
        if only is not None and not only.tests and order.by == "id":
            ids = self._index.ids if only.modified == ANY else self._ids_modified(only.modified)
            return Run(ids, bisect_left(ids, only.ids.low), bisect_right(ids, only.ids.high))
        if only is not None and not only.tests and only.ids == ANY and order.by == "modified":
            return self._modified(only.modified)
        passing = {snapshot.id: snapshot for group in groups for snapshot in self._passing(group)}
        ids = [snapshot.id for snapshot in sorted(passing.values(), key=order.key)]
        return Run(ids, 0, len(ids))

    def _modified(self, bounds: Bounds) -> Run:
        rows, modified = self._index.by_modified, attrgetter("modified")
        return Run(rows, bisect_left(rows, bounds.low, key=modified), bisect_right(rows, bounds.high, key=modified))

    def _ids_modified(self, bounds: Bounds) -> list[int]:
        """The sorted ids of a stretch of time."""
        if self._version != self._index.version or len(self._kept) >= MOST_KEPT:
            self._kept.clear()
            self._version = self._index.version
        if bounds not in self._kept:
            run = self._modified(bounds)
            self._kept[bounds] = sorted(run.page(0, len(run), descending=False))
        return self._kept[bounds]

    def _passing(self, group: Group) -> Iterator[Snapshot]:
        for record_id in self._candidates(group):
            snapshot = self._index.snapshots[record_id]
            if all(test(snapshot) for test in group.tests):
                yield snapshot

    def _candidates(self, group: Group) -> list[int]:
        if group.modified == ANY:
            ids = self._index.ids
            return ids[bisect_left(ids, group.ids.low) : bisect_right(ids, group.ids.high)]
        run = self._modified(group.modified)
        return [one for one in run.page(0, len(run), descending=False) if group.ids.low <= one <= group.ids.high]
