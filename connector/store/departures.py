"""Who left long ago: said to have left, or deleted in the CRM."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from adapters.base import Kind
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import PLAN_VALUES
from connector.store.privacy_tables import ERASED_PEOPLE
from mappings.strategy import Entity

_CONTACT = TABLES[Kind.CONTACT]


def find_departed(connection: Connection, name: str, before: datetime) -> list[str]:
    """The people who left before a moment and are not forgotten yet."""
    erased = connection.scalars(select(ERASED_PEOPLE.c.id).where(ERASED_PEOPLE.c.connection == name))
    left = _said_to_have_left(connection, name, before) | _gone_from_crm(connection, name, before)
    return sorted(left - set(erased))


def _said_to_have_left(connection: Connection, name: str, before: datetime) -> set[str]:
    """Those whom nobody says to be there still."""
    table = PLAN_VALUES
    scope = (table.c.connection == name, table.c.entity == Entity.STAKEHOLDER.value, table.c.field == "departed")
    rows = connection.execute(select(table.c.id, table.c.value, table.c.at).where(*scope)).all()
    there = {row.id for row in rows if row.value == "false"}
    return {row.id for row in rows if row.value == "true" and row.at < before} - there


def _gone_from_crm(connection: Connection, name: str, before: datetime) -> set[str]:
    """Those deleted, and those who left and are at no account, of whom no plan knows it; merged ones live on."""
    table = _CONTACT
    deleted = and_(table.c.deleted_at < before, table.c.merged_into.is_(None))
    nowhere = and_(table.c.departed.is_(True), table.c.account.is_(None), table.c.modified_at < before)
    mine = (table.c.connection == name, or_(deleted, and_(table.c.deleted_at.is_(None), nowhere)))
    return set(connection.scalars(select(table.c.id).where(*mine)))
