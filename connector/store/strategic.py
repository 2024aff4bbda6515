"""Reads the accounts among which the strategic ones are found."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapters.base import Kind
from connector.store.entity_rows import read_entities, select_live
from connector.store.mirror_tables import TABLES
from mappings.entities import Account

_TABLE = TABLES[Kind.ACCOUNT]


def read_marked_ids(connection: Connection, name: str) -> list[str]:
    """The ids of the live accounts that the CRM marks as strategic."""
    marked = (_TABLE.c.connection == name, _TABLE.c.deleted_at.is_(None), _TABLE.c.strategic.is_(True))
    return list(connection.scalars(select(_TABLE.c.id).where(*marked)))


def read_accounts(connection: Connection, name: str, after: str, most: int) -> dict[str, Account]:
    """Live accounts in the order of their ids, from the first one after `after` (empty: from the start)."""
    query = select_live(Kind.ACCOUNT, name).where(_TABLE.c.id > after).order_by(_TABLE.c.id).limit(most)
    return read_entities(connection, Kind.ACCOUNT, query)
