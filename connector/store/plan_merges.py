"""Lets plans follow the merges of a CRM: two ids of one person, account or deal become one in every plan."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, func, or_, select, update

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import KPI_MARKS, KPI_VALUES, PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_twins import plans_naming, unite_twins
from connector.store.plan_values import Side
from connector.store.upsert import upsert
from mappings.strategy import Entity

NAMED_AFTER = {Kind.CONTACT: Entity.STAKEHOLDER, Kind.ACCOUNT: Entity.PLAN}
"""The parts of a plan whose id is that of a record of the CRM."""

POINTERS: Mapping[Kind, Sequence[tuple[Entity, str]]] = {
    Kind.CONTACT: (
        (Entity.STAKEHOLDER, "reports_to"),
        (Entity.INFLUENCE_LINE, "source"),
        (Entity.INFLUENCE_LINE, "target"),
        (Entity.DEAL_PART, "stakeholder"),
        (Entity.ACTION, "stakeholder"),
        (Entity.ANSWER, "person"),
    ),
    Kind.ACCOUNT: ((Entity.CELL, "unit"), (Entity.STAKEHOLDER, "account")),
    Kind.DEAL: ((Entity.DEAL_PART, "deal"), (Entity.ACTION, "deal")),
}
"""The values of plans that name a record of the CRM."""

_TEXTS = ((PLAN_VALUES, "value"), (PLAN_CHANGES, "old"), (PLAN_CHANGES, "new"))


def follow_merges(connection: Connection, name: str, kind: Kind, winners: Mapping[str, str]) -> None:
    """Let all that plans and the history of KPIs say of merged records be said of those that took their places.

    Where something was said of both, the later word holds; the other stays in the history.
    """
    if kind not in POINTERS:
        return
    _follow_names(connection, name, kind, winners)
    _follow_pointers(connection, name, kind, winners)
    if kind is Kind.CONTACT:
        _drop_circles(connection, name, set(winners.values()))
    if kind is Kind.ACCOUNT:
        _follow_accounts(connection, name, winners)
    if kind in {Kind.ACCOUNT, Kind.DEAL}:
        _follow_figures(connection, name, kind, winners)
    naming = [(entity, field) for entity, field in POINTERS[kind] if field != "account"]
    plans = plans_naming(connection, name, naming, set(winners.values()))
    unite_twins(connection, name, plans | (set(winners.values()) if kind is Kind.ACCOUNT else set()))


def _follow_names(connection: Connection, name: str, kind: Kind, winners: Mapping[str, str]) -> None:
    if (entity := NAMED_AFTER.get(kind)) is None:
        return
    values = _read_parts(connection, name, entity, {*winners, *winners.values()})
    losing = [row for row in values if row["id"] in winners]
    if losing:
        _delete_parts(connection, name, entity, {row["id"] for row in values})
        renamed = [row | {"id": winners.get(row["id"], row["id"])} for row in _standing(values, winners)]
        upsert(connection, PLAN_VALUES, _latest(renamed))
    _rename(connection, PLAN_CHANGES, name, "id", winners, PLAN_CHANGES.c.entity == entity.value)
    if kind is Kind.CONTACT:
        _bring_home(connection, name, set(winners.values()))


def _standing(rows: Sequence[dict[str, Any]], winners: Mapping[str, str]) -> list[dict[str, Any]]:
    """A part that people took out of a plan tells nothing of the one that it becomes, as long as that stands."""
    out = {row["id"] for row in rows if row["field"] == "removed" and row["value"] == "true"}
    local = {row["id"] for row in rows if row["side"] == Side.LOCAL.value}
    stand = {winners.get(id_, id_) for id_ in local - out}
    gone = {id_ for id_ in out if winners.get(id_, id_) in stand}
    return [row for row in rows if row["id"] not in gone or row["side"] != Side.LOCAL.value]


def _latest(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several values of one key the one said last."""
    held: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        held[row["id"], row["field"], row["side"]] = row
    return list(held.values())


def _follow_pointers(connection: Connection, name: str, kind: Kind, winners: Mapping[str, str]) -> None:
    """An account's own id stands in a stakeholder's history as it is, all others are JSON."""
    for entity, field in POINTERS[kind]:
        plain = field == "account"
        moves = {
            (old if plain else json.dumps(old)): (new if plain else json.dumps(new)) for old, new in winners.items()
        }
        for table, column in _TEXTS:
            of_field = and_(table.c.entity == entity.value, table.c.field == field)
            _rename(connection, table, name, column, moves, of_field)


