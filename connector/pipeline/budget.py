"""Stops a run, resumable, before it passes the admin's share of the organisation's daily API limit."""

from __future__ import annotations

import json
from datetime import timedelta

from adapters.errors import LimitReachedError
from connector.pipeline.job import Job
from connector.store.ledger import read_runs

_MOST_RUNS = 2000
_DAY = timedelta(hours=24)


def spent_today(job: Job) -> int:
    """API calls of this connection's earlier runs in the last 24 hours."""
    with job.store.reading() as connection:
        runs = read_runs(connection, job.name, _MOST_RUNS)
    recent = [run for run in runs if run.id != job.run and run.started_at > job.started - _DAY]
    return sum(json.loads(run.counts).get("api_calls", 0) for run in recent)


def check_budget(job: Job, spent_before: int) -> None:
    """Raises LimitReachedError once our calls of the last 24 hours reach the share; says nothing of unknown limits."""
    limits = job.crm.limits()
    spent = spent_before + sum(limits.calls.values())
    if limits.daily_limit is not None and spent >= limits.daily_limit * job.share:
        raise LimitReachedError(
            f"{job.name}: {spent} API calls in 24 hours reach our share ({job.share:%}) of the daily limit of "
            f"{limits.daily_limit}; the next run goes on, or raise budget.share_of_daily_limit"
        )
