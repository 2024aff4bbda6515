"""Query locators: where a query that has more than one page goes on.

A locator dies with the session that opened it, after two days, and when ten younger ones of the same session are open
(SOQL reference and REST API guide, "Query More Results"; "INVALID_QUERY_LOCATOR" in Salesforce help 000385421).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.salesforce.api.sessions import Session
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.schema.ids import make_id
from sandbox.salesforce.soql.records import Make, Record
from sandbox.salesforce.state.table import Row

LIFETIME = timedelta(days=2)
MOST_OPEN = 10
PREFIX = "01g"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A query's rows, fixed when it was sent, and how to print them."""

    id: str
    session: Session
    opened_at: datetime
    rows: list[Row]
    make: Make
    size: int


@dataclass(slots=True)
class Cursors:
    """The cursors that are open, oldest first."""

    clock: Clock
    _open: dict[str, Cursor] = field(default_factory=dict)
    _made: int = 0

    def first_page(self, session: Session, rows: list[Row], make: Make, size: int, root: str) -> Record:
        """The first page of `size` records; opens a cursor when there are more."""
        self._made += 1
        cursor = Cursor(make_id(PREFIX, self._made), session, self.clock.now(), rows, make, size)
        if len(rows) > size:
            self._close_surplus(session)
            self._open[cursor.id] = cursor
        return _page(cursor, 0, root)

    def next_page(self, session: Session, locator: str, root: str) -> Record:
        """The page that a locator such as 01g…-2000 names. Raises INVALID_QUERY_LOCATOR."""
        identity, _, start = locator.partition("-")
        cursor = self._open.get(identity)
        if not (cursor and start.isdecimal() and cursor.session is session and int(start) < len(cursor.rows)):
            raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
        if cursor.opened_at + LIFETIME <= self.clock.now():
            raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return _page(cursor, int(start), root)

    def _close_surplus(self, session: Session) -> None:
        own = [cursor.id for cursor in self._open.values() if cursor.session is session]
        for identity in own[: max(0, len(own) - MOST_OPEN + 1)]:
            del self._open[identity]

    def close_all(self) -> None:
        """Close every cursor, as the end of its session does."""
        self._open.clear()


def _page(cursor: Cursor, start: int, root: str) -> Record:
    end = start + cursor.size
    page: Record = {"totalSize": len(cursor.rows), "done": end >= len(cursor.rows)}
    if not page["done"]:
        page["nextRecordsUrl"] = f"{root}/query/{cursor.id}-{end}"
    page["records"] = [cursor.make(row) for row in cursor.rows[start:end]]
    return page