def _follow_accounts(connection: Connection, name: str, winners: Mapping[str, str]) -> None:
    for table in (PLAN_VALUES, PLAN_CHANGES):
        _rename(connection, table, name, "account", winners)


def _rename(
    connection: Connection, table: Table, name: str, column: str, moves: Mapping[str, str], *scope: ColumnElement[bool]
) -> None:
    """Look first: each statement that changes many rows one by one would read the table as often."""
    where = (table.c.connection == name, *scope)
    found = select(table.c[column]).distinct().where(*where, table.c[column].in_(list(moves)))
    if there := list(connection.scalars(found)):
        renaming = update(table).where(*where, table.c[column] == bindparam("old_text"))
        texts = [{"old_text": old, "new_text": moves[old]} for old in there]
        connection.execute(renaming.values({column: bindparam("new_text")}), texts)


def _bring_home(connection: Connection, name: str, people: Collection[str]) -> None:
    """What is said of a person belongs to the plan of the account where the person is."""
    contact, table = TABLES[Kind.CONTACT], PLAN_VALUES
    for some in chunks(sorted(people)):
        homes = select(contact.c.id, contact.c.account).where(contact.c.connection == name, contact.c.id.in_(some))
        for id_, home in connection.execute(homes.where(contact.c.account.is_not(None))).all():
            mine = (table.c.connection == name, table.c.entity == Entity.STAKEHOLDER.value, table.c.id == id_)
            connection.execute(update(table).where(*mine).values(account=home))


def _drop_circles(connection: Connection, name: str, people: Collection[str]) -> None:
    """Nobody reports to themselves, which is what a merge with one's boss would say."""
    table = PLAN_VALUES
    for some in chunks(sorted(people)):
        own = or_(*(and_(table.c.id == id_, table.c.value == json.dumps(id_)) for id_ in some))
        bosses = (table.c.connection == name, table.c.entity == Entity.STAKEHOLDER.value, table.c.field == "reports_to")
        connection.execute(update(table).where(*bosses, own).values(value=None))


def _follow_figures(connection: Connection, name: str, kind: Kind, winners: Mapping[str, str]) -> None:
    """The losers' figures become the winner's for the time before the winner had any: never two truths.

    Of several losers the one whose figures began last comes first, so that each tells of the time before the others'.
    """
    table = KPI_VALUES
    of_kind = (table.c.connection == name, table.c.kind == kind.value)
    firsts = select(table.c.record, func.min(table.c.since)).where(*of_kind).group_by(table.c.record)
    records = sorted({*winners, *winners.values()})
    begun: dict[str, datetime] = {
        record: since
        for some in chunks(records)
        for record, since in connection.execute(firsts.where(table.c.record.in_(some)))
    }
    told = sorted((pair for pair in winners.items() if pair[0] in begun), key=lambda pair: (begun[pair[0]], pair[0]))
    for loser, winner in reversed(told):
        if winner not in begun or begun[loser] < begun[winner]:
            _move_figures(connection, of_kind, loser, winner, begun.get(winner))
            begun[winner] = begun[loser]
    marks = (KPI_MARKS.c.connection == name, KPI_MARKS.c.kind == kind.value)
    connection.execute(delete(KPI_MARKS).where(*marks, KPI_MARKS.c.record.in_(list(winners.values()))))


def _move_figures(
    connection: Connection, of_kind: Sequence[ColumnElement[bool]], loser: str, winner: str, begun: datetime | None
) -> None:
    table = KPI_VALUES
    mine = [*of_kind, table.c.record == loser]
    if begun is not None:
        mine.append(table.c.since < begun)
        longer = or_(table.c.until.is_(None), table.c.until > begun)
        connection.execute(update(table).where(*mine, longer).values(until=begun))
    connection.execute(update(table).where(*mine).values(record=winner))


def _read_parts(connection: Connection, name: str, entity: Entity, ids: Collection[str]) -> list[dict[str, Any]]:
    query = select(PLAN_VALUES).where(PLAN_VALUES.c.connection == name, PLAN_VALUES.c.entity == entity.value)
    rows = (
        row
        for some in chunks(sorted(ids))
        for row in connection.execute(query.where(PLAN_VALUES.c.id.in_(some))).mappings()
    )
    return [dict(row) for row in rows]


def _delete_parts(connection: Connection, name: str, entity: Entity, ids: Collection[str]) -> None:
    mine = (PLAN_VALUES.c.connection == name, PLAN_VALUES.c.entity == entity.value)
    for some in chunks(list(ids)):
        connection.execute(delete(PLAN_VALUES).where(*mine, PLAN_VALUES.c.id.in_(some)))
