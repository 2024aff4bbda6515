"""The SOQL that walks through an object in a fixed order, and can start again right after any row.

Many rows share a SystemModstamp after a bulk load, so the id decides between equals; OFFSET ends at 2,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from simple_salesforce import format_soql

from adapters.base import Cursor
from adapters.salesforce.wire import Row

_NO_EARLIER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Walk:
    """What to read. `start`: from this SystemModstamp on, inclusive. `deleted`: with the rows in the recycle bin.

    `by_stamp` false: in the order of ids alone, for a census or for objects read whole.
    """

    sobject: str
    columns: tuple[str, ...]
    start: datetime | None = None
    deleted: bool = False
    by_stamp: bool = True

    def write_soql(self, after: Cursor | None = None, limit: int | None = None) -> str:
        """The query for the rows after `after` (all of them when None), no more than `limit`."""
        condition = self._write_condition(after)
        return (
            select(self.columns, self.sobject)
            + (f" WHERE {condition}" if condition else "")
            + f" ORDER BY {'SystemModstamp, Id' if self.by_stamp else 'Id'}"
            + (f" LIMIT {limit}" if limit else "")
        )

    def locate(self, row: Row) -> Cursor | None:
        """Where a row stands in this walk; None when it carries no usable id or stamp."""
        stamp = read_stamp(row) if self.by_stamp else datetime.min.replace(tzinfo=UTC)
        row_id = read_id(row)
        return Cursor(stamp, row_id) if stamp and row_id else None

    def _write_condition(self, after: Cursor | None) -> str:
        if after and self.by_stamp:
            return quote(
                "(SystemModstamp > {stamp:literal} OR (SystemModstamp = {stamp:literal} AND Id > {id}))",
                stamp=write_moment(after.modified_at),
                id=after.id,
            )
        if after:
            return quote("Id > {id}", id=after.id)
        return f"SystemModstamp >= {write_moment(self.start)}" if self.start else ""


def select(columns: Iterable[str], sobject: str) -> str:
    """The beginning of a query; the names come from our own tables and from describes, never from people."""
    return " ".join(["SELECT", ", ".join(columns), "FROM", sobject])


def list_selected(soql: str) -> tuple[str, ...]:
    """The columns of a query that `select` began."""
    return tuple(soql.partition(" FROM ")[0].removeprefix("SELECT ").split(", "))


def write_moment(moment: datetime) -> str:
    """An instant as a SOQL literal, its milliseconds kept (`format_soql` drops them and takes naive times as local)."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def read_id(row: Row) -> str:
    """The row's id, empty when it has none that could be one."""
    row_id = row.get("Id")
    return row_id if isinstance(row_id, str) else ""


def read_stamp(row: Row) -> datetime | None:
    """The row's SystemModstamp, None when it is no instant at which a row can have changed."""
    try:
        stamp = datetime.fromisoformat(str(row.get("SystemModstamp")))
        return stamp.astimezone(UTC) if stamp.tzinfo and stamp >= _NO_EARLIER else None
    except (ValueError, OverflowError):
        return None


def quote(template: str, **values: object) -> str:
    """A piece of SOQL with these values in it, each quoted so that none can end its literal."""
    return str(format_soql(template, **values))
