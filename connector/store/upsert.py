"""Insert-or-update, the one statement that both databases spell alike and SQLAlchemy keeps per dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that knows `on_conflict_do_update`; PostgreSQL's has the same methods as SQLite's."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return cast("sqlite.Insert", insert(table))


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or where their key exists set the columns given. All rows must name the same columns."""
    if not rows:
        return
    insert = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    new = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=new), list(rows))
