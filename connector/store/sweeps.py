"""When each kind was last read whole, and how far a reading under way came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from adapters.base import Cursor, Kind
from connector.store.census import count_live
from connector.store.guarantee_tables import SWEEPS
from connector.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Sweep:
    """`swept_at`: when the last complete reading began. `begun_at`, `position`: of one that broke off half-way.

    `census_due`: it is not known which of the records that were here before are gone.
    """

    swept_at: datetime | None = None
    begun_at: datetime | None = None
    position: Cursor | None = None
    census_due: bool = False


def read_sweep(connection: Connection, name: str, kind: Kind) -> Sweep:
    """How a kind stands."""
    row = connection.execute(
        select(SWEEPS).where(SWEEPS.c.connection == name, SWEEPS.c.kind == kind.value)
    ).one_or_none()
    if row is None:
        return Sweep()
    if row.position is None:
        return Sweep(row.swept_at, census_due=row.census_due)
    begun, modified_at, id_ = json.loads(row.position)
    position = Cursor(datetime.fromisoformat(modified_at), id_)
    return Sweep(row.swept_at, datetime.fromisoformat(begun), position, row.census_due)


def begin_reading(connection: Connection, name: str, kind: Kind, at: datetime) -> None:
    """A pull begins with the first record: whatever becomes of it, its cursor leads through all of them from here.

    It shows only what lives: where records were known already, a census has to find those that are gone.
    """
    known = count_live(connection, name, kind) > 0
    _save(connection, name, kind, {"swept_at": at, "position": None, "census_due": known})


def save_position(connection: Connection, name: str, kind: Kind, begun: datetime, position: Cursor) -> None:
    """Commit how far a sweep came beside the rows it read."""
    text = json.dumps([begun.isoformat(), position.modified_at.isoformat(), position.id])
    _save(connection, name, kind, {"position": text})


def end_sweep(connection: Connection, name: str, kind: Kind, begun: datetime) -> None:
    """The kind was read whole by a reading that began then."""
    _save(connection, name, kind, {"swept_at": begun, "position": None})


def end_census(connection: Connection, name: str, kind: Kind) -> None:
    """What is gone was found."""
    _save(connection, name, kind, {"census_due": False})


def _save(connection: Connection, name: str, kind: Kind, new: dict[str, Any]) -> None:
    row = {"connection": name, "kind": kind.value, "census_due": False}
    connection.execute(insert_into(connection, SWEEPS).on_conflict_do_nothing(), [row])
    mine = (SWEEPS.c.connection == name, SWEEPS.c.kind == kind.value)
    connection.execute(update(SWEEPS).where(*mine).values(**new))
