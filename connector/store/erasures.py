"""Forgets a person in every table that can know them, and remembers only that they were forgotten."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.guarantee_tables import LEASES
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.plan_merges import POINTERS
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.privacy_tables import ERASED_PEOPLE
from connector.store.upsert import insert_into
from mappings.entities import Contact
from mappings.strategy import Entity

KEPT = frozenset({"account", "departed"})
"""What stays of an erased contact: which account lost or kept a nameless person, so that its deals still add up."""

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


def wait_for_page(connection: Connection, name: str) -> None:
    """Let a run that is saving a page finish it: it may have looked who was erased before this erasure.

    Each transaction of a run holds the row of its lease. SQLite lets nobody write beside us anyway.
    """
    connection.execute(select(LEASES.c.holder).where(LEASES.c.connection == name).with_for_update()).all()


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
    parts = list_parts_about(connection, name, id_)
    for table in (PLAN_VALUES, PLAN_CHANGES):
        of_person = and_(table.c.entity == Entity.STAKEHOLDER.value, table.c.id == id_)
        rows += connection.execute(delete(table).where(table.c.connection == name, of_person)).rowcount
        rows += sum(connection.execute(delete(table).where(*_part(table, name, part))).rowcount for part in parts)
    return rows + _empty_pointers(connection, name, id_)


def _part(table: Table, name: str, part: tuple[str, str]) -> tuple[ColumnElement[bool], ...]:
    return (table.c.connection == name, table.c.entity == part[0], table.c.id == part[1])


def list_parts_about(connection: Connection, name: str, id_: str) -> list[tuple[str, str]]:
    """Entity and id of the parts of plans that now speak of a person and mean nothing without."""
    table = PLAN_VALUES
    fields = [(entity, field) for entity, field in _POINTING if entity in _ABOUT]
    query = select(table.c.entity, table.c.id).distinct().where(table.c.connection == name)
    found = connection.execute(query.where(_names(table, fields), table.c.value == json.dumps(id_)))
    return [(row.entity, row.id) for row in found]


def _names(table: Table, fields: Iterable[tuple[Entity, str]]) -> ColumnElement[bool]:
    return or_(*(and_(table.c.entity == entity.value, table.c.field == field) for entity, field in fields))


def _empty_pointers(connection: Connection, name: str, id_: str) -> int:
    """What still names the person by id (whom they lead, an action with them) names nobody from now on."""
    rows = 0
    for table, column in ((PLAN_VALUES, "value"), (PLAN_CHANGES, "old"), (PLAN_CHANGES, "new")):
        naming = and_(table.c.connection == name, _names(table, _POINTING), table.c[column] == json.dumps(id_))
        rows += connection.execute(update(table).where(naming).values({column: None})).rowcount
    return rows
