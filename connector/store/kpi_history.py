"""Keeps what each KPI was: a row for each change, closed by the next one; answers for any moment since the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, or_, select, update

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.ledger_tables import RUNS
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import KPI_MARKS, KPI_VALUES
from connector.store.upsert import upsert

NOTHING = "[null,"
"""Begins every figure without a value."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI's figure as JSON, and the version of the formula that gave it."""

    text: str
    formula: int


Figures: TypeAlias = "Mapping[str, Mapping[str, Figure]]"
"""By record, then by key: all that there are of a record."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The run that keeps figures, and its instant."""

    connection: str
    kind: Kind
    run: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """A figure of the history and since when it held."""

    text: str
    since: datetime
    formula: int
    run: str


def read_marks(connection: Connection, name: str, kind: Kind, records: Collection[str]) -> dict[str, str]:
    """The digest of each record's figures as they were last kept."""
    table = KPI_MARKS
    query = select(table.c.record, table.c.mark).where(table.c.connection == name, table.c.kind == kind.value)
    return {
        record: mark
        for some in chunks(list(records))
        for record, mark in connection.execute(query.where(table.c.record.in_(some)))
    }


def save_figures(connection: Connection, stamp: Stamp, figures: Figures, marks: Mapping[str, str]) -> None:
    """Keep what changed of these records' figures, and the digests by which that is found.

    What never had a value has no row. An instant that is not after the last one takes its place.
    """
    held = _read_open(connection, stamp, list(figures))
    closed, rows = [], []
    for record, of_record in figures.items():
        was = held.get(record, {})
        for key in was.keys() | of_record.keys():
            old, new = was.get(key), of_record.get(key)
            if _is_same(old, new):
                continue
            if old is not None and old.since < stamp.at:
                closed.append({"old_record": record, "old_key": key, "old_since": old.since})
            if new is not None:
                rows.append(_row(stamp, record, key, new) | {"since": max(stamp.at, old.since) if old else stamp.at})
    _close(connection, stamp, closed)
    upsert(connection, KPI_VALUES, rows)
    head = {"connection": stamp.connection, "kind": stamp.kind.value}
    upsert(connection, KPI_MARKS, [head | {"record": record, "mark": mark} for record, mark in marks.items()])


def end_history_of_the_gone(connection: Connection, name: str, at: datetime) -> None:
    """What was deleted or merged away in the CRM has no figures from this moment on."""
    for kind in (Kind.ACCOUNT, Kind.DEAL):
        mirror, of_kind = TABLES[kind], (KPI_MARKS.c.connection == name, KPI_MARKS.c.kind == kind.value)
        dead = select(mirror.c.id).where(mirror.c.connection == name, mirror.c.deleted_at.is_not(None))
        gone = list(connection.scalars(select(KPI_MARKS.c.record).where(*of_kind, KPI_MARKS.c.record.in_(dead))))
        for some in chunks(gone):
            ended = (*_of_kind(name, kind), KPI_VALUES.c.record.in_(some), KPI_VALUES.c.until.is_(None))
            connection.execute(update(KPI_VALUES).where(*ended).values(until=at))
            connection.execute(delete(KPI_MARKS).where(*of_kind, KPI_MARKS.c.record.in_(some)))


def read_reach(connection: Connection, name: str, command: str, done: str) -> tuple[datetime, datetime] | None:
    """From the first figure kept to the last run that computed all of them for its own moment; None without either."""
    first = connection.scalar(select(func.min(KPI_VALUES.c.since)).where(KPI_VALUES.c.connection == name))
    whole = (RUNS.c.connection == name, RUNS.c.command == command, RUNS.c.status == done)
    last = connection.scalar(select(func.max(RUNS.c.started_at)).where(*whole, RUNS.c.as_of == RUNS.c.started_at))
    return (first, last) if first and last else None


def list_records_at(connection: Connection, name: str, kind: Kind, at: datetime) -> list[str]:
    """The records that had figures at a moment, in the order of their ids."""
    query = select(KPI_VALUES.c.record).distinct().where(*_of_kind(name, kind), *_holding(at))
    return sorted(connection.scalars(query))


def read_figures_at(
    connection: Connection, name: str, kind: Kind, records: Sequence[str], at: datetime
) -> dict[str, dict[str, Past]]:
    """What the figures of these records were at a moment, by record and key."""
    table = KPI_VALUES
    query = select(table).where(*_of_kind(name, kind), *_holding(at))
    found: dict[str, dict[str, Past]] = {}
    for some in chunks(records):
        for row in connection.execute(query.where(table.c.record.in_(some))):
            found.setdefault(row.record, {})[row.key] = Past(row.figure, row.since, row.formula, row.run)
    return found


def read_course(
    connection: Connection, name: str, kind: Kind, key: str, records: Sequence[str]
) -> list[tuple[str, datetime, datetime | None, str]]:
    """All that a figure of these records ever was: record, since when, until when, and the figure."""
    table = KPI_VALUES
    query = select(table.c.record, table.c.since, table.c.until, table.c.figure)
    query = query.where(*_of_kind(name, kind), table.c.key == key).order_by(table.c.record, table.c.since)
    return [
        (row[0], row[1], row[2], row[3])
        for some in chunks(records)
        for row in connection.execute(query.where(table.c.record.in_(some)))
    ]


def _read_open(connection: Connection, stamp: Stamp, records: Sequence[str]) -> dict[str, dict[str, Past]]:
    table = KPI_VALUES
    query = select(table).where(*_of_kind(stamp.connection, stamp.kind), table.c.until.is_(None))
    found: dict[str, dict[str, Past]] = {}
    for some in chunks(records):
        for row in connection.execute(query.where(table.c.record.in_(some))):
            found.setdefault(row.record, {})[row.key] = Past(row.figure, row.since, row.formula, row.run)
    return found


def _is_same(old: Past | None, new: Figure | None) -> bool:
    if old is None:
        return new is None or new.text.startswith(NOTHING)
    return new is not None and new.text == old.text


def _row(stamp: Stamp, record: str, key: str, figure: Figure) -> dict[str, Any]:
    head = {"connection": stamp.connection, "kind": stamp.kind.value, "record": record, "key": key, "run": stamp.run}
    return head | {"until": None, "figure": figure.text, "formula": figure.formula}


def _close(connection: Connection, stamp: Stamp, closed: Sequence[Mapping[str, Any]]) -> None:
    table = KPI_VALUES
    old = (table.c.record == bindparam("old_record"), table.c.key == bindparam("old_key"))
    this = (*_of_kind(stamp.connection, stamp.kind), *old, table.c.since == bindparam("old_since"))
    if closed:
        connection.execute(update(table).where(*this).values(until=stamp.at), list(closed))


def _of_kind(name: str, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return KPI_VALUES.c.connection == name, KPI_VALUES.c.kind == kind.value


def _holding(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return KPI_VALUES.c.since <= at, or_(KPI_VALUES.c.until.is_(None), KPI_VALUES.c.until > at)
