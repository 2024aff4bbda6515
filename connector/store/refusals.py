"""Records whose writes the CRM refused: since when, how often, and when they are due again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.record_errors import Origin, clear_errors
from connector.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Refused:
    """How it stands with a refused record; `digest`: of the values that were refused."""

    attempts: int
    first_at: datetime
    next_attempt_at: datetime | None
    parked_at: datetime | None
    digest: str | None


def read_refused(connection: Connection, name: str, kind: Kind, records: Sequence[str]) -> dict[str, Refused]:
    """Those of these records that were refused."""
    query = select(ERRORS).where(*_scope(name), ERRORS.c.kind == kind.value).order_by(ERRORS.c.attempts)
    return {
        row.id: Refused(row.attempts, row.first_at, row.next_attempt_at, row.parked_at, row.values_digest)
        for some in chunks(records)
        for row in connection.execute(query.where(ERRORS.c.id.in_(some)))
    }


def save_refused(connection: Connection, name: str, kind: Kind, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep one refusal per record, the last; each row holds the columns beside connection, kind and origin."""
    if rows:
        clear_errors(connection, name, Origin.PUSH, kind, [str(row["id"]) for row in rows])
        head = {"connection": name, "kind": kind.value, "origin": Origin.PUSH.value}
        upsert(connection, ERRORS, [head | dict(row) for row in rows])


def make_due(connection: Connection, name: str, record: str | None = None) -> int:
    """Let refused records (or the one of this id) be tried again with the next run. Returns how many they are."""
    chosen = [*_scope(name), *([ERRORS.c.id == record] if record else [])]
    records = select(ERRORS.c.kind, ERRORS.c.id).distinct().where(*chosen).subquery()
    count = connection.scalar(select(func.count()).select_from(records)) or 0
    connection.execute(update(ERRORS).where(*chosen).values(next_attempt_at=None, parked_at=None))
    return count


def count_parked(connection: Connection, name: str) -> int:
    """How many records wait for a person."""
    parked = select(func.count()).select_from(ERRORS).where(*_scope(name), ERRORS.c.parked_at.is_not(None))
    return connection.scalar(parked) or 0


def forget_errors_of_the_gone(connection: Connection, name: str) -> None:
    """What went wrong with records that are deleted in the CRM matters no longer, and they are not tried again."""
    for kind, mirror in TABLES.items():
        gone = select(mirror.c.id).where(mirror.c.connection == name, mirror.c.deleted_at.is_not(None))
        of_kind = (ERRORS.c.connection == name, ERRORS.c.kind == kind.value)
        connection.execute(delete(ERRORS).where(*of_kind, ERRORS.c.id.in_(gone)))


def _scope(name: str) -> tuple[ColumnElement[bool], ...]:
    return ERRORS.c.connection == name, ERRORS.c.origin == Origin.PUSH.value
