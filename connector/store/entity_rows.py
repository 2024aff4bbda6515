"""Makes entities of the mirror's rows: quickly, since their values were checked when they were saved."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, select
from sqlmodel import SQLModel

from adapters.base import Kind
from connector.store.mirror_tables import TABLES
from mappings.entities import ENTITIES


def select_live(kind: Kind, name: str) -> Select[Any]:
    """A query for the live records of a kind, as read_entities wants it."""
    table = TABLES[kind]
    return select_all(kind).where(table.c.connection == name, table.c.deleted_at.is_(None))


def select_all(kind: Kind) -> Select[Any]:
    """The same, deleted ones and those of other connections among them."""
    return select(*_columns(kind))


def read_entities(connection: Connection, kind: Kind, query: Select[Any]) -> dict[str, Any]:
    """What such a query finds, by id."""
    entity = ENTITIES[kind]
    names = tuple(entity.model_fields)
    given = set(names)
    rows = connection.execute(query).all()
    return {row[0]: _make(entity, dict(zip(names, row[1:], strict=True)), given) for row in rows}


def _make(entity: type[SQLModel], values: dict[str, Any], given: set[str]) -> SQLModel:
    """What model_construct does, without looking at each field: there is a value for every one of them."""
    made = object.__new__(entity)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", given)
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


@cache
def _columns(kind: Kind) -> tuple[Column[Any], ...]:
    table: Table = TABLES[kind]
    return (table.c.id, *(table.c[name] for name in ENTITIES[kind].model_fields))
