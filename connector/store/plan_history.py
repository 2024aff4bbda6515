"""Reads the history of plans for KPIs: who touched one when, and how what people are to us turned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from connector.store.chunks import chunks
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_values import HUMAN, Side, Source
from mappings.strategy import Entity

_CHANGE = PLAN_CHANGES
_COLUMNS = [_CHANGE.c[name] for name in ("account", "entity", "id", "field", "new", "source", "author", "at", "number")]
_HUMAN = frozenset(source.value for source in HUMAN)


@dataclass(frozen=True, slots=True)
class Moment:
    """A change as far as KPIs ask: `value` is its JSON, `human` whether a person made it."""

    account: str
    entity: str
    id: str
    field: str
    value: str | None
    human: bool
    author: str
    at: datetime
    number: int


def read_moments(
    connection: Connection, name: str, accounts: Collection[str], turning: Iterable[str]
) -> dict[str, list[Moment]]:
    """By account, every change that a person made and those of these fields of stakeholders; in the order of time."""
    turns = and_(_CHANGE.c.entity == Entity.STAKEHOLDER.value, _CHANGE.c.field.in_(list(turning)))
    wanted = (_CHANGE.c.connection == name, or_(turns, _CHANGE.c.source.in_(_HUMAN)))
    found: dict[str, list[Moment]] = {}
    for some in chunks(list(accounts)):
        for row in connection.execute(select(*_COLUMNS).where(*wanted, _CHANGE.c.account.in_(some))):
            found.setdefault(row[0], []).append(_moment(*row))
    for moments in found.values():
        moments.sort(key=lambda moment: (moment.at, moment.number))
    return found


def _moment(*columns: Any) -> Moment:  # noqa: ANN401 - a row, whose columns are unpacked faster than named
    account, entity, id_, field, value, source, author, at, number = columns
    return Moment(account, entity, id_, field, value, source in _HUMAN, author, at, number)


def read_times(connection: Connection, name: str, accounts: Collection[str]) -> dict[Side, Mapping[Any, datetime]]:
    """When each value of a stakeholder, or of a plan itself, was said; by side, then by person or account, and field.

    What a pull found in the CRM may be older than its record: nobody knows when it was said, and it has no time here.
    Plans and stakeholders have no field in common of which both sides speak: one key never means two things.
    """
    table = PLAN_VALUES
    query = select(table.c.side, table.c.id, table.c.field, table.c.at).where(
        table.c.connection == name,
        table.c.entity.in_([Entity.STAKEHOLDER.value, Entity.PLAN.value]),
        table.c.source != Source.CRM_FOUND.value,
    )
    times: dict[Side, dict[tuple[str, str], datetime]] = {side: {} for side in Side}
    for some in chunks(list(accounts)):
        for side, id_, field, at in connection.execute(query.where(table.c.account.in_(some))):
            times[Side(side)][id_, field] = at
    return dict(times)
