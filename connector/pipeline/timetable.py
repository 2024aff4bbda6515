"""What a connection's schedule asks for in a day, and what that costs in API calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from adapters.base import Finding
from connector.config.connection import Connection
from connector.config.cron import find_next, make_trigger
from connector.languages.speech import _, ngettext
from connector.pipeline.forecast import forecast
from connector.pipeline.job import Job
from connector.store.ledger import read_runs

_DAY = timedelta(hours=24)
_LOOKED_THROUGH = 100
_SYNC = "sync"


def examine_timetable(job: Job, connection: Connection, zone: tzinfo, now: datetime) -> Iterator[Finding]:
    """When the next run comes, and whether the runs of a day fit into our share of the CRM's limit."""
    runs = _count_runs(connection.schedule, zone, now) if connection.schedule else 0
    yield _judge_schedule(connection, zone, now, runs)
    with job.store.reading() as ledger:
        expected = forecast(read_runs(ledger, job.name, _LOOKED_THROUGH, _SYNC))
    if expected.changes is None and expected.everything is None:
        message = _("unknown until a run has come to its end; `playmaker sync --dry-run` says what the first one costs")
        yield Finding("note", _("cost"), message)
        return
    one, all_ = expected.changes or expected.everything or 0, expected.everything or 0
    sweeps = min(runs, round(24 / connection.sweep_hours) or 1)
    yield _judge_cost(job, one, runs * one + sweeps * all_)


def _count_runs(schedule: str, zone: tzinfo, now: datetime) -> int:
    """Runs of the next 24 hours."""
    trigger, moment, runs = make_trigger(schedule, zone), now, 0
    while (due := trigger.get_next_fire_time(None, moment)) and due < now + _DAY:
        runs, moment = runs + 1, due + timedelta(seconds=1)
    return runs


def _judge_schedule(connection: Connection, zone: tzinfo, now: datetime, runs: int) -> Finding:
    if not connection.schedule:
        mend = _("give the connection a `schedule` and start `playmaker serve`")
        return Finding("note", _("schedule"), _("none: it runs only when you run `playmaker sync`"), mend)
    due = find_next(connection.schedule, zone, now)
    at = due.strftime("%Y-%m-%d %H:%M %Z") if due else ""
    said = ngettext(
        "{number} run in 24 hours, the next at {at}", "{number} runs in 24 hours, the next at {at}", runs, at=at
    )
    return Finding("ok", _("schedule"), said)


def _judge_cost(job: Job, one: int, day: int) -> Finding:
    said = _("about {one} API calls for a run, {day} in 24 hours", one=one, day=day)
    limit = job.crm.limits().daily_limit
    if limit is None:
        return Finding("ok", _("cost"), said)
    ours = int(limit * job.share)
    said = _("{said}; our share of the daily limit is {ours} of {limit}", said=said, ours=ours, limit=limit)
    if day <= ours:
        return Finding("ok", _("cost"), said)
    return Finding("warning", _("cost"), said, _("run less often, or raise budget.share_of_daily_limit"))
