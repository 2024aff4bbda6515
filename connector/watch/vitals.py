"""How a connection stands: the figures that metrics and alerts are made of, read from the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy

from connector.config.connection import Connection
from connector.config.cron import find_next
from connector.config.expiry import find_expiry
from connector.config.settings import Settings
from connector.pipeline.report import RunStatus
from connector.store.census import read_comparisons, sum_up_comparisons
from connector.store.lease import read_holder
from connector.store.ledger import read_organisation, read_runs
from connector.store.overdue_reviews import count_overdue_reviews
from connector.store.pauses import read_pause
from connector.store.record_errors import Origin, count_errors
from connector.store.refusals import count_parked
from connector.store.runs import count_runs, list_runs_since
from connector.wiring.jobs import SYNC

_DAY = timedelta(hours=24)
_LOOKED_AT = 50
"""Syncs: to find the last one that went well."""


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync that ended. `counts`: as `sync --json` prints them."""

    status: str
    started_at: datetime
    counts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Calls:
    """API calls of 24 hours: ours, and the CRM's last word (None: it told nothing) on the limit and on everyone's."""

    ours: int
    limit: int | None
    everyone: int | None


@dataclass(frozen=True, slots=True)
class Vitals:
    """One connection. `syncs`: those that ended, newest first; `differences`: what the last reconciliation left.

    `runs`: how many there were, by command and status. `next_run_at`: None where none is due.
    """

    connection: Connection
    paused: bool
    syncs: Sequence[Sync]
    runs: Mapping[tuple[str, str], int]
    pulled_at: datetime | None
    refused: int
    parked: int
    unusable: int
    reconciled_at: datetime | None
    differences: int | None
    calls: Calls
    reviews_overdue: int
    expires_at: datetime | None
    next_run_at: datetime | None


def read_vitals(ledger: sqlalchemy.Connection, settings: Settings, connection: Connection, now: datetime) -> Vitals:
    """How a connection stands at a moment."""
    name = connection.name
    known, compared = read_organisation(ledger, name), list(read_comparisons(ledger, name))
    last_day_due = (now.astimezone(settings.timezone) - timedelta(days=settings.alerts.review_days)).date()
    paused = read_pause(ledger, name) is not None
    return Vitals(
        connection=connection,
        paused=paused,
        syncs=_read_syncs(ledger, name),
        runs=count_runs(ledger, name),
        pulled_at=known.last_complete_pull_at if known else None,
        refused=count_errors(ledger, name, Origin.PUSH),
        parked=count_parked(ledger, name),
        unusable=count_errors(ledger, name, Origin.PULL),
        reconciled_at=min((row.at for row in compared), default=None),
        differences=sum_up_comparisons(compared)["left"] if compared else None,
        calls=_read_calls(ledger, name, now),
        reviews_overdue=count_overdue_reviews(ledger, name, last_day_due),
        expires_at=find_expiry(connection),
        next_run_at=None if paused else find_next(connection.schedule, settings.timezone, now),
    )


def _read_syncs(ledger: sqlalchemy.Connection, name: str) -> list[Sync]:
    at_work = read_holder(ledger, name)
    rows = [row for row in read_runs(ledger, name, _LOOKED_AT, SYNC) if row.id != at_work]
    return [Sync(_ended_as(row.status), row.started_at, json.loads(row.counts)) for row in rows]


def _ended_as(status: str) -> str:
    """A run that is not at work and has not told its end was killed."""
    return RunStatus.KILLED.value if status == RunStatus.RUNNING.value else status


def _read_calls(ledger: sqlalchemy.Connection, name: str, now: datetime) -> Calls:
    told = [json.loads(row.counts) for row in list_runs_since(ledger, name, now - _DAY)]
    last: dict[str, Any] = next((counts for counts in told if counts.get("daily_limit") is not None), {})
    ours = sum(counts.get("api_calls", 0) for counts in told)
    return Calls(ours, last.get("daily_limit"), last.get("daily_used"))
