"""Which connections are paused: kept in the database, so that every machine and every command knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from connector.store.operation_tables import PAUSES
from connector.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when a connection is paused, and by whom."""

    since: datetime
    by: str


def read_pause(connection: Connection, name: str) -> Pause | None:
    """The pause of a connection; None where it runs as usual."""
    row = connection.execute(select(PAUSES).where(PAUSES.c.connection == name)).one_or_none()
    return Pause(row.since, row.by) if row else None


def pause(connection: Connection, name: str, by: str, at: datetime) -> None:
    """Begin a pause; one that is there already stays as it is."""
    row = {"connection": name, "since": at, "by": by}
    connection.execute(insert_into(connection, PAUSES).on_conflict_do_nothing(), [row])


def resume(connection: Connection, name: str) -> bool:
    """End a pause; whether there was one."""
    return connection.execute(delete(PAUSES).where(PAUSES.c.connection == name)).rowcount > 0
