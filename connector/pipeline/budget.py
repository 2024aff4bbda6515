"""Stops a run, resumable, before it passes the admin's share of the organisation's daily API limit."""

from __future__ import annotations

import json
from datetime import timedelta

from adapters.errors import LimitReachedError
from connector.languages.speech import _
from connector.pipeline.books import keep_books
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


def note_calls(job: Job) -> None:
    """Bring the calls of this run and the CRM's own figures into the report."""
    limits, report = job.crm.limits(), job.report
    report.calls_by_kind = dict(limits.calls)
    report.api_calls = sum(limits.calls.values())
    report.daily_limit, report.daily_used = limits.daily_limit, limits.daily_used


def check_budget(job: Job) -> None:
    """Raises LimitReachedError once our share is spent, or others have left no more than the reserve.

    By the CRM's own figures for everyone's calls, by our count for ours. Where the CRM tells no limit there is none.
    The count is kept, so that a run that is killed later on has spent it all the same.
    """
    note_calls(job)
    keep_books(job)
    report = job.report
    limit = report.daily_limit
    if limit is None:
        return
    ours = report.spent_before + report.api_calls
    if ours >= limit * job.share:
        raise LimitReachedError(_say_share(job, ours, limit))
    if report.daily_used is not None and report.daily_used >= limit * (1 - job.reserve):
        raise LimitReachedError(_say_reserve(job, report.daily_used, limit))


def _say_share(job: Job, ours: int, limit: int) -> str:
    return _(
        "{connection}: {ours} API calls in 24 hours reach our share ({share}) of the daily limit of {limit}; the next "
        "run goes on, or raise budget.share_of_daily_limit",
        connection=job.name,
        ours=ours,
        share=format(job.share, "%"),
        limit=limit,
    )


def _say_reserve(job: Job, used: int, limit: int) -> str:
    return _(
        "{connection}: the organisation's apps have made {used} of {limit} API calls; the last {reserve} are left to "
        "others (budget.reserve_of_daily_limit); a later run goes on",
        connection=job.name,
        used=used,
        limit=limit,
        reserve=format(job.reserve, "%"),
    )
