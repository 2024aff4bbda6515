"""The tables of the scheduled life: which connections are paused, and of what somebody was alerted."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class PauseRow(SQLModel, table=True):
    """A connection that is not to be synced until somebody resumes it, and who paused it."""

    __tablename__ = "pause"
    connection: str = Field(primary_key=True)
    since: datetime
    by: str


class AlertRow(SQLModel, table=True):
    """Something that is bad now. `told_at`: when its alert went out; None while no place could be reached."""

    __tablename__ = "alert"
    connection: str = Field(primary_key=True)
    condition: str = Field(primary_key=True)
    since: datetime
    told_at: datetime | None = None


PAUSES, ALERTS = (settled_table(row) for row in (PauseRow, AlertRow))
