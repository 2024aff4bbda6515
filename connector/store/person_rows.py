"""Which rows are about a person, under whatever ids the CRM had them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, or_, select

from adapters.base import Kind
from connector.store.erasures import list_parts_about
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.person_words import find_words
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_values import Side
from connector.store.privacy_tables import ERASED_PEOPLE
from mappings.strategy import Entity

_CONTACT = TABLES[Kind.CONTACT]


def list_same_people(connection: Connection, name: str, ids: Collection[str]) -> list[str]:
    """The ids of people: these, and those of contacts that the CRM merged with them, whichever won."""
    forwards = select(_CONTACT.c.id, _CONTACT.c.merged_into).where(_CONTACT.c.connection == name)
    found: set[str] = set()
    new = set(ids)
    while new:
        found |= new
        either = or_(_CONTACT.c.id.in_(new), _CONTACT.c.merged_into.in_(new))
        merged = connection.execute(forwards.where(_CONTACT.c.merged_into.is_not(None), either))
        new = {one for row in merged for one in row} - found
    return sorted(found)


def read_names(connection: Connection, name: str, ids: Collection[str]) -> list[tuple[str | None, str | None]]:
    """First and last name of these contacts, of deleted ones too."""
    mine = (_CONTACT.c.connection == name, _CONTACT.c.id.in_(ids))
    return [
        (row[0], row[1]) for row in connection.execute(select(_CONTACT.c.first_name, _CONTACT.c.last_name).where(*mine))
    ]


def read_addresses(connection: Connection, name: str, ids: Collection[str]) -> set[str]:
    """The e-mail addresses of these contacts, of deleted ones too."""
    mine = (_CONTACT.c.connection == name, _CONTACT.c.id.in_(ids), _CONTACT.c.email.is_not(None))
    return set(connection.scalars(select(_CONTACT.c.email).where(*mine)))


def read_said_names(connection: Connection, name: str, ids: Collection[str]) -> set[str]:
    """What people here ever said that these stakeholders are called, and their addresses."""
    table = PLAN_CHANGES
    person = (table.c.entity == Entity.STAKEHOLDER.value, table.c.id.in_(ids), table.c.field.in_(("name", "email")))
    mine = (table.c.connection == name, table.c.side == Side.LOCAL.value, *person)
    texts = connection.execute(select(table.c.old, table.c.new).where(*mine))
    return {str(json.loads(text)) for row in texts for text in row if text is not None}


def read_person(
    connection: Connection, name: str, ids: Sequence[str], words: Collection[str]
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Every row that is about a person, and every text that names them by these words, table by table."""
    found: dict[str, dict[tuple[Any, ...], Mapping[str, Any]]] = {}
    for table, condition in [about for id_ in ids for about in _rows_about(connection, name, id_)]:
        for row in connection.execute(select(table).where(table.c.connection == name, condition)).mappings():
            found.setdefault(table.name, {})[_key(table, row)] = dict(row)
    for table, naming in find_words(connection, name, words):
        found.setdefault(table.name, {})[_key(table, naming)] = dict(naming)
    return {table: list(rows.values()) for table, rows in found.items()}


def _key(table: Table, row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[key.name] for key in table.primary_key)


def _rows_about(connection: Connection, name: str, id_: str) -> list[tuple[Table, ColumnElement[bool]]]:
    answers, relations, links = (TABLES[kind] for kind in (Kind.NPS_ANSWER, Kind.ACCOUNT_CONTACT, Kind.DEAL_CONTACT))
    parts = [(Entity.STAKEHOLDER.value, id_), *list_parts_about(connection, name, id_)]
    pointer = json.dumps(id_)
    return [
        (_CONTACT, _CONTACT.c.id == id_),
        (answers, answers.c.contact == id_),
        (relations, relations.c.contact == id_),
        (links, links.c.contact == id_),
        (PLAN_VALUES, or_(_of_parts(PLAN_VALUES, parts), PLAN_VALUES.c.value == pointer)),
        (
            PLAN_CHANGES,
            or_(_of_parts(PLAN_CHANGES, parts), PLAN_CHANGES.c.old == pointer, PLAN_CHANGES.c.new == pointer),
        ),
        (ERRORS, and_(ERRORS.c.kind == Kind.CONTACT.value, ERRORS.c.id == id_)),
        (ERASED_PEOPLE, ERASED_PEOPLE.c.id == id_),
    ]


def _of_parts(table: Table, parts: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(*(and_(table.c.entity == entity, table.c.id == part) for entity, part in parts))
