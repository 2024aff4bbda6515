"""The first schema: mirror and ledger."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.String()
BOOL = sa.Boolean()
WHOLE = sa.Integer()
DAY = sa.Date()
MOMENT = sa.DateTime(timezone=True)
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")  # SQLite's own numbers are floats

MIRROR: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "crm_account": {
        "name": TEXT,
        "domain": TEXT,
        "parent": TEXT,
        "owner": TEXT,
        "industry": TEXT,
        "country": TEXT,
        "currency": TEXT,
        "annual_revenue": EXACT,
        "potential_revenue": EXACT,
        "strategic": BOOL,
    },
    "crm_account_contact": {"account": TEXT, "contact": TEXT, "role": TEXT, "stance": TEXT, "active": BOOL},
    "crm_contact": {
        "account": TEXT,
        "first_name": TEXT,
        "last_name": TEXT,
        "email": TEXT,
        "title": TEXT,
        "department": TEXT,
        "owner": TEXT,
        "role": TEXT,
        "influence": WHOLE,
        "stance": TEXT,
        "departed": BOOL,
        "c_level": BOOL,
        "last_activity_at": MOMENT,
        "last_answer_at": MOMENT,
        "activities_90d": WHOLE,
        "meetings_90d": WHOLE,
    },
    "crm_deal": {
        "account": TEXT,
        "name": TEXT,
        "owner": TEXT,
        "pipeline": TEXT,
        "type": TEXT,
        "record_type": TEXT,
        "stage": TEXT,
        "amount": EXACT,
        "currency": TEXT,
        "close_date": DAY,
        "created_at": MOMENT,
        "probability": EXACT,
        "forecast_category": TEXT,
        "home_amount": EXACT,
        "exchange_rate": EXACT,
    },
    "crm_deal_contact": {"deal": TEXT, "contact": TEXT, "role": TEXT, "stance": TEXT, "primary": BOOL},
    "crm_deal_history": {
        "deal": TEXT,
        "at": MOMENT,
        "stage": TEXT,
        "pipeline": TEXT,
        "amount": EXACT,
        "close_date": DAY,
        "probability": EXACT,
        "forecast_category": TEXT,
    },
    "crm_line_item": {
        "deal": TEXT,
        "product": TEXT,
        "quantity": EXACT,
        "unit_price": EXACT,
        "amount": EXACT,
        "unit_cost": EXACT,
        "currency": TEXT,
        "recurring_annual": EXACT,
        "recurring_start": DAY,
        "recurring_end": DAY,
    },
    "crm_product": {"name": TEXT, "family": TEXT, "active": BOOL, "unit_cost": EXACT},
    "crm_rate": {"currency": TEXT, "per_home": EXACT, "start": DAY, "end": DAY, "home": BOOL},
    "crm_stage": {
        "pipeline": TEXT,
        "code": TEXT,
        "label": TEXT,
        "position": WHOLE,
        "probability": EXACT,
        "closed": BOOL,
        "won": BOOL,
        "active": BOOL,
    },
    "crm_user": {"name": TEXT, "email": TEXT, "active": BOOL},
}

INDEXES = {
    "crm_account": ["parent"],
    "crm_account_contact": ["account", "contact"],
    "crm_contact": ["account"],
    "crm_deal": ["account"],
    "crm_deal_contact": ["contact", "deal"],
    "crm_deal_history": ["deal"],
    "crm_line_item": ["deal"],
}

LEDGER: dict[str, tuple[sa.Column[Any], ...]] = {
    "organisation": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("crm", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("currency", TEXT),
        sa.Column("last_complete_pull_at", MOMENT),
    ),
    "known_field": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("field", TEXT, primary_key=True),
    ),
    "pull_cursor": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("modified_at", MOMENT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("fields", TEXT, nullable=False),
    ),
    "record_error": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("field", TEXT, primary_key=True),
        sa.Column("origin", TEXT, primary_key=True),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
    ),
    "run": (
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("counts", TEXT, nullable=False),
    ),
    "written_value": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("record", TEXT, primary_key=True),
        sa.Column("field", TEXT, primary_key=True),
        sa.Column("value", TEXT),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    ),
}


def upgrade() -> None:
    """Create every table."""
    for name, fields in MIRROR.items():
        op.create_table(name, *_key(), *(sa.Column(field, kind) for field, kind in fields.items()))
    for name, indexed in INDEXES.items():
        for field in indexed:
            op.create_index(f"ix_{name}_{field}", name, ["connection", field])
    for name, columns in LEDGER.items():
        op.create_table(name, *columns)


def _key() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("modified_at", MOMENT),
        sa.Column("deleted_at", MOMENT),
        sa.Column("merged_into", TEXT),
    )
