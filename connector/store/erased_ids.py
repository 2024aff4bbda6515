"""Whom nobody is to speak of again."""

from __future__ import annotations

from sqlalchemy import Connection, select

from connector.store.privacy_tables import ERASED_PEOPLE


def read_erased_ids(connection: Connection, name: str) -> frozenset[str]:
    """The ids of all people of a connection who were erased."""
    table = ERASED_PEOPLE
    return frozenset(connection.scalars(select(table.c.id).where(table.c.connection == name)))
