"""Records people at first sight, a page at a time and within the database: a first sync meets them all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.columns import Moment
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_values import Side, Source
from mappings.strategy import Entity

_PERSON = TABLES[Kind.CONTACT]
_SPOKEN = {
    "account": cast(_PERSON.c.account, String),
    "role": literal('"', String) + cast(_PERSON.c.role, String) + literal('"', String),
    "influence": cast(_PERSON.c.influence, String),
    "stance": literal('"', String) + cast(_PERSON.c.stance, String) + literal('"', String),
    "departed": case((_PERSON.c.departed.is_(True), literal("true", String)), else_=literal("false", String)),
}
"""Each value as its text in a plan: an account's is its id, the others are JSON."""

_JUDGED = [_PERSON.c[field].is_not(None) for field in _SPOKEN if field != "account"]


def find_recorded(connection: Connection, name: str, people: Collection[str]) -> set[str]:
    """Those of these people of whom a plan knows anything the CRM said."""
    table = PLAN_VALUES
    crm = (table.c.connection == name, table.c.entity == Entity.STAKEHOLDER.value, table.c.side == Side.CRM.value)
    query = select(table.c.id).distinct().where(*crm)
    return {id_ for some in chunks(list(people)) for id_ in connection.scalars(query.where(table.c.id.in_(some)))}


def find_unrecorded(connection: Connection, name: str, most: int) -> list[str]:
    """Some people whom somebody judged in the CRM and of whom no plan knows that: they were there before plans were."""
    known = exists().where(
        PLAN_VALUES.c.connection == name,
        PLAN_VALUES.c.entity == Entity.STAKEHOLDER.value,
        PLAN_VALUES.c.id == _PERSON.c.id,
        PLAN_VALUES.c.side == Side.CRM.value,
    )
    judged = (_PERSON.c.connection == name, _PERSON.c.deleted_at.is_(None), _PERSON.c.account.is_not(None))
    return list(connection.scalars(select(_PERSON.c.id).where(*judged, or_(*_JUDGED), ~known).limit(most)))


def record_first_sight(connection: Connection, name: str, people: Collection[str], author: str, now: datetime) -> None:
    """Keep what the mirror says of people of whom nothing is recorded; dated with their records, else `now`.

    Of somebody at no account, or whom nobody judged, there is nothing to keep.
    """
    stamp = func.coalesce(_PERSON.c.modified_at, literal(now, Moment()), type_=Moment())
    spoken: dict[str, Any] = {"source": Source.CRM_FOUND.value, "author": author, "side": Side.CRM.value}
    for some in chunks(list(people)):
        seen = and_(_PERSON.c.connection == name, _PERSON.c.id.in_(some), _PERSON.c.deleted_at.is_(None))
        worth = and_(seen, _PERSON.c.account.is_not(None), or_(*_JUDGED))
        for table, value in ((PLAN_VALUES, "value"), (PLAN_CHANGES, "new")):
            parts = [_part(field, text, worth, spoken, stamp) for field, text in _SPOKEN.items()]
            into = ["connection", "entity", "id", "field", value, "account", "at", *spoken]
            connection.execute(table.insert().from_select(into, union_all(*parts), include_defaults=False))


def record_leaving(connection: Connection, name: str, homes: Mapping[str, str], author: str, now: datetime) -> None:
    """Whoever is at another account since a merge has left those where plans knew them; `homes`: where they are now."""
    table, last = PLAN_CHANGES, dict[tuple[str, str], str | None]()
    query = select(table.c.account, table.c.id, table.c.field, table.c.new).order_by(table.c.at, table.c.number)
    query = query.where(table.c.connection == name, table.c.entity == Entity.STAKEHOLDER.value)
    for some in chunks(sorted(homes)):
        for account, id_, field, new in connection.execute(query.where(table.c.id.in_(some))):
            last[account, id_] = new if field == "account" else last.get((account, id_), account)
    head = {"connection": name, "entity": Entity.STAKEHOLDER.value, "field": "account", "side": Side.CRM.value}
    told = {"source": Source.CRM_FOUND.value, "author": author, "at": now, "evidence": None}
    left = [
        head | told | {"account": account, "id": id_, "old": account, "new": homes[id_]}
        for (account, id_), place in last.items()
        if place == account != homes[id_]
    ]
    if left:
        connection.execute(table.insert(), left)


def _part(
    field: str, text: ColumnElement[Any], worth: ColumnElement[bool], spoken: dict[str, Any], stamp: ColumnElement[Any]
) -> Any:  # noqa: ANN401 - a SELECT of these columns
    known: Column[Any] = _PERSON.c[field]
    same = (literal(word, String) for word in spoken.values())
    entity, name = literal(Entity.STAKEHOLDER.value, String), literal(field, String)
    columns = (_PERSON.c.connection, entity, _PERSON.c.id, name, text, _PERSON.c.account, stamp, *same)
    return select(*columns).where(worth, known.is_not(None))
