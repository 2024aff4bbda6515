"""Forgets a person in every table that can know them, and remembers only that they were forgotten."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.plan_merges import POINTERS
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_values import Side
from connector.store.privacy_tables import ERASED_PEOPLE
from connector.store.upsert import insert_into
from mappings.entities import Contact
from mappings.strategy import Entity

KEPT = frozenset({"account", "departed"})
"""What stays of an erased contact: which account lost or kept a nameless person, so that its deals still add up."""

ERASED = "(erased)"
"""Stands in free text where the person's name or address stood."""

PERSONAL = tuple(name for name in Contact.model_fields if name not in KEPT)

_POINTING = POINTERS[Kind.CONTACT]
"""The values of plans that name a person by id."""

_ABOUT = (Entity.INFLUENCE_LINE, Entity.DEAL_PART, Entity.ANSWER)
"""The parts of a plan that mean nothing without the person: they go whole."""


def read_erased(connection: Connection, name: str, ids: Collection[str]) -> set[str]:
    """Those of these contacts that were erased."""
    table = ERASED_PEOPLE
    query = select(table.c.id).where(table.c.connection == name)
    return {id_ for some in chunks(list(ids)) for id_ in connection.scalars(query.where(table.c.id.in_(some)))}


def mark_erased(connection: Connection, name: str, ids: Iterable[str], at: datetime) -> None:
    """Remember that these contacts are not to be known again."""
    rows = [{"connection": name, "id": id_, "at": at} for id_ in ids]
    if rows:
        connection.execute(insert_into(connection, ERASED_PEOPLE).on_conflict_do_nothing(), rows)


def leave_no_trace(connection: Connection) -> None:
    """Have SQLite overwrite what is deleted from now on, which would stay readable in the file's free pages."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def erase_contact(connection: Connection, name: str, id_: str) -> int:
    """Empty the mirror's record of a contact and of what the CRM says it is to accounts and deals. Returns the rows."""
    contacts, relations, links = (TABLES[kind] for kind in (Kind.CONTACT, Kind.ACCOUNT_CONTACT, Kind.DEAL_CONTACT))
    mine = and_(contacts.c.connection == name, contacts.c.id == id_)
    rows = connection.execute(update(contacts).where(mine).values(dict.fromkeys(PERSONAL))).rowcount
    for table in (relations, links):
        of_person = and_(table.c.connection == name, table.c.contact == id_)
        rows += connection.execute(update(table).where(of_person).values(role=None, stance=None)).rowcount
    answers = TABLES[Kind.NPS_ANSWER]
    given = and_(answers.c.connection == name, answers.c.contact == id_)
    rows += connection.execute(update(answers).where(given).values(contact=None)).rowcount
    faults = and_(ERRORS.c.connection == name, ERRORS.c.kind == Kind.CONTACT.value, ERRORS.c.id == id_)
    return rows + connection.execute(delete(ERRORS).where(faults)).rowcount


def erase_judgements(connection: Connection, name: str, id_: str) -> int:
    """Forget what was ever said of a person in the plans, history included. Returns how many rows went or changed."""
    rows = 0
    parts = _parts_about(connection, name, id_)
    for table in (PLAN_VALUES, PLAN_CHANGES):
        of_person = and_(table.c.entity == Entity.STAKEHOLDER.value, table.c.id == id_)
        rows += connection.execute(delete(table).where(table.c.connection == name, of_person)).rowcount
        rows += sum(connection.execute(delete(table).where(*_part(table, name, part))).rowcount for part in parts)
    return rows + _empty_pointers(connection, name, id_)


def erase_words(connection: Connection, name: str, words: Collection[str]) -> int:
    """Replace a person's name and address wherever they stand in the texts of plans. Returns how many texts changed."""
    return sum(
        _replace_words(connection, name, table, column, words)
        for table, columns in ((PLAN_VALUES, ("value",)), (PLAN_CHANGES, ("old", "new")))
        for column in columns
    )


def _part(table: Table, name: str, part: tuple[str, str]) -> tuple[ColumnElement[bool], ...]:
    return (table.c.connection == name, table.c.entity == part[0], table.c.id == part[1])


