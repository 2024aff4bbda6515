"""The ledger's tables: what we did, how far we read, what the CRM acknowledged and what it refused."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table

UNREADABLE = "unreadable: "
"""Begins the text under which a value is remembered that is none of its field's."""

VANISHED = f"{UNREADABLE}the field is gone"
FOUND = "found"
EDITED = "edited"


class OrganisationRow(SQLModel, table=True):
    """The organisation a connection first met; another one behind the same settings is refused."""

    __tablename__ = "organisation"
    connection: str = Field(primary_key=True)
    crm: str
    id: str
    name: str
    currency: str | None = None
    last_complete_pull_at: datetime | None = None


class CursorRow(SQLModel, table=True):
    """How far a kind was read; `fields` is the fingerprint of what was asked for, so that a new mapping back-fills."""

    __tablename__ = "pull_cursor"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    modified_at: datetime
    id: str
    fields: str


class KnownFieldRow(SQLModel, table=True):
    """A mapped CRM field that was there once: when it vanishes, what was read from it stays."""

    __tablename__ = "known_field"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    field: str = Field(primary_key=True)


class RunRow(SQLModel, table=True):
    """One run of one connection; `counts` is the JSON that `sync` prints of it. `command`: what was run.

    `started_by`: a person's name, `serve` or `cron`. Then what it ran with: the program's version, and a short digest
    each of the configuration, of the mapping and of the KPIs' formulas. NULL where it was not kept yet.
    """

    __tablename__ = "run"
    id: str = Field(primary_key=True)
    connection: str = Field(primary_key=True)
    command: str = Field(default="sync", sa_column_kwargs={"server_default": "sync"})
    started_at: datetime
    ended_at: datetime | None = None
    as_of: datetime
    status: str
    counts: str = "{}"
    started_by: str | None = None
    program: str | None = None
    configuration: str | None = None
    mapping: str | None = None
    formulas: str | None = None


class WrittenRow(SQLModel, table=True):
    """The value that one CRM field of ours holds, as canonical text (NULL: empty).

    `run`: whose write the CRM acknowledged; FOUND where the CRM held the value though no run of ours is known to have
    written it, EDITED where somebody put it in the place of ours. Of a field that vanished from the CRM the value is
    VANISHED, so that all is written again if it comes back.
    """

    __tablename__ = "written_value"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str | None = None
    run: str
    at: datetime


class ErrorRow(SQLModel, table=True):
    """A value we could not use or a record the CRM refused, in the CRM's own words; gone once it went well.

    Of a refused record: when it is due again, since when it is parked (not tried again until a person asks for it), and
    a digest of the values that were refused.
    """

    __tablename__ = "record_error"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    origin: str = Field(primary_key=True)
    code: str
    message: str
    attempts: int = 1
    first_at: datetime
    last_at: datetime
    next_attempt_at: datetime | None = None
    parked_at: datetime | None = None
    values_digest: str | None = None


ORGANISATIONS, CURSORS, KNOWN_FIELDS, RUNS, WRITTEN, ERRORS = (
    settled_table(row) for row in (OrganisationRow, CursorRow, KnownFieldRow, RunRow, WrittenRow, ErrorRow)
)
