"""The records of one object, kept in the two orders in which they are read: by id, and by (SystemModstamp, Id).

Values are kept as the API prints them, save that numbers are exact: a date is "2026-11-22", a time
"2026-11-22T10:00:00.000+0000", so that both sort as text. A field that is null has no entry.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from sandbox.salesforce.schema.catalogue import ObjectType

Row = dict[str, object]


class Table:
    """All records of one object, deleted ones in the recycle bin included."""

    def __init__(self, definition: ObjectType) -> None:
        self.definition = definition
        self.rows: dict[str, Row] = {}
        self.keys: dict[str, str] = {}
        """By id, the key of the record in the world that it came from."""
        self.ids: list[str] = []
        self.stamps: list[tuple[str, str]] = []
        self.made = 0

    @property
    def name(self) -> str:
        """The object's name."""
        return self.definition.name

    def load(self, rows: list[Row]) -> None:
        """Take many new rows at once, in the order of their ids."""
        self.rows.update((str(row["Id"]), row) for row in rows)
        self.ids = sorted(self.rows)
        self.stamps = sorted((_stamp(row), identity) for identity, row in self.rows.items())

    def add(self, row: Row) -> None:
        """Take a new row."""
        identity = str(row["Id"])
        self.rows[identity] = row
        insort(self.ids, identity)
        insort(self.stamps, (_stamp(row), identity))

    def replace(self, row: Row) -> None:
        """Put a row in the place of the one with the same id."""
        identity = str(row["Id"])
        self._forget_stamp(identity)
        self.rows[identity] = row
        insort(self.stamps, (_stamp(row), identity))

    def remove(self, identity: str) -> None:
        """Drop a row for good."""
        self._forget_stamp(identity)
        del self.ids[bisect_left(self.ids, identity)]
        del self.rows[identity]

    def get(self, identity: str) -> Row | None:
        """The row of this id, deleted or not; None when there is none."""
        return self.rows.get(identity)

    def find(self, field: str, value: object) -> list[Row]:
        """The rows not deleted whose field has this value, in the order of their ids."""
        return [row for row in self.live() if row.get(field) == value]

    def live(self) -> Iterator[Row]:
        """The rows that are not deleted, in the order of their ids."""
        return (row for row in map(self.rows.__getitem__, self.ids) if not row.get("IsDeleted"))

    def _forget_stamp(self, identity: str) -> None:
        del self.stamps[bisect_left(self.stamps, (_stamp(self.rows[identity]), identity))]


def _stamp(row: Row) -> str:
    return str(row["SystemModstamp"])
