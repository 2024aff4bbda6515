"""Survey answers, account plans with their history, what KPIs were, frozen forecasts, erased and watched."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.String()
WHOLE = sa.Integer()
DAY = sa.Date()
MOMENT = sa.DateTime(timezone=True)
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")  # SQLite's own numbers are floats


def _key(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, TEXT, primary_key=True) for name in names]


def _texts(*names: str, nullable: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, TEXT, nullable=nullable) for name in names]


TABLES: dict[str, list[sa.Column[Any]]] = {
    "crm_nps_answer": [
        *_key("connection", "id"),
        *_texts("contact", "account", "survey"),
        sa.Column("score", WHOLE),
        sa.Column("answered_at", MOMENT),
        sa.Column("modified_at", MOMENT),
        sa.Column("deleted_at", MOMENT),
        *_texts("merged_into"),
    ],
    "plan_value": [
        *_key("connection", "entity", "id", "field", "side"),
        *_texts("account", "source", "author", nullable=False),
        *_texts("value", "evidence"),
        sa.Column("at", MOMENT, nullable=False),
    ],
    "plan_change": [
        sa.Column("number", WHOLE, primary_key=True),
        *_texts("connection", "entity", "id", "field", "side", "account", "source", "author", nullable=False),
        *_texts("old", "new", "evidence"),
        sa.Column("at", MOMENT, nullable=False),
    ],
    "kpi_value": [
        *_key("connection", "kind", "record", "key"),
        sa.Column("since", MOMENT, primary_key=True),
        sa.Column("until", MOMENT),
        *_texts("figure", "run", nullable=False),
        sa.Column("formula", WHOLE, nullable=False),
    ],
    "kpi_mark": [*_key("connection", "kind", "record"), *_texts("mark", nullable=False)],
    "watched_field": _key("connection", "kind", "field"),
    "erased_person": [*_key("connection", "id"), sa.Column("at", MOMENT, nullable=False)],
    "forecast_snapshot": [
        *_key("connection"),
        sa.Column("day", DAY, primary_key=True),
        *_key("deal"),
        *_texts("currency", "forecast_category"),
        sa.Column("amount", EXACT),
        sa.Column("close_date", DAY),
        sa.Column("probability", EXACT),
    ],
}
IN_KEY_ORDER = {"kpi_value"}
"""So many rows that SQLite keeps them in their key's tree."""

INDEXES: dict[str, tuple[str, list[str]]] = {
    "ix_crm_nps_answer_account": ("crm_nps_answer", ["connection", "account"]),
    "ix_crm_nps_answer_contact": ("crm_nps_answer", ["connection", "contact"]),
    "ix_plan_value_account": ("plan_value", ["connection", "account"]),
    "ix_plan_change_account": ("plan_change", ["connection", "account"]),
    "ix_plan_change_part": ("plan_change", ["connection", "entity", "id"]),
}


def upgrade() -> None:
    """Create the tables and what finds their rows."""
    for name, columns in TABLES.items():
        op.create_table(name, *columns, sqlite_with_rowid=name not in IN_KEY_ORDER)
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed)
