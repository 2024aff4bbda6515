"""Runs a walk to its end whatever becomes of its locators, and vouches for having given every row of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta

from adapters.base import Cursor
from adapters.errors import TransientError
from adapters.salesforce.failures import LocatorLostError, SlowQueryError, garbled
from adapters.salesforce.keyset import Walk, list_selected
from adapters.salesforce.wire import Row, Wire

_RESTARTS = 3
_CLOCKS_DIFFER = timedelta(minutes=5)
"""So far may the clocks of Salesforce's own machines be apart."""
_LIMITS = (10_000, 2_000, 500, 100)


class _Progress:
    """Where a walk stands: the last row given, how often it was restarted since, how narrow its queries are."""

    def __init__(self) -> None:
        self.after: Cursor | None = None
        self.restarts = 0
        self.limits = list(_LIMITS)
        self.limit: int | None = None

    def advance(self, position: Cursor | None) -> None:
        self.after = position or self.after
        self.restarts = 0

    def restart(self, host: str, sobject: str) -> None:
        self.restarts += 1
        if self.restarts > _RESTARTS:
            raise TransientError(f"Salesforce at {host} keeps breaking off the rows of {sobject}; try again later")

    def narrow(self, error: SlowQueryError, sobject: str) -> None:
        if not self.limits:
            raise TransientError(f"{error.message}, even for few rows of {sobject}; try again later", code=error.code)
        self.limit = self.limits.pop(0)


def walk(wire: Wire, plan: Walk) -> Iterator[list[Row]]:
    """The rows of a walk, page by page; a page is given only once its rows are known to be all there.

    A query whose locator died (with its session, or after two days) or whose pages do not add up goes on right after
    the last row given. One that takes too long is asked for fewer rows at a time. TransientError when neither helps, or
    when rows without a usable place leave nowhere to go on from.
    """
    progress = _Progress()
    while True:
        start, given = progress.after, 0
        try:
            for rows in _read_pages(wire, plan.write_soql(progress.after, progress.limit), plan):
                given += len(rows)
                yield rows
                progress.advance(find_position(wire, plan, rows))
            if progress.limit is None or given < progress.limit:
                return
            if progress.after == start:
                raise garbled(f"reading {plan.sobject}", wire.host)
        except LocatorLostError:
            progress.restart(wire.host, plan.sobject)
        except SlowQueryError as error:
            progress.narrow(error, plan.sobject)


def find_position(wire: Wire, plan: Walk, rows: Sequence[Row]) -> Cursor | None:
    """Where the last of these rows stands; None when none has a usable place.

    A stamp later than Salesforce's own clock is none: going on from there would skip all that is still to come.
    """
    now = wire.server_time
    places = (place for place in map(plan.locate, reversed(rows)) if place)
    return next((place for place in places if now is None or place.modified_at <= now + _CLOCKS_DIFFER), None)


def read_rows(wire: Wire, soql: str, sobject: str, *, deleted: bool = False) -> list[Row]:
    """All rows of a query that gives few (as a rule no more than a page); read afresh when it broke off."""
    plan = Walk(sobject, list_selected(soql), deleted=deleted)
    for _ in range(_RESTARTS):
        with suppress(LocatorLostError, SlowQueryError):
            return [row for page in _read_pages(wire, soql, plan) for row in page]
    raise TransientError(f"Salesforce at {wire.host} keeps breaking off the rows of {sobject}; try again later")


def _read_pages(wire: Wire, soql: str, plan: Walk) -> Iterator[list[Row]]:
    answer = wire.query(soql, plan.sobject, deleted=plan.deleted)
    total = answer.get("totalSize")
    seen = 0
    while True:
        rows = _read_records(answer, wire.host, plan)
        seen += len(rows)
        is_last = answer.get("done", True) is not False
        if seen != (total if is_last else _count_delivered(answer, seen)) or not (rows or is_last):
            raise LocatorLostError(f"the pages of a query at {wire.host} do not add up")
        if rows:
            yield rows
        if is_last:
            return
        answer = wire.query_more(str(answer.get("nextRecordsUrl")), plan.sobject)


def _read_records(answer: Row, host: str, plan: Walk) -> list[Row]:
    """The rows of an answer, each with every column: Salesforce gives an empty one as null and leaves none out."""
    records = answer.get("records")
    columns = set(plan.columns)
    if not isinstance(records, list) or not all(isinstance(row, dict) and columns <= row.keys() for row in records):
        raise garbled(f"reading {plan.sobject}", host)
    return records


def _count_delivered(answer: Row, seen: int) -> int:
    """The number of rows behind us by Salesforce's own count: a nextRecordsUrl ends in `<locator>-<rows so far>`."""
    match = re.search(r"-(\d+)$", str(answer.get("nextRecordsUrl")))
    return int(match[1]) if match else seen
