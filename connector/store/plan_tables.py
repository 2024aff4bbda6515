"""The tables of the account plans: each value with where it comes from, each change, and what KPIs were."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class PlanValueRow(SQLModel, table=True):
    """One value of one part of a plan as it holds now, as JSON (NULL: unknown).

    `side`: `local` where a person or an import said it here, `crm` where it is what the CRM says of the same thing, so
    that both are known where they differ. `source`: see plan_values. `evidence`: assumed or confirmed.
    """

    __tablename__ = "plan_value"
    __table_args__ = (Index("ix_plan_value_account", "connection", "account"),)
    connection: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    side: str = Field(primary_key=True)
    account: str
    value: str | None = None
    source: str
    author: str
    at: datetime
    evidence: str | None = None


class PlanChangeRow(SQLModel, table=True):
    """One change of one such value; `number` counts them.

    Never changed itself but by an erasure, and where a merge in the CRM made another id of an old one.
    """

    __tablename__ = "plan_change"
    __table_args__ = (
        Index("ix_plan_change_account", "connection", "account"),
        Index("ix_plan_change_part", "connection", "entity", "id"),
    )
    number: int | None = Field(default=None, primary_key=True)
    connection: str
    entity: str
    id: str
    field: str
    side: str
    account: str
    old: str | None = None
    new: str | None = None
    source: str
    author: str
    at: datetime
    evidence: str | None = None


class KpiValueRow(SQLModel, table=True):
    """What a KPI was from `since` until the next row of the same key: one row per change.

    `figure`: value, status, n, numerator and denominator as a JSON list, as `kpis --json` prints them; `until` NULL:
    it still holds. `formula`: the version of the formula. The rows are many: SQLite keeps them in their key's tree.
    """

    __tablename__ = "kpi_value"
    __table_args__ = ({"sqlite_with_rowid": False},)
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True)
    until: datetime | None = None
    figure: str
    formula: int
    run: str


class KpiMarkRow(SQLModel, table=True):
    """A digest of all figures of a record as last kept, so that a run looks only at what changed."""

    __tablename__ = "kpi_mark"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    mark: str


class ForecastSnapshotRow(SQLModel, table=True):
    """A deal that was to close in a quarter, as it stood when the quarter's forecast was frozen, at the start of `day`.

    `probability`: the deal's own, else its stage's. A row without a deal says that the day was frozen.
    """

    __tablename__ = "forecast_snapshot"
    __table_args__ = (Index("ix_forecast_snapshot_deal", "connection", "deal"),)
    connection: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    deal: str = Field(primary_key=True)
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    probability: Decimal | None = None
    forecast_category: str | None = None


PLAN_VALUES, PLAN_CHANGES, KPI_VALUES, KPI_MARKS, FORECAST_SNAPSHOTS = (
    settled_table(row) for row in (PlanValueRow, PlanChangeRow, KpiValueRow, KpiMarkRow, ForecastSnapshotRow)
)
