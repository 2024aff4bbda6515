"""The tables behind the guarantees: who runs, what is about to be written, what was written, what was swept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class LeaseRow(SQLModel, table=True):
    """Who may run a connection now, and until when unless renewed; a crashed holder is superseded after that."""

    __tablename__ = "lease"
    connection: str = Field(primary_key=True)
    holder: str
    taken_at: datetime
    expires_at: datetime


class PendingRow(SQLModel, table=True):
    """A value that the run under way is about to write, gathered before the first write so that it can be weighed.

    `position` numbers the records of a kind in the order in which they are written. `sent`: on its way to the CRM; what
    is still here, sent, when the run is over was never answered, and may or may not have been written.
    """

    __tablename__ = "pending_value"
    __table_args__ = (Index("ix_pending_value_position", "connection", "kind", "position"),)
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str | None = None
    position: int
    run: str
    sent: bool = False


class WriteLogRow(SQLModel, table=True):
    """One acknowledged write of one run, with what the field held before: what `undo` goes by."""

    __tablename__ = "write_log"
    __table_args__ = (Index("ix_write_log_record", "connection", "kind", "record"),)
    run: str = Field(primary_key=True)
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    old: str | None = None
    new: str | None = None
    at: datetime


class WatchedRow(SQLModel, table=True):
    """A field of ours for which all pulls have asked since they began: what it holds is known of every record."""

    __tablename__ = "watched_field"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    field: str = Field(primary_key=True)


class SweepRow(SQLModel, table=True):
    """When a kind was last read whole with its children (links, labels, history), and how far a sweep came.

    `census_due`: a pull began anew over records that were here already, and what was deleted meanwhile is not known.
    """

    __tablename__ = "sweep"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    swept_at: datetime | None = None
    position: str | None = None
    census_due: bool = False


class ReconciliationRow(SQLModel, table=True):
    """The last comparison of a kind with the CRM: records missing here, extra here, stale here, and repaired."""

    __tablename__ = "reconciliation"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    at: datetime
    counted: int
    missing: int
    extra: int
    stale: int
    repaired: int


LEASES, PENDING, WRITE_LOG, WATCHED, SWEEPS, RECONCILIATIONS = (
    settled_table(row) for row in (LeaseRow, PendingRow, WriteLogRow, WatchedRow, SweepRow, ReconciliationRow)
)
