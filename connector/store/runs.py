"""What is known of earlier runs: when one began, how it ended, and that it was killed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from connector.store.ledger_tables import RUNS


def read_beginning(connection: Connection, name: str, run: str) -> datetime | None:
    """When a connection's run of this id began; None where there was none."""
    return connection.scalar(select(RUNS.c.started_at).where(RUNS.c.connection == name, RUNS.c.id == run))


def close_killed(connection: Connection, name: str, running: str, killed: str) -> None:
    """Runs of a connection that are still marked as `running` were `killed`."""
    lost = update(RUNS).where(RUNS.c.connection == name, RUNS.c.status == running)
    connection.execute(lost.values(status=killed))


def list_runs(connection: Connection, names: Collection[str], most: int, begun: str = "") -> Sequence[Any]:
    """The last runs of these connections, newest first; those alone whose id begins with `begun`."""
    chosen = (RUNS.c.connection.in_(names), RUNS.c.id.startswith(begun, autoescape=True))
    query = select(RUNS).where(*chosen).order_by(RUNS.c.started_at.desc(), RUNS.c.id, RUNS.c.connection)
    return connection.execute(query.limit(most)).all()


def list_runs_since(connection: Connection, name: str, since: datetime) -> Sequence[Any]:
    """A connection's runs that began after this moment, newest first."""
    recent = select(RUNS).where(RUNS.c.connection == name, RUNS.c.started_at > since)
    return connection.execute(recent.order_by(RUNS.c.started_at.desc())).all()


def count_runs(connection: Connection, name: str) -> dict[tuple[str, str], int]:
    """How many runs of a connection there were, by command and status."""
    by = (RUNS.c.command, RUNS.c.status)
    rows = connection.execute(select(*by, func.count()).where(RUNS.c.connection == name).group_by(*by))
    return {(command, status): count for command, status, count in rows}
