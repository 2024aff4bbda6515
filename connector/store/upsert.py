"""Insert-or-update, the one statement that both databases spell alike and SQLAlchemy keeps per dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that knows `on_conflict_do_update`; PostgreSQL's has the same methods as SQLite's."""
    return _insert(connection.dialect.name, table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or where their key exists set the columns given. All rows must name the same columns."""
    if rows:
        connection.execute(_upsert(connection.dialect.name, table, tuple(rows[0])), list(rows))


@lru_cache(maxsize=512)
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> sqlite.Insert:
    """Kept: a run says the same few hundreds of times, and to put one together takes longer than to run it."""
    insert = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    new = {name: insert.excluded[name] for name in columns if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=new)


def _insert(dialect: str, table: Table) -> sqlite.Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return cast("sqlite.Insert", insert(table))
