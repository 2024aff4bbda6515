"""Reads and writes the ledger: organisations, cursors, runs, acknowledged values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from adapters.base import Cursor, Kind, Organisation
from connector.store.chunks import chunks
from connector.store.computed import forget_computed_of
from connector.store.ledger_tables import CURSORS, EDITED, KNOWN_FIELDS, ORGANISATIONS, RUNS, VANISHED, WRITTEN
from connector.store.upsert import insert_into, upsert


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """The organisation that a connection first met, and when all of it was last pulled."""

    id: str
    name: str
    currency: str | None
    last_complete_pull_at: datetime | None


def read_organisation(connection: Connection, name: str) -> KnownOrganisation | None:
    """The organisation of a connection, None before its first run."""
    row = connection.execute(select(ORGANISATIONS).where(ORGANISATIONS.c.connection == name)).one_or_none()
    return KnownOrganisation(row.id, row.name, row.currency, row.last_complete_pull_at) if row else None


def save_organisation(connection: Connection, name: str, crm: str, organisation: Organisation) -> None:
    """Remember whom a connection talks to."""
    row = {"connection": name, "crm": crm, "id": organisation.id, "name": organisation.name}
    upsert(connection, ORGANISATIONS, [row | {"currency": organisation.currency}])


def mark_complete_pull(connection: Connection, name: str, at: datetime) -> None:
    """All kinds of this connection were read to their end at this moment."""
    connection.execute(update(ORGANISATIONS).where(ORGANISATIONS.c.connection == name).values(last_complete_pull_at=at))


def read_cursor(connection: Connection, name: str, kind: Kind, fields: str) -> Cursor | None:
    """How far this kind was read with these fields (a fingerprint); None when it must be read from the beginning."""
    table = CURSORS
    row = connection.execute(select(table).where(table.c.connection == name, table.c.kind == kind)).one_or_none()
    return Cursor(row.modified_at, row.id) if row and row.fields == fields else None


def read_position(connection: Connection, name: str, kind: Kind) -> Cursor | None:
    """How far this kind was read, with whatever fields."""
    table = CURSORS
    row = connection.execute(select(table).where(table.c.connection == name, table.c.kind == kind)).one_or_none()
    return Cursor(row.modified_at, row.id) if row else None


def save_cursor(connection: Connection, name: str, kind: Kind, fields: str, cursor: Cursor) -> None:
    """Commit a cursor beside the rows it stands for."""
    row = {"connection": name, "kind": kind.value, "modified_at": cursor.modified_at, "id": cursor.id, "fields": fields}
    upsert(connection, CURSORS, [row])


def read_known_fields(connection: Connection, name: str, kind: Kind) -> set[str]:
    """The CRM fields that this connection has read before."""
    table = KNOWN_FIELDS
    return set(connection.scalars(select(table.c.field).where(table.c.connection == name, table.c.kind == kind)))


def save_known_fields(connection: Connection, name: str, kind: Kind, fields: Iterable[str]) -> None:
    """Remember CRM fields that were there."""
    rows = [{"connection": name, "kind": kind.value, "field": field} for field in fields]
    if rows:
        connection.execute(insert_into(connection, KNOWN_FIELDS).on_conflict_do_nothing(), rows)


def save_run(connection: Connection, row: Mapping[str, Any]) -> None:
    """Insert a run or set what is new of it."""
    upsert(connection, RUNS, [row])


def read_runs(connection: Connection, name: str, most: int, command: str | None = None) -> Sequence[Any]:
    """The last runs of a connection, newest first; of one command only, where it is given."""
    query = select(RUNS).where(RUNS.c.connection == name).order_by(RUNS.c.started_at.desc()).limit(most)
    return connection.execute(query if command is None else query.where(RUNS.c.command == command)).all()


def read_written(
    connection: Connection, name: str, kind: Kind, records: Sequence[str]
) -> dict[str, dict[str, str | None]]:
    """What the CRM last acknowledged of these records: `{record: {field: canonical text}}`."""
    written: dict[str, dict[str, str | None]] = {}
    table = WRITTEN
    query = select(table).where(table.c.connection == name, table.c.kind == kind)
    for some in chunks(records):
        for row in connection.execute(query.where(table.c.record.in_(some))):
            written.setdefault(row.record, {})[row.field] = row.value
    return written


def read_edited(connection: Connection, name: str, kind: Kind, records: Sequence[str]) -> dict[str, set[str]]:
    """The fields of these records in which the CRM holds what somebody else put in the place of ours."""
    edited: dict[str, set[str]] = {}
    table = WRITTEN
    scope = (table.c.connection == name, table.c.kind == kind, table.c.run == EDITED)
    for some in chunks(records):
        query = select(table.c.record, table.c.field).where(*scope, table.c.record.in_(some))
        for record, field in connection.execute(query):
            edited.setdefault(record, set()).add(field)
    return edited


def fields_ever_written(connection: Connection, name: str, kind: Kind) -> set[str]:
    """The CRM fields of ours that were acknowledged at least once."""
    table = WRITTEN
    return set(
        connection.scalars(select(table.c.field).distinct().where(table.c.connection == name, table.c.kind == kind))
    )


def mark_vanished(connection: Connection, name: str, kind: Kind, field: str) -> None:
    """A field of ours is gone from the CRM: what it held is not known if it ever comes back."""
    table = WRITTEN
    held = update(table).where(table.c.connection == name, table.c.kind == kind, table.c.field == field)
    connection.execute(held.values(value=VANISHED, run=EDITED))


def correct_written(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Save what the CRM holds in place of what we thought; what is to be there is found out anew."""
    save_written(connection, rows)
    records: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        records.setdefault((row["connection"], row["kind"]), set()).add(row["record"])
    for (name, kind), ids in records.items():
        forget_computed_of(connection, name, Kind(kind), ids)


def save_written(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember acknowledged values."""
    upsert(connection, WRITTEN, rows)
