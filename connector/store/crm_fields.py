"""Which fields in the CRM are ours: made by us, or adopted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from adapters.base import FieldKey, Kind
from connector.store.field_tables import CRM_FIELDS
from connector.store.ledger_tables import WRITTEN
from connector.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field of ours. `identity`, `adopted`: see the table."""

    kind: Kind
    name: str
    identity: str
    adopted: bool = False

    @property
    def key(self) -> FieldKey:
        """By which adapters know it."""
        return self.kind, self.name


def read_own_fields(connection: Connection, name: str) -> list[OwnField]:
    """All of a connection, by kind and name."""
    table = CRM_FIELDS
    rows = connection.execute(select(table).where(table.c.connection == name).order_by(table.c.kind, table.c.field))
    return [OwnField(Kind(row.kind), row.field, row.identity, row.adopted) for row in rows]


def save_own_fields(connection: Connection, name: str, fields: Iterable[OwnField], now: datetime) -> None:
    """Remember these as ours from now on."""
    rows = [
        {
            "connection": name,
            "kind": field.kind.value,
            "field": field.name,
            "identity": field.identity,
            "adopted": field.adopted,
            "at": now,
        }
        for field in fields
    ]
    upsert(connection, CRM_FIELDS, rows)


def forget_own_field(connection: Connection, name: str, field: OwnField) -> None:
    """It is ours no more."""
    table = CRM_FIELDS
    mine = (table.c.connection == name, table.c.kind == field.kind.value, table.c.field == field.name)
    connection.execute(delete(table).where(*mine))


def count_held(connection: Connection, name: str, field: OwnField) -> int:
    """Of how many records we know that they hold a value in this field."""
    table = WRITTEN
    mine = (table.c.connection == name, table.c.kind == field.kind, table.c.field == field.name)
    return connection.scalar(select(func.count()).where(*mine, table.c.value.is_not(None))) or 0
