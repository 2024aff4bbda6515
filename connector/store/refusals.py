"""Records whose writes the CRM refused: since when, how often, and when they are due again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from adapters.base import Kind
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.record_errors import Origin
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
    query = select(ERRORS).where(*_scope(name), ERRORS.c.kind == kind.value, ERRORS.c.id.in_(records))
    return {
        row.id: Refused(row.attempts, row.first_at, row.next_attempt_at, row.parked_at, row.values_digest)
        for row in connection.execute(query.order_by(ERRORS.c.attempts))
    }


def save_refused(connection: Connection, name: str, kind: Kind, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep one refusal per record, the last; each row holds the columns beside connection, kind and origin."""
    if rows:
        ids = [row["id"] for row in rows]
        connection.execute(delete(ERRORS).where(*_scope(name), ERRORS.c.kind == kind.value, ERRORS.c.id.in_(ids)))
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


def forget_refusals_of_the_gone(connection: Connection, name: str, kind: Kind) -> None:
    """Records that are deleted in the CRM are tried no more."""
    mirror = TABLES[kind]
    gone = select(mirror.c.id).where(mirror.c.connection == name, mirror.c.deleted_at.is_not(None))
    connection.execute(delete(ERRORS).where(*_scope(name), ERRORS.c.kind == kind.value, ERRORS.c.id.in_(gone)))


def _scope(name: str) -> tuple[ColumnElement[bool], ...]:
    return ERRORS.c.connection == name, ERRORS.c.origin == Origin.PUSH.value
