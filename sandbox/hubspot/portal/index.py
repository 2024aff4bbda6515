"""The search index of one object type: what search sees, which is what was true a moment ago.

Kept sorted, so that a page costs little whatever the number of records. Search sorts by one property only; records that
share its value come in no documented order, hence here in one that is not that of their ids.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.instants import to_ms

ODD = 2_654_435_761
BITS = 0xFFFF_FFFF
MOST_KEPT = 8
"""Searches whose ids are remembered at a time."""


class Place(NamedTuple):
    """Where a record stands when sorted by its modified date."""

    modified: int
    tie: int
    id: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record as search sees it; `modified` in epoch milliseconds."""

    id: int
    properties: dict[str, str]
    modified: int


def place(snapshot: Snapshot) -> Place:
    """Its place by modified date; ties are scattered but always in the same order."""
    return Place(snapshot.modified, snapshot.id * ODD & BITS, snapshot.id)


class SearchIndex:
    """Snapshots by id, the sorted orders, and the changes that search does not see yet."""

    def __init__(self) -> None:
        self.snapshots: dict[int, Snapshot] = {}
        self.ids: list[int] = []
        self.by_modified: list[Place] = []
        self._kept: dict[tuple[int, int], list[int]] = {}
        self._waiting: list[tuple[int, Snapshot]] = []

    def load(self, records: Iterable[Record]) -> None:
        """Index a whole collection at once, without lag."""
        self.snapshots = {one.id: _snapshot(one) for one in records}
        self.ids = sorted(self.snapshots)
        self.by_modified = sorted(map(place, self.snapshots.values()))
        self._kept.clear()

    def announce(self, record: Record, visible_at: int) -> None:
        """Take in a record's present state from `visible_at` (epoch milliseconds) on."""
        self._waiting.append((visible_at, _snapshot(record)))

    def settle(self, now: int) -> None:
        """Let search see what has become visible; a state that comes late does not take a newer one's place."""
        due = {one.id: turn for turn, (visible_at, one) in enumerate(self._waiting) if visible_at <= now}
        for turn in due.values():
            snapshot = self._waiting[turn][1]
            self._forget(snapshot.id)
            self._insert(snapshot)
        if due:
            self._waiting = [one for turn, one in enumerate(self._waiting) if turn > due.get(one[1].id, -1)]

    def drop(self, record_id: int) -> None:
        """Search never returns archived records, so these go at once, with what waits for them."""
        self._waiting = [one for one in self._waiting if one[1].id != record_id]
        self._forget(record_id)

    def stretch(self, low: int, high: int) -> tuple[int, int]:
        """Where in `by_modified` the records changed from `low` to `high` (epoch milliseconds) stand."""
        rows = self.by_modified
        return bisect_left(rows, low, key=_modified), bisect_right(rows, high, key=_modified)

    def ids_modified(self, low: int, high: int) -> list[int]:
        """Their ids in order, kept for the following pages of the same search until the index changes."""
        if (low, high) not in self._kept:
            start, end = self.stretch(low, high)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[low, high] = sorted(place.id for place in self.by_modified[start:end])
        return self._kept[low, high]

    def _insert(self, snapshot: Snapshot) -> None:
        self.snapshots[snapshot.id] = snapshot
        insort(self.ids, snapshot.id)
        insort(self.by_modified, place(snapshot))
        self._kept.clear()

    def _forget(self, record_id: int) -> None:
        snapshot = self.snapshots.pop(record_id, None)
        if snapshot is None:
            return
        del self.ids[bisect_left(self.ids, record_id)]
        del self.by_modified[bisect_left(self.by_modified, place(snapshot))]
        self._kept.clear()


def _snapshot(record: Record) -> Snapshot:
    return Snapshot(record.id, record.properties, to_ms(record.modified_at))


def _modified(place: Place) -> int:
    return place.modified
