"""Keeps what went wrong with single records, until it went well: unusable values, refused writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.ledger_tables import ERRORS
from connector.store.upsert import insert_into


class Origin(StrEnum):
    """Where an error arose, hence what clears it: the record's next pull, computation or acknowledged write."""

    PULL = "pull"
    COMPUTE = "compute"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class RecordError:
    """One fault of one record; `field` is empty where the whole record is meant."""

    kind: Kind
    id: str
    field: str
    code: str
    message: str


def save_errors(connection: Connection, name: str, origin: Origin, errors: Sequence[RecordError], at: datetime) -> None:
    """Keep new faults; one that is there already counts another attempt and keeps its first time."""
    if not errors:
        return
    insert = insert_into(connection, ERRORS)
    again = {"code": insert.excluded.code, "message": insert.excluded.message, "last_at": insert.excluded.last_at}
    statement = insert.on_conflict_do_update(
        index_elements=[column.name for column in ERRORS.primary_key], set_=again | {"attempts": ERRORS.c.attempts + 1}
    )
    connection.execute(statement, [_row(name, origin, error, at) for error in errors])


def renew_left_out(connection: Connection, name: str, accounts: Sequence[str], at: datetime) -> None:
    """What the computation left out of these accounts is so still, as if it had been found once more."""
    scope = (ERRORS.c.connection == name, ERRORS.c.origin == Origin.COMPUTE.value, ERRORS.c.kind == Kind.ACCOUNT.value)
    again = update(ERRORS).where(*scope).values(last_at=at, attempts=ERRORS.c.attempts + 1)
    for some in chunks(accounts):
        connection.execute(again.where(ERRORS.c.id.in_(some)))


def clear_errors(connection: Connection, name: str, origin: Origin, kind: Kind, ids: Sequence[str]) -> None:
    """These records went well: forget their faults of this origin."""
    if not ids:
        return
    table = ERRORS
    scope = (table.c.connection == name, table.c.origin == origin.value, table.c.kind == kind.value)
    connection.execute(delete(table).where(*scope, table.c.id == bindparam("good")), [{"good": id_} for id_ in ids])


def read_errors(connection: Connection, name: str | None = None) -> Sequence[Any]:
    """All kept faults, of one connection or of all, oldest first."""
    query = select(ERRORS).order_by(ERRORS.c.first_at, ERRORS.c.connection, ERRORS.c.kind, ERRORS.c.id, ERRORS.c.field)
    return connection.execute(query if name is None else query.where(ERRORS.c.connection == name)).all()


def count_errors(connection: Connection, name: str, origin: Origin) -> int:
    """How many records have a fault of this origin."""
    scope = (ERRORS.c.connection == name, ERRORS.c.origin == origin.value)
    distinct = select(ERRORS.c.kind, ERRORS.c.id).distinct().where(*scope).subquery()
    return connection.scalar(select(func.count()).select_from(distinct)) or 0


def _row(name: str, origin: Origin, error: RecordError, at: datetime) -> dict[str, Any]:
    return {
        "connection": name,
        "kind": error.kind.value,
        "id": error.id,
        "field": error.field,
        "origin": origin.value,
        "code": error.code,
        "message": error.message,
        "attempts": 1,
        "first_at": at,
        "last_at": at,
    }
