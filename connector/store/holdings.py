"""How much is held of a connection: live records by kind, values on their way, refused records that wait."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from adapters.base import Kind
from connector.store.guarantee_tables import PENDING
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.record_errors import Origin


def count_records(connection: Connection, name: str) -> dict[str, int]:
    """The live records of each kind that has any."""
    counts = {kind.value: _count_live(connection, name, kind) for kind in Kind}
    return {kind: count for kind, count in counts.items() if count}


def count_waiting(connection: Connection, name: str, now: datetime) -> int:
    """Refused records that are not due yet; those that are parked wait for a person and are not counted."""
    scope = (ERRORS.c.connection == name, ERRORS.c.origin == Origin.PUSH.value, ERRORS.c.parked_at.is_(None))
    later = select(ERRORS.c.kind, ERRORS.c.id).distinct().where(*scope, ERRORS.c.next_attempt_at > now).subquery()
    return connection.scalar(select(func.count()).select_from(later)) or 0


def count_pending(connection: Connection, name: str) -> int:
    """Records whose values a run gathered and did not come to write, or had no answer for."""
    records = select(PENDING.c.kind, PENDING.c.record).distinct().where(PENDING.c.connection == name).subquery()
    return connection.scalar(select(func.count()).select_from(records)) or 0


def _count_live(connection: Connection, name: str, kind: Kind) -> int:
    mirror = TABLES[kind]
    live = (mirror.c.connection == name, mirror.c.deleted_at.is_(None))
    return connection.scalar(select(func.count()).select_from(mirror).where(*live)) or 0
