"""The log of acknowledged writes, value by value, with what each field held before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.guarantee_tables import WRITE_LOG
from connector.store.ledger_tables import RUNS
from connector.store.upsert import upsert

PAGE = 1000
"""Records of which the log is read at once."""

KEPT = timedelta(days=90)
"""For how long what a run wrote is remembered, from when it began."""


@dataclass(frozen=True, slots=True)
class LoggedValue:
    """What a run wrote to one field, and what the field held before, as canonical text (None: empty)."""

    old: str | None
    new: str | None


def save_log(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Log acknowledged values."""
    upsert(connection, WRITE_LOG, rows)


def forget_written_before(connection: Connection, name: str, before: datetime) -> None:
    """Forget what runs wrote that began before this."""
    old = select(RUNS.c.id).where(RUNS.c.connection == name, RUNS.c.started_at < before)
    connection.execute(delete(WRITE_LOG).where(WRITE_LOG.c.connection == name, WRITE_LOG.c.run.in_(old)))


def read_logged(
    connection: Connection, name: str, run: str, kind: Kind, after: str
) -> dict[str, dict[str, LoggedValue]]:
    """What a run wrote to the next PAGE records in the order of ids, those behind `after`, by record and field."""
    table = WRITE_LOG
    scope = (table.c.connection == name, table.c.run == run, table.c.kind == kind.value)
    ids = select(table.c.record).distinct().where(*scope, table.c.record > after).order_by(table.c.record).limit(PAGE)
    logged: dict[str, dict[str, LoggedValue]] = {record: {} for record in connection.scalars(ids)}
    for row in connection.execute(select(table).where(*scope, table.c.record.in_(list(logged)))):
        logged[row.record][row.field] = LoggedValue(row.old, row.new)
    return logged


def read_last_writers(
    connection: Connection, name: str, kind: Kind, records: Sequence[str]
) -> dict[tuple[str, str], str]:
    """The run that last wrote each field of these records."""
    table = WRITE_LOG
    scope = (table.c.connection == name, table.c.kind == kind.value)
    query = select(table.c.record, table.c.field, table.c.run).where(*scope).order_by(table.c.at)
    return {
        (row.record, row.field): row.run
        for some in chunks(records)
        for row in connection.execute(query.where(table.c.record.in_(some)))
    }


def has_written(connection: Connection, name: str, run: str) -> bool:
    """Whether a run wrote anything."""
    wrote = exists().where(WRITE_LOG.c.connection == name, WRITE_LOG.c.run == run)
    return bool(connection.scalar(select(wrote)))
