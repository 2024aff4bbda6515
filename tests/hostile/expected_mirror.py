"""Compares the local mirror, read with nothing but SQL, with what lies in the CRM."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from expected_rows import Row, Rows

RECORDS = {
    "account": ("name", "parent"),
    "contact": ("account", "first_name", "last_name", "role", "influence", "stance", "departed"),
    "deal": ("account", "name", "stage", "amount", "currency", "close_date", "probability"),
    "line_item": ("deal", "product", "quantity", "unit_price", "amount"),
}
"""Records known by their id, and what is compared of them."""
RELATIONS = {
    "deal_contact": ("deal", "contact", "role", "stance"),
    "account_contact": ("account", "contact", "role", "stance"),
    "deal_history": ("deal", "at", "stage"),
}
"""Rows known by what they hold."""
PLURALS = {"deal_history": "history"}
NUMBERS = {"amount", "probability", "quantity", "unit_price", "influence"}


def compare_mirror(file: Path, rows: Rows) -> tuple[list[str], list[str], list[str]]:
    """What is lost, what is there too often (or still), and what is wrong, one line each."""
    lost: list[str] = []
    doubled: list[str] = []
    wrong: list[str] = []
    for kind, columns in RECORDS.items():
        expected = {row["id"]: _shown(row, columns) for row in rows[f"{kind}s"]}
        found = {row["id"]: _shown(row, columns) for row in _read(file, kind)}
        lost += [f"{kind} {id_}: not in the mirror" for id_ in expected.keys() - found.keys()]
        doubled += [f"{kind} {id_}: in the mirror only" for id_ in found.keys() - expected.keys()]
        wrong += [
            f"{kind} {id_}: {found[id_]} instead of {expected[id_]}"
            for id_ in expected.keys() & found.keys()
            if expected[id_] != found[id_]
        ]
    for kind, columns in RELATIONS.items():
        wanted = Counter(tuple(_shown(row, columns).items()) for row in rows[PLURALS.get(kind, f"{kind}s")])
        there = Counter(tuple(_shown(row, columns).items()) for row in _read(file, kind) if row.get("stage", True))
        lost += [f"{kind}: not in the mirror: {dict(row)}" for row in wanted - there]
        doubled += [f"{kind}: in the mirror only: {dict(row)}" for row in there - wanted]
    return sorted(lost), sorted(doubled), sorted(wrong)


def _read(file: Path, kind: str) -> list[Row]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        # the table's name is one of ours
        return [dict(row) for row in connection.execute(f"SELECT * FROM crm_{kind} WHERE deleted_at IS NULL")]  # noqa: S608
    finally:
        connection.close()


def _shown(row: Row, columns: tuple[str, ...]) -> Row:
    return {name: _plain(name, row.get(name)) for name in columns}


def _plain(name: str, value: Any) -> Any:
    """One spelling for what CRM and mirror spell differently."""
    if name == "departed":
        return bool(value)
    if value is None or value == "":
        return None
    if name in NUMBERS:
        return Decimal(str(value)).normalize()
    if name == "at":
        instant = datetime.fromisoformat(value)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    return str(value).replace("\x00", "").strip() or None
