"""An erased person is in no column of any table any more, whatever tables there will be; what is held can be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from filled import MOMENT, read, tables_now, value_of
from sqlalchemy import Column, Connection, Engine, Table, insert, select

from adapters.base import Kind
from connector.plans.erasure import Erasure, describe_person, erase_people, erase_person
from connector.plans.pen import Pen
from connector.plans.values import encode
from connector.store.columns import Word
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.store import Store, open_store
from connector.store.tables import all_tables
from mappings.strategy import Entity

NAME, ADDRESS, TRACE = "Anna Auersperg", "anna@acme.example", "auersperg"
PERSON_TABLES = [TABLES[kind] for kind in (Kind.CONTACT, Kind.ACCOUNT_CONTACT, Kind.DEAL_CONTACT, Kind.NPS_ANSWER)]
THE_CRMS = {table.name for table in TABLES.values()} - {table.name for table in PERSON_TABLES} | {"organisation"}
"""What things are called in the CRM, people apart: a pull brings it again whatever we do."""

NO_TEXT = {
    *("connection", "id", "kind", "record", "field", "key", "run", "account", "contact", "deal", "entity", "holder"),
    *("side", "source", "author", "evidence", "crm", "currency", "command", "status", "origin", "code", "owner"),
    *("started_by", "by", "program", "configuration", "mapping", "formulas", "condition"),
    *("mark", "values_digest", "position", "merged_into", "forecast_category", "fields", "inputs", "method"),
    "identity",
}
"""Ids and closed words: all other columns may hold what people wrote."""


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    with open_store(engine) as opened:
        yield opened


def is_text(column: Column[Any]) -> bool:
    holds_text = isinstance(value_of(column, 1), str) and not isinstance(column.type, Word)
    return holds_text and column.name not in NO_TEXT and not column.primary_key


def row_about(table: Table, **given: Any) -> dict[str, Any]:
    """A row about contact 7 with her name in each column that may hold a text."""
    ids = {"connection": "c", "contact": "7", "kind": "contact", "id": "7", "merged_into": None}
    texts = {column.name: json.dumps(f"{column} of {NAME}") for column in table.columns if is_text(column)}
    row = {column.name: value_of(column, 1) for column in table.columns}
    return row | {name: value for name, value in (ids | texts | given).items() if name in row}


def rows_about(table: Table) -> list[dict[str, Any]]:
    if table is TABLES[Kind.CONTACT]:
        return [row_about(table, first_name="Anna", last_name="Auersperg", email=ADDRESS)]
    if table in {PLAN_VALUES, PLAN_CHANGES}:
        said = [("stakeholder", "7", "personal_stakes", "local"), ("risk", "r", "text", "local")]
        entered = [("plan", "a", "objective", "crm")]
        keys = [dict(zip(("entity", "id", "field", "side"), part, strict=True)) for part in said + entered]
        return [row_about(table, number=number, **key) for number, key in enumerate(keys)]
    return [row_about(table)]


def plant(connection: Connection) -> set[str]:
    """Her name wherever it can be; returns the tables that hold it."""
    for name in {table.name for table in tables_now(connection)} - THE_CRMS:
        connection.execute(insert(all_tables()[name]), rows_about(all_tables()[name]))
    return {name for name, rows in read(connection).items() if TRACE in json.dumps(rows, default=str).casefold()}


def write(store: Store, entity: Entity, id_: str, **values: object) -> None:
    with store.transaction() as connection:
        Pen("c", "clara", MOMENT).write(connection, "a", entity, id_, values)


def text_of(store: Store, id_: str) -> list[str | None]:
    query = select(PLAN_VALUES.c.value).where(PLAN_VALUES.c.id == id_, PLAN_VALUES.c.value.is_not(None))
    with store.reading() as connection:
        return list(connection.scalars(query))


def contact(store: Store, id_: str, **values: Any) -> None:
    table = TABLES[Kind.CONTACT]
    row = dict.fromkeys(column.name for column in table.columns)
    with store.transaction() as connection:
        connection.execute(insert(table), [row | {"connection": "c", "id": id_} | values])


def erase(store: Store, id_: str = "7") -> Erasure:
    with store.transaction() as connection:
        return erase_person(connection, "c", id_, MOMENT)


def held(store: Store, id_: str = "7") -> str:
    with store.reading() as connection:
        return json.dumps(describe_person(connection, "c", id_), default=str, ensure_ascii=False)


def test_a_person_who_is_in_every_column_is_in_none_after_an_erasure(store: Store):
    with store.transaction() as connection:
        planted = plant(connection)
        shown = describe_person(connection, "c", "7")
    assert {"crm_contact", "plan_value", "plan_change", "record_error", "write_log", "kpi_value", "run"} <= planted
    assert planted <= shown.keys()
    assert erase(store).found
    with store.reading() as connection:
        left = {
            name: rows for name, rows in read(connection).items() if TRACE in json.dumps(rows, default=str).casefold()
        }
    assert left == {}


def test_contacts_that_the_crm_merged_are_one_person(store: Store):
    contact(store, "7", first_name="Anna", last_name="Auersperg", merged_into="8", deleted_at=MOMENT)
    contact(store, "8", first_name="A.", last_name="Auersperg-Baum", merged_into="9", deleted_at=MOMENT)
    contact(store, "9", first_name="Anna", last_name="Baum", email=ADDRESS)
    write(store, Entity.RISK, "r", text="Anna Auersperg leaves, A. Auersperg-Baum or Anna Baum stays")
    assert "Auersperg-Baum" in held(store, "9")
    erase(store, "8")
    assert text_of(store, "r") == ['"(erased) leaves, (erased) or (erased) stays"']
    assert [name for name in ("Auersperg", "Baum", ADDRESS) if name in held(store, "9")] == []


def test_a_person_deleted_in_the_crm_is_erased_from_texts_too(store: Store):
    contact(store, "7", first_name="Anna", last_name="Auersperg", deleted_at=MOMENT)
    write(store, Entity.RISK, "r", text="Auersperg, Anna knows")
    erase(store)
    assert text_of(store, "r") == ['"(erased) knows"']


def test_former_names_of_a_stakeholder_are_erased_too(store: Store):
    write(store, Entity.STAKEHOLDER, "~1", name="Head of purchasing")
    write(store, Entity.STAKEHOLDER, "~1", name=NAME)
    write(store, Entity.STAKEHOLDER, "~1", name="Anna Baum")
    write(store, Entity.RISK, "r", text=f"{NAME} leaves")
    erase(store, "~1")
    assert text_of(store, "r") == ['"(erased) leaves"']


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ANNA AUERSPERG, Hauptstraße", "(erased), Hauptstraße"),
        ("Anna \u00a0Auersperg\nand Anna Auerspergs boss", "(erased)\nand (erased)s boss"),
        ("Joanna Auersperg and Anna Auerspergova", "Joanna Auersperg and Anna Auerspergova"),
        ("joanna@acme.example, anna@acme.example.", "joanna@acme.example, (erased)."),
        ("anna@acme.example.org", "anna@acme.example.org"),
    ],
)
def test_whole_names_and_addresses_are_replaced_and_no_others(store: Store, text: str, left: str):
    contact(store, "7", first_name="Anna", last_name="Auersperg", email=ADDRESS)
    write(store, Entity.RISK, "r", text=text)
    erase(store)
    assert text_of(store, "r") == [encode(Entity.RISK, "text", left)]


def test_a_part_that_now_speaks_of_somebody_else_stays(store: Store):
    write(store, Entity.DEAL_PART, "y", deal="d", stakeholder="7", role="coach")
    write(store, Entity.DEAL_PART, "y", stakeholder="8")
    erase(store)
    assert sorted(text or "" for text in text_of(store, "y")) == ['"8"', '"coach"', '"d"']
    assert '"7"' not in held(store).replace('"id": "7"', "")


def test_many_people_are_forgotten_at_once(store: Store):
    for number in range(150):
        contact(store, str(number), first_name="Anna", last_name=f"Auersperg-{number}", email=f"a{number}@acme.example")
    write(store, Entity.RISK, "r", text="Anna Auersperg-3, Anna Auersperg-149 and a77@acme.example")
    with store.transaction() as connection:
        assert erase_people(connection, "c", [str(number) for number in range(150)], MOMENT).texts
    assert text_of(store, "r") == ['"(erased), (erased) and (erased)"']
