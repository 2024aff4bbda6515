"""Keeps the last requests and answers of runs, and forgets those that are old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from connector.store.trail_tables import EXCHANGES
from connector.store.upsert import upsert


def save_exchanges(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was sent and answered."""
    if rows:
        upsert(connection, EXCHANGES, rows)


def forget_exchanges_before(connection: Connection, name: str, before: datetime) -> None:
    """Forget a connection's older ones."""
    connection.execute(delete(EXCHANGES).where(EXCHANGES.c.connection == name, EXCHANGES.c.at < before))


def read_exchanges(connection: Connection, name: str, run: str) -> Sequence[Any]:
    """What is kept of a run, in the order in which it was sent."""
    mine = (EXCHANGES.c.connection == name, EXCHANGES.c.run == run)
    return connection.execute(select(EXCHANGES).where(*mine).order_by(EXCHANGES.c.number)).all()
