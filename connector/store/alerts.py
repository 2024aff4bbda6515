"""Of what somebody was alerted: kept in the database, so that each alert goes out once, whatever process finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from connector.store.operation_tables import ALERTS
from connector.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Alert:
    """Since when a condition holds, and when that was told (None: not yet)."""

    since: datetime
    told_at: datetime | None


def read_alerts(connection: Connection, name: str) -> dict[str, Alert]:
    """What is bad about a connection, by condition."""
    rows = connection.execute(select(ALERTS).where(ALERTS.c.connection == name))
    return {row.condition: Alert(row.since, row.told_at) for row in rows}


def begin_alert(connection: Connection, name: str, condition: str, at: datetime) -> bool:
    """A condition holds from now on; False where another process was first to say so."""
    row = {"connection": name, "condition": condition, "since": at, "told_at": None}
    begun = insert_into(connection, ALERTS).values(row).on_conflict_do_nothing()
    return connection.scalar(begun.returning(ALERTS.c.condition)) is not None


def mark_told(connection: Connection, name: str, condition: str, at: datetime) -> None:
    """Its alert went out."""
    connection.execute(
        update(ALERTS).where(ALERTS.c.connection == name, ALERTS.c.condition == condition).values(told_at=at)
    )


def end_alert(connection: Connection, name: str, condition: str) -> bool:
    """A condition holds no longer; False where another process was first to say so."""
    ended = delete(ALERTS).where(ALERTS.c.connection == name, ALERTS.c.condition == condition)
    return connection.execute(ended).rowcount > 0
