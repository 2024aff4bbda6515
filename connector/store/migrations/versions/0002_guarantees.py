"""What the guarantees need: leases, values about to be written, the write log, sweeps, reconciliations, retry times."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.String()
WHOLE = sa.Integer()
MOMENT = sa.DateTime(timezone=True)

TABLES: dict[str, tuple[sa.Column[Any], ...]] = {
    "lease": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    ),
    "pending_value": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("record", TEXT, primary_key=True),
        sa.Column("field", TEXT, primary_key=True),
        sa.Column("value", TEXT),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
    ),
    "write_log": (
        sa.Column("run", TEXT, primary_key=True),
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("record", TEXT, primary_key=True),
        sa.Column("field", TEXT, primary_key=True),
        sa.Column("old", TEXT),
        sa.Column("new", TEXT),
        sa.Column("at", MOMENT, nullable=False),
    ),
    "sweep": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("swept_at", MOMENT),
        sa.Column("position", TEXT),
        sa.Column("census_due", sa.Boolean(), nullable=False),
    ),
    "reconciliation": (
        sa.Column("connection", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, WHOLE, nullable=False) for name in ("counted", "missing", "extra", "stale", "repaired")),
    ),
}


def upgrade() -> None:
    """Create the tables, and give refused records a time for their next try and a place to be parked."""
    for name, columns in TABLES.items():
        op.create_table(name, *columns)
    op.create_index("ix_pending_value_position", "pending_value", ["connection", "kind", "position"])
    op.create_index("ix_write_log_record", "write_log", ["connection", "kind", "record"])
    op.add_column("run", sa.Column("command", TEXT, nullable=False, server_default="sync"))
    op.add_column("record_error", sa.Column("next_attempt_at", MOMENT))
    op.add_column("record_error", sa.Column("parked_at", MOMENT))
    op.add_column("record_error", sa.Column("values_digest", TEXT))