def _parts_about(connection: Connection, name: str, id_: str) -> list[tuple[str, str]]:
    table = PLAN_CHANGES
    naming = or_(*(_names(entity, field) for entity, field in _POINTING if entity in _ABOUT))
    query = select(table.c.entity, table.c.id).distinct()
    found = connection.execute(query.where(table.c.connection == name, naming, table.c.new == json.dumps(id_)))
    return [(row.entity, row.id) for row in found]


def _names(entity: Entity, field: str) -> ColumnElement[bool]:
    return and_(PLAN_CHANGES.c.entity == entity.value, PLAN_CHANGES.c.field == field)


def _empty_pointers(connection: Connection, name: str, id_: str) -> int:
    """What still names the person by id (whom they lead, an action with them) names nobody from now on."""
    rows = 0
    for table, column in ((PLAN_VALUES, "value"), (PLAN_CHANGES, "old"), (PLAN_CHANGES, "new")):
        fields = or_(*(and_(table.c.entity == entity.value, table.c.field == field) for entity, field in _POINTING))
        naming = and_(table.c.connection == name, fields, table.c[column] == json.dumps(id_))
        rows += connection.execute(update(table).where(naming).values({column: None})).rowcount
    return rows


def _replace_words(connection: Connection, name: str, table: Table, column: str, words: Collection[str]) -> int:
    """Row by row in Python: the databases do not agree on how letters compare whatever their case."""
    keys = list(table.primary_key)
    said_by_people = (table.c.side == Side.LOCAL.value, table.c[column].is_not(None))
    query = select(*keys, table.c[column].label("text")).where(table.c.connection == name, *said_by_people)
    changed = [(row, said) for row in connection.execute(query) if (said := _without(row.text, words)) != row.text]
    for row, said in changed:
        this = [key == row._mapping[key.name] for key in keys]  # noqa: SLF001 - how SQLAlchemy names a row's columns
        connection.execute(update(table).where(*this).values({column: said}))
    return len(changed)


def _without(text: str, words: Collection[str]) -> str:
    """A JSON text with these words replaced, longest first, whatever their case."""
    value = json.loads(text)
    if not isinstance(value, str):
        return text
    for word in sorted(words, key=len, reverse=True):
        value = _replace_all(value, word)
    return json.dumps(value, ensure_ascii=False)


def _replace_all(text: str, word: str) -> str:
    lowered, wanted = text.casefold(), word.casefold()
    if len(lowered) != len(text):  # casefold changed lengths (ß): compare as it is written
        return text.replace(word, ERASED)
    parts, last = [], 0
    while (found := lowered.find(wanted, last)) >= 0:
        parts += [text[last:found], ERASED]
        last = found + len(wanted)
    return "".join([*parts, text[last:]])


def read_person(connection: Connection, name: str, id_: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Every row that is about a person, table by table."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for table, condition in _rows_about(connection, name, id_):
        rows = connection.execute(select(table).where(table.c.connection == name, condition)).mappings()
        found[table.name] = [dict(row) for row in rows]
    return {table: rows for table, rows in found.items() if rows}


def _rows_about(connection: Connection, name: str, id_: str) -> list[tuple[Table, ColumnElement[bool]]]:
    contacts, relations, links = (TABLES[kind] for kind in (Kind.CONTACT, Kind.ACCOUNT_CONTACT, Kind.DEAL_CONTACT))
    parts = [(Entity.STAKEHOLDER.value, id_), *_parts_about(connection, name, id_)]
    pointer = json.dumps(id_)
    of_parts = [
        (table, or_(*(and_(table.c.entity == entity, table.c.id == part) for entity, part in parts), said == pointer))
        for table, said in ((PLAN_VALUES, PLAN_VALUES.c.value), (PLAN_CHANGES, PLAN_CHANGES.c.new))
    ]
    answers = TABLES[Kind.NPS_ANSWER]
    return [
        (contacts, contacts.c.id == id_),
        (answers, answers.c.contact == id_),
        (relations, relations.c.contact == id_),
        (links, links.c.contact == id_),
        *of_parts,
        (ERRORS, and_(ERRORS.c.kind == Kind.CONTACT.value, ERRORS.c.id == id_)),
    ]
