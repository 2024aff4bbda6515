"""Reads and writes the values of account plans: each with its source, its author and its time, and each change kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select

from connector.store.chunks import chunks
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.upsert import upsert
from mappings.strategy import Entity


class Side(StrEnum):
    """Where a value stands: here, or in the CRM."""

    LOCAL = "local"
    CRM = "crm"


class Source(StrEnum):
    """Who says so: a person here, a file that a person imported, a person in the CRM; or found there at first sight."""

    PERSON = "person"
    IMPORT = "import"
    CRM = "crm"
    CRM_FOUND = "crm_found"


HUMAN = (Source.PERSON, Source.IMPORT, Source.CRM)
"""The sources that tell of a person at work; what a sync finds at first sight may be years old."""


@dataclass(frozen=True, slots=True)
class PlanValue:
    """A value of a part of a plan; `value` is JSON (None: unknown). `account`: whose plan the part belongs to."""

    entity: Entity
    id: str
    field: str
    account: str
    value: str | None
    source: Source
    author: str
    at: datetime
    side: Side = Side.LOCAL
    evidence: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from every other value of a connection."""
        return self.entity.value, self.id, self.field, self.side.value


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change of such a value, with what it was before; `number` rises with each change."""

    number: int
    now: PlanValue
    old: str | None


def save_values(
    connection: Connection, name: str, values: Sequence[PlanValue], *, again: bool = False
) -> list[PlanValue]:
    """Set values, each with its change kept; what holds already stays as it is. Returns those that were new.

    `again`: what holds already is said anew, at its new time.
    """
    latest = {value.key: value for value in values}
    held = _held(connection, name, {value.id for value in values})
    news = [value for key, value in latest.items() if again or _is_news(value, held.get(key))]
    if news:
        upsert(connection, PLAN_VALUES, [_row(name, value) for value in news])
        changes = [_change(name, value, held.get(value.key)) for value in news]
        connection.execute(PLAN_CHANGES.insert(), changes)
    return news


def save_missing(connection: Connection, name: str, values: Sequence[PlanValue]) -> list[PlanValue]:
    """Set those of these values of which nothing at all is known yet. Returns them."""
    held = _held(connection, name, {value.id for value in values})
    return save_values(connection, name, [value for value in values if value.key not in held])


def read_values(
    connection: Connection, name: str, accounts: Collection[str], side: Side | None = None
) -> list[PlanValue]:
    """All that is known of the plans of these accounts (of one side alone, where it is given), in a fixed order."""
    table = PLAN_VALUES
    scope = [table.c.connection == name, *([table.c.side == side.value] if side else [])]
    query = select(table).where(*scope)  # asked for an order, SQLite would walk through the whole table in it
    rows = [
        row for some in chunks(list(accounts)) for row in connection.execute(query.where(table.c.account.in_(some)))
    ]
    return [_value(row, row.value) for row in sorted(rows, key=attrgetter("entity", "id", "field", "side"))]


def read_part(connection: Connection, name: str, entity: Entity, id_: str) -> list[PlanValue]:
    """The values of one part, of both sides."""
    table = PLAN_VALUES
    scope = (table.c.connection == name, table.c.entity == entity.value, table.c.id == id_)
    return [_value(row, row.value) for row in connection.execute(select(table).where(*scope).order_by(table.c.field))]


def read_planned_accounts(connection: Connection, name: str) -> list[str]:
    """The accounts about which people have said anything here, in the order of their ids."""
    table = PLAN_VALUES
    scope = (table.c.connection == name, table.c.side == Side.LOCAL.value)
    return list(connection.scalars(select(table.c.account).distinct().where(*scope).order_by(table.c.account)))


def read_local_fields(connection: Connection, name: str, entity: Entity) -> set[str]:
    """The fields of a part of which people here have said anything at all."""
    table = PLAN_VALUES
    scope = (table.c.connection == name, table.c.entity == entity.value, table.c.side == Side.LOCAL.value)
    return set(connection.scalars(select(table.c.field).distinct().where(*scope, table.c.value.is_not(None))))


def read_changes(connection: Connection, name: str, accounts: Collection[str]) -> list[PlanChange]:
    """Every change of the plans of these accounts, in the order of time, then of their numbers."""
    table = PLAN_CHANGES
    query = select(table).where(table.c.connection == name)
    rows = [
        row for some in chunks(list(accounts)) for row in connection.execute(query.where(table.c.account.in_(some)))
    ]
    changes = [PlanChange(row.number, _value(row, row.new), row.old) for row in rows]
    return sorted(changes, key=lambda change: (change.now.at, change.number))


def _held(connection: Connection, name: str, ids: Iterable[str]) -> dict[tuple[str, str, str, str], Any]:
    table = PLAN_VALUES
    query = select(table).where(table.c.connection == name)
    return {
        (row.entity, row.id, row.field, row.side): row
        for some in chunks(list(ids))
        for row in connection.execute(query.where(table.c.id.in_(some)))
    }


def _is_news(value: PlanValue, held: Any | None) -> bool:  # noqa: ANN401 - a row
    """A known value that differs, or a judgement made on other evidence; unknown over nothing is none."""
    if held is None:
        return value.value is not None
    return (held.value, held.evidence, held.account) != (value.value, value.evidence, value.account)


def _row(name: str, value: PlanValue) -> dict[str, Any]:
    return _key(name, value) | {"value": value.value}


def _change(name: str, value: PlanValue, held: Any | None) -> dict[str, Any]:  # noqa: ANN401 - a row
    return _key(name, value) | {"old": held.value if held else None, "new": value.value}


def _key(name: str, value: PlanValue) -> dict[str, Any]:
    return {
        "connection": name,
        "entity": value.entity.value,
        "id": value.id,
        "field": value.field,
        "side": value.side.value,
        "account": value.account,
        "source": value.source.value,
        "author": value.author,
        "at": value.at,
        "evidence": value.evidence,
    }


def _value(row: Any, text: str | None) -> PlanValue:  # noqa: ANN401 - a row of either table
    return PlanValue(
        Entity(row.entity),
        row.id,
        row.field,
        row.account,
        text,
        Source(row.source),
        row.author,
        row.at,
        Side(row.side),
        row.evidence,
    )
