"""Rows of Salesforce as pages of records: incremental ones by their SystemModstamp, small tables whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from adapters.base import Cursor, Kind, Page, Record
from adapters.errors import SchemaError
from adapters.salesforce.absence import require_fields
from adapters.salesforce.columns import CHUNK_ROOM, FIRST_ROOM, IDS_PER_CHUNK, chunk, split_columns
from adapters.salesforce.describe import Described, Describes
from adapters.salesforce.failures import garbled
from adapters.salesforce.ids import keep_ids
from adapters.salesforce.keyset import Walk, read_id, read_stamp
from adapters.salesforce.objects import OBJECTS
from adapters.salesforce.query import find_position, walk
from adapters.salesforce.wide import Completion
from adapters.salesforce.wire import Row, Wire

OVERLAP = timedelta(minutes=15)
"""A long transaction commits rows with a SystemModstamp older than rows that were read before it ended."""
_OWN_COLUMNS = ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId")


@dataclass(frozen=True, slots=True)
class Puller:
    """Reads the kinds of one organisation."""

    wire: Wire
    describes: Describes
    overlap: timedelta

    def pull_changed(self, kind: Kind, fields: Sequence[str], since: Cursor | None) -> Iterator[Page]:
        """What changed since the cursor, deleted rows included; without one everything that is not deleted."""
        described = self.describes.require(OBJECTS[kind])
        require_fields(self.wire, described, fields)
        columns = _list_columns(described, fields)
        first, rest = split_columns(columns, FIRST_ROOM)
        plan = Walk(
            described.name,
            tuple(first),
            start=since.modified_at - self.overlap if since else None,
            deleted=since is not None,
        )
        completion = Completion(self.wire, described.name, tuple(first), tuple(rest))
        reached = since
        try:
            for rows in walk(self.wire, plan):
                reached = _advance(reached, find_position(self.wire, plan, rows))
                yield Page([make_record(kind, row, fields) for row in completion.complete(rows)], reached)
        except SchemaError:
            self.describes.forget(described.name)
            raise

    def scan(self, kind: Kind, fields: Sequence[str]) -> Iterator[Page]:
        """All rows that are not deleted, by id."""
        described = self.describes.require(OBJECTS[kind])
        require_fields(self.wire, described, fields)
        first, rest = split_columns(_list_columns(described, fields), FIRST_ROOM)
        completion = Completion(self.wire, described.name, tuple(first), tuple(rest))
        for rows in walk(self.wire, Walk(described.name, tuple(first), by_stamp=False)):
            yield Page([make_record(kind, row, fields) for row in completion.complete(rows)])

    def read(self, kind: Kind, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Record]:
        """The rows of these ids as they are now, without those that are deleted or merged away."""
        described = self.describes.require(OBJECTS[kind])
        require_fields(self.wire, described, fields)
        first, rest = split_columns(_list_columns(described, fields), CHUNK_ROOM)
        completion = Completion(self.wire, described.name, tuple(first), tuple(rest))
        for group in chunk(keep_ids(ids), IDS_PER_CHUNK):
            records = [make_record(kind, row, fields) for row in completion.complete(completion.fetch(group))]
            yield from (record for record in records if not record.archived)

    def pull_whole(self, kind: Kind, fields: Sequence[str]) -> Iterator[Page]:
        """All rows in one page, for objects that have few."""
        described = self.describes.require(OBJECTS[kind])
        require_fields(self.wire, described, fields)
        rows = self.read_whole(described, fields)
        yield Page([make_record(kind, row, fields) for row in rows])

    def read_whole(self, described: Described, fields: Sequence[str]) -> list[Row]:
        """All rows of a small object, by id."""
        plan = Walk(described.name, tuple(_list_columns(described, fields)), by_stamp=False)
        return [row for page in walk(self.wire, plan) for row in page]

    def list_ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all rows that are not deleted. TransientError for a row without: the list would not be whole."""
        plan = Walk(OBJECTS[kind], ("Id",), by_stamp=False)
        for rows in walk(self.wire, plan):
            ids = [read_id(row) for row in rows]
            if not all(ids):
                raise garbled(f"listing {plan.sobject}", self.wire.host)
            yield from ids


def make_record(kind: Kind, row: Row, fields: Sequence[str]) -> Record:
    """A row in our envelope. A row without a usable id or stamp keeps it empty, for others to set aside."""
    is_deleted = row.get("IsDeleted") is True
    return Record(
        kind=kind,
        id=read_id(row),
        modified_at=read_stamp(row),
        fields={name: row.get(name) for name in fields},
        archived=is_deleted,
        merged_into=(row.get("MasterRecordId") or None) if is_deleted else None,
    )


def _list_columns(described: Described, fields: Sequence[str]) -> list[str]:
    own = (name for name in _OWN_COLUMNS if name in described.fields)
    return list(dict.fromkeys([*own, *fields]))


def _advance(reached: Cursor | None, last: Cursor | None) -> Cursor | None:
    """The cursor after the last row of a page, never back: inside the overlap it stays where it was."""
    return max((cursor for cursor in (reached, last) if cursor), default=None)
