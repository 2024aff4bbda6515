"""Finds the records of a search without looking at all of them.

Bounds on the modified date and on hs_object_id are cut out of the sorted index; only other filters look at records.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.hubspot.portal.index import Place, SearchIndex, Snapshot

FOREVER = 1 << 62
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


def find(index: SearchIndex, groups: Sequence[Group], order: Order) -> Run:
    """All records that pass any of the groups, in ascending order."""
    only = groups[0] if len(groups) == 1 else None
    if only is not None and not only.tests and order.by == "id":
        ids = index.ids if only.modified == ANY else index.ids_modified(only.modified.low, only.modified.high)
        return Run(ids, bisect_left(ids, only.ids.low), bisect_right(ids, only.ids.high))
    if only is not None and not only.tests and only.ids == ANY and order.by == "modified":
        return Run(index.by_modified, *index.stretch(only.modified.low, only.modified.high))
    passing = {snapshot.id: snapshot for group in groups for snapshot in _passing(index, group)}
    found = [snapshot.id for snapshot in sorted(passing.values(), key=order.key)]
    return Run(found, 0, len(found))


def _passing(index: SearchIndex, group: Group) -> Iterator[Snapshot]:
    for record_id in _candidates(index, group):
        snapshot = index.snapshots[record_id]
        if all(test(snapshot) for test in group.tests):
            yield snapshot


def _candidates(index: SearchIndex, group: Group) -> list[int]:
    ids = index.ids if group.modified == ANY else index.ids_modified(group.modified.low, group.modified.high)
    return ids[bisect_left(ids, group.ids.low) : bisect_right(ids, group.ids.high)]
