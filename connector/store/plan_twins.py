"""Makes one of the parts of plans that are the same since a merge: a cell of two accounts that are one, for example."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from connector.store.chunks import chunks
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_values import Side
from connector.store.upsert import upsert
from mappings.strategy import Entity

TOLD_APART_BY: Mapping[Entity, tuple[str, ...]] = {
    Entity.CELL: ("unit", "line"),
    Entity.DEAL_PART: ("deal", "stakeholder"),
    Entity.INFLUENCE_LINE: ("source", "target"),
    Entity.OBJECTIVE: ("text",),
    Entity.COMPETITOR: ("name", "where"),
    Entity.LEVER: ("text",),
    Entity.RISK: ("text",),
    Entity.TEAM_MEMBER: ("name", "role"),
}
"""Two parts of one plan that agree in these are the same; two actions, reviews or answers alike may well be two."""


def unite_twins(connection: Connection, name: str, accounts: Collection[str]) -> None:
    """Let each part of these plans be there once; of what was said of both the later word holds."""
    rows = _read(connection, name, accounts)
    moves = {part: first for twins in _find(rows) for part in twins[1:] for first in twins[:1]}
    if not moves:
        return
    touched = {*moves, *moves.values()}
    losing = [row for row in rows if (row["entity"], row["id"]) in touched]
    for (entity, id_), (_, first) in moves.items():
        held, said = (
            (table.c.connection == name, table.c.entity == entity, table.c.id == id_)
            for table in (PLAN_VALUES, PLAN_CHANGES)
        )
        connection.execute(delete(PLAN_VALUES).where(*held))
        connection.execute(update(PLAN_CHANGES).where(*said).values(id=first))
    renamed = [row | {"id": moves.get((row["entity"], row["id"]), (None, row["id"]))[1]} for row in losing]
    upsert(connection, PLAN_VALUES, list(_latest(renamed)))


def plans_naming(
    connection: Connection, name: str, fields: Iterable[tuple[Entity, str]], ids: Collection[str]
) -> set[str]:
    """The accounts in whose plans one of these fields names one of these records."""
    table, found = PLAN_VALUES, set[str]()
    for entity, field in fields:
        query = select(table.c.account).distinct()
        query = query.where(table.c.connection == name, table.c.entity == entity.value, table.c.field == field)
        for some in chunks([json.dumps(id_) for id_ in sorted(ids)]):
            found |= set(connection.scalars(query.where(table.c.value.in_(some))))
    return found


def _read(connection: Connection, name: str, accounts: Collection[str]) -> list[dict[str, Any]]:
    table = PLAN_VALUES
    scope = (table.c.connection == name, table.c.side == Side.LOCAL.value)
    query = select(table).where(*scope, table.c.entity.in_([entity.value for entity in TOLD_APART_BY]))
    return [
        dict(row)
        for some in chunks(sorted(accounts))
        for row in connection.execute(query.where(table.c.account.in_(some))).mappings()
    ]


def _find(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[tuple[str, str]]]:
    """The parts that are the same, those of one together, in the order of their ids; what was removed is none."""
    parts: dict[tuple[str, str, str], dict[str, str | None]] = defaultdict(dict)
    for row in rows:
        parts[row["account"], row["entity"], row["id"]][row["field"]] = row["value"]
    same: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for (account, entity, id_), values in sorted(parts.items()):
        words = [_folded(values.get(field)) for field in TOLD_APART_BY[Entity(entity)]]
        if any(words) and values.get("removed") != "true":
            same[account, entity, *words].append((entity, id_))
    yield from (twins for twins in same.values() if len(twins) > 1)


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _latest(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    held = {(row["entity"], row["id"], row["field"]): row for row in sorted(rows, key=lambda row: row["at"])}
    return held.values()
