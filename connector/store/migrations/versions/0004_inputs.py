"""What reps fill in about accounts in the CRM, and from what each account was computed last.

Also what the scheduled life needs: with which versions a run ran and who started it, pauses, alerts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Give accounts their alignment and main objective, and make the table of what was computed."""
    op.add_column("crm_account", sa.Column("alignment", sa.Integer()))
    op.add_column("crm_account", sa.Column("objective", sa.String()))
    op.create_table(
        "computed_account",
        sa.Column("connection", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), primary_key=True),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
    )
    op.create_index("ix_forecast_snapshot_deal", "forecast_snapshot", ["connection", "deal"])
    _prepare_scheduled_life()
    _make_room_for_requests()
    op.create_table(
        "crm_field",
        sa.Column("connection", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _make_room_for_requests() -> None:
    op.create_table(
        "http_exchange",
        sa.Column("connection", sa.String(), primary_key=True),
        sa.Column("run", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String()),
        sa.Column("answer", sa.String()),
    )


def _prepare_scheduled_life() -> None:
    for column in ("started_by", "program", "configuration", "mapping", "formulas"):
        op.add_column("run", sa.Column(column, sa.String()))
    op.create_table(
        "pause",
        sa.Column("connection", sa.String(), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_table(
        "alert",
        sa.Column("connection", sa.String(), primary_key=True),
        sa.Column("condition", sa.String(), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
    )
