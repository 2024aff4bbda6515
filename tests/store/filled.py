"""A database with a row in every table, and what is in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Table, inspect, select

from connector.store.columns import Exact, Moment, Word
from connector.store.tables import all_tables

MOMENT = datetime(2026, 3, 29, 1, 59, 59, 123456, tzinfo=UTC)
EXACT = Decimal("12345678901234567890.123456789")
ROWS = 3

Rows = dict[str, list[dict[str, Any]]]


def fill(connection: Connection) -> None:
    """Rows in every table that the schema has by now, in the columns that it has by now."""
    for table in tables_now(connection):
        connection.execute(table.insert(), [_row(table, number) for number in range(ROWS)])


def read(connection: Connection) -> Rows:
    """All that is in those tables, with our types."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for table in tables_now(connection)
    }


def tables_now(connection: Connection) -> list[Table]:
    """Our tables as far as the schema has them."""
    found = inspect(connection)
    there = {name: {column["name"] for column in found.get_columns(name)} for name in found.get_table_names()}
    return [
        Table(name, MetaData(), *(_copy(column) for column in table.columns if column.name in there[name]))
        for name, table in sorted(all_tables().items())
        if name in there
    ]


def _copy(column: Column[Any]) -> Column[Any]:
    return Column(column.name, column.type, primary_key=column.primary_key)


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: value_of(column, number) for column in table.columns}


def value_of(column: Column[Any], number: int) -> Any:
    """A value that the column can hold."""
    kind = column.type
    if isinstance(kind, Word):
        return next(iter(kind.words))
    known = {Exact: EXACT + number, Moment: MOMENT, Boolean: number == 0, Date: date(2026, 2, 28), Integer: number}
    return next((value for type_, value in known.items() if isinstance(kind, type_)), f"{column.name} é {number}")
