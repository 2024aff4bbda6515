"""The records of one object type."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from datetime import datetime, timedelta

from sandbox.hubspot.portal.index import SearchIndex
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.catalogue import Catalogue
from sandbox.hubspot.schema.object_types import ObjectType

ARCHIVE_KEPT = timedelta(days=90)
"""How long an archived record can still be listed."""
LONGEST_ID = 19
"""Digits of the greatest id there can be: a signed 64-bit number."""

# the ids of small worlds pass from n to n+1 digits, so that whoever compares them as text finds out
FIRST_IDS = {
    ObjectType.COMPANIES: 9_999_990,
    ObjectType.CONTACTS: 99_999_950,
    ObjectType.DEALS: 999_999_980,
    ObjectType.LINE_ITEMS: 9_999_999_950,
    ObjectType.PRODUCTS: 99_999_999_995,
    ObjectType.FEEDBACK: 9_999_999_995,
}


class Collection:
    """Records by id in the order of their ids; `aliases` leads from merged-away ids to the record that took over."""

    def __init__(self, object_type: ObjectType) -> None:
        self.object_type = object_type
        self.catalogue = Catalogue(object_type)
        self.index = SearchIndex()
        self.records: dict[int, Record] = {}
        self.aliases: dict[int, int] = {}
        self._live: list[int] = []
        self._archived: list[int] = []
        self._next_id = FIRST_IDS[object_type]

    def new_id(self) -> int:
        """The next id; ids only grow."""
        self._next_id += 1
        return self._next_id

    def add(self, record: Record) -> None:
        """Keep a new record (search learns of it separately)."""
        self.records[record.id] = record
        insort(self._live, record.id)

    def find(self, record_id: str) -> Record | None:
        """The record of an id, archived or not; an id that was merged away gives the merged record."""
        if not record_id.isdecimal() or len(record_id) > LONGEST_ID:
            return None
        number = int(record_id)
        while number in self.aliases:
            number = self.aliases[number]
        return self.records.get(number)

    def live(self, record_id: str) -> Record | None:
        """The same, but archived records are not found."""
        record = self.find(record_id)
        return record if record is not None and record.archived_at is None else None

    def archive(self, record: Record, now: datetime) -> None:
        """Archive a record: it leaves search at once, and its modified date stays as it was."""
        record.archived_at = now
        self._remove_live(record)
        insort(self._archived, record.id)

    def restore(self, record: Record) -> None:
        """Bring an archived record back among the live ones (search learns of it separately)."""
        record.archived_at = None
        del self._archived[bisect_left(self._archived, record.id)]
        insort(self._live, record.id)

    def forget_archived(self) -> None:
        """Remove all archived records."""
        for number in self._archived:
            del self.records[number]
        self._archived.clear()

    def vanish(self, record: Record) -> None:
        """Remove a record without a trace, as merges and privacy deletes do."""
        if record.archived_at is None:
            self._remove_live(record)
        else:
            del self._archived[bisect_left(self._archived, record.id)]
        del self.records[record.id]

    def page(self, after: int, limit: int, now: datetime, *, archived: bool) -> tuple[list[Record], int | None]:
        """The records after an id, at most `limit`, and the id to go on after."""
        ids = self._archived_ids(now) if archived else self._live
        start = bisect_right(ids, after)
        found = [self.records[number] for number in ids[start : start + limit]]
        more = start + limit < len(ids)
        return found, found[-1].id if more else None

    def _archived_ids(self, now: datetime) -> list[int]:
        return [number for number in self._archived if self._still_kept(self.records[number], now)]

    @staticmethod
    def _still_kept(record: Record, now: datetime) -> bool:
        return record.archived_at is not None and now - record.archived_at <= ARCHIVE_KEPT

    def _remove_live(self, record: Record) -> None:
        del self._live[bisect_left(self._live, record.id)]
        self.index.drop(record.id)
