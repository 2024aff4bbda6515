"""The fields of ours for which pulls ask: what they hold is known of every record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from adapters.base import Kind
from connector.store.guarantee_tables import WATCHED


def read_watched(connection: Connection, name: str, kind: Kind) -> set[str]:
    """The fields of a kind; `name` is the connection's."""
    mine = (WATCHED.c.connection == name, WATCHED.c.kind == kind.value)
    return set(connection.scalars(select(WATCHED.c.field).where(*mine)))


def save_watched(connection: Connection, name: str, kind: Kind, fields: Sequence[str]) -> None:
    """Make these all there are."""
    connection.execute(delete(WATCHED).where(WATCHED.c.connection == name, WATCHED.c.kind == kind.value))
    if fields:
        rows = [{"connection": name, "kind": kind.value, "field": field} for field in fields]
        connection.execute(insert(WATCHED), rows)
