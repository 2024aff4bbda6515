"""What is filled in where a data folder says nothing of when its records were made and changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from sandbox.world.csv_cells import columns
from sandbox.world.csv_tables import TABLES, Row

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""When a record was made of which nothing tells."""

Rows = dict[str, list[Row]]


def fill_in(rows: Rows) -> None:
    """Complete created_at and modified_at, and give deals a first stage where there is no file of stage changes.

    A deal was made at its first stage change and last changed at its last one; a line item was made with its deal;
    everything else at BEGINNING. What has no modified_at was never changed.
    """
    changes = _moments(rows.get("stage_changes", []), "deal", "at")
    for row in rows.get("deals", []):
        own = changes.get(row.values["key"], [])
        _complete(row, min(own, default=BEGINNING), max(own, default=None))
    births = {row.values["key"]: cast("datetime", row.values["created_at"]) for row in rows.get("deals", [])}
    _complete_others(rows, lambda row: births.get(row.values.get("deal"), BEGINNING))
    if "stage_changes" not in rows:
        rows["stage_changes"] = [_first_stage(row) for row in rows.get("deals", [])]


def _complete_others(rows: Rows, birth: Callable[[Row], datetime]) -> None:
    for table, record in TABLES.items():
        if table != "deals" and "created_at" in columns(record):
            for row in rows.get(table, []):
                _complete(row, birth(row), None)


def _complete(row: Row, birth: datetime, change: datetime | None) -> None:
    """Nothing is changed before it is made, so a given modified_at can be the earlier of the two."""
    modified = cast("datetime | None", row.values.get("modified_at"))
    created = cast("datetime", row.values.setdefault("created_at", min(birth, modified or birth)))
    row.values.setdefault("modified_at", max(created, change or created))


def _moments(rows: list[Row], owner: str, column: str) -> dict[object, list[datetime]]:
    moments: dict[object, list[datetime]] = {}
    for row in rows:
        moments.setdefault(row.values[owner], []).append(cast("datetime", row.values[column]))
    return moments


def _first_stage(deal: Row) -> Row:
    names = {"key": "deal", "stage": "stage", "created_at": "at", "amount": "amount", "close_date": "close_date"}
    return Row(deal.line, {ours: deal.values[theirs] for theirs, ours in names.items() if theirs in deal.values})
