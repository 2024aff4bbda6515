"""Whether the records of a data folder fit together: keys unique, and each reference to a record that is there."""

from __future__ import annotations

from sandbox.world.csv_tables import Row
from sandbox.world.errors import WorldError

REFERENCES: dict[str, dict[str, str]] = {
    "accounts": {"parent": "accounts", "owner": "users"},
    "contacts": {"account": "accounts", "owner": "users"},
    "deals": {"account": "accounts", "owner": "users", "stage": "stages"},
    "deal_contacts": {"deal": "deals", "contact": "contacts"},
    "line_items": {"deal": "deals", "product": "products"},
    "answers": {"contact": "contacts"},
    "stage_changes": {"deal": "deals", "stage": "stages"},
}
"""Per file: which column holds the key of a record of which other file."""


def check_references(rows: dict[str, list[Row]]) -> None:
    """Raises WorldError for a key that is there twice and for one that leads nowhere, naming file, line and column."""
    keys = {table: _keys(table, content) for table, content in rows.items()}
    for table, content in rows.items():
        for column, target in REFERENCES.get(table, {}).items():
            _check_column(f"{table}.csv", content, column, (target, keys.get(target, set())))


def _keys(table: str, rows: list[Row]) -> set[object]:
    keys: set[object] = set()
    for row in rows:
        key = row.values.get("key")
        if key is not None and key in keys:
            raise WorldError(f"{table}.csv, line {row.line}, column key: {key!r} is there already.")
        keys.add(key)
    return keys


def _check_column(file: str, rows: list[Row], column: str, target: tuple[str, set[object]]) -> None:
    table, keys = target
    for row in rows:
        key = row.values.get(column)
        if key is not None and key not in keys:
            raise WorldError(f"{file}, line {row.line}, column {column}: {table}.csv has no record {key!r}.")
