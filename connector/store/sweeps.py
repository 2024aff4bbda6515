"""When each kind was last read whole, and how far a reading under way came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from adapters.base import Cursor, Kind
from connector.store.guarantee_tables import SWEEPS
from connector.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Sweep:
    """`swept_at`: when the last complete reading began. `begun_at`, `position`: of one that broke off half-way."""

    swept_at: datetime | None = None
    begun_at: datetime | None = None
    position: Cursor | None = None


def read_sweep(connection: Connection, name: str, kind: Kind) -> Sweep:
    """How a kind stands."""
    row = connection.execute(
        select(SWEEPS).where(SWEEPS.c.connection == name, SWEEPS.c.kind == kind.value)
    ).one_or_none()
    if row is None:
        return Sweep()
    if row.position is None:
        return Sweep(row.swept_at)
    begun, modified_at, id_ = json.loads(row.position)
    return Sweep(row.swept_at, datetime.fromisoformat(begun), Cursor(datetime.fromisoformat(modified_at), id_))


def begin_reading(connection: Connection, name: str, kind: Kind, at: datetime) -> None:
    """A pull begins with the first record: whatever becomes of it, its cursor leads through all of them from here."""
    end_sweep(connection, name, kind, at)


def save_position(connection: Connection, name: str, kind: Kind, begun: datetime, position: Cursor) -> None:
    """Commit how far a sweep came beside the rows it read."""
    text = json.dumps([begun.isoformat(), position.modified_at.isoformat(), position.id])
    upsert(connection, SWEEPS, [{"connection": name, "kind": kind.value, "position": text}])


def end_sweep(connection: Connection, name: str, kind: Kind, begun: datetime) -> None:
    """The kind was read whole by a reading that began then."""
    upsert(connection, SWEEPS, [{"connection": name, "kind": kind.value, "swept_at": begun, "position": None}])
