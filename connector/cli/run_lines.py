"""Runs as `status` and `runs` tell of them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from connector.pipeline.report import RunStatus

_TOLD_APART = ("id", "connection", "command", "started_at", "ended_at", "as_of", "status", "counts")


def run_document(run: Any, at_work: str | None) -> dict[str, Any]:  # noqa: ANN401 - a database row
    """A run as JSON: when, what it did, how it ended, and whatever else the ledger keeps of it.

    One that has not told its end and is not the one `at_work` was killed.
    """
    counts: dict[str, Any] = json.loads(run.counts)
    counts.pop("name", None)
    lost = run.status == RunStatus.RUNNING and run.id != at_work
    return {
        "run_id": run.id,
        "started_at": iso(run.started_at),
        "ended_at": iso(run.ended_at),
        **counts,
        "status": RunStatus.KILLED.value if lost else run.status,
    }


def full_document(run: Any, at_work: str | None) -> dict[str, Any]:  # noqa: ANN401 - a database row
    """The same with its connection, its command and the instant its KPIs were reckoned for."""
    head = {"connection": run.connection, "command": run.command, "as_of": iso(run.as_of)}
    more = {name: value for name, value in run._mapping.items() if name not in _TOLD_APART}  # noqa: SLF001 - SQLAlchemy's documented way to the names of a row's columns
    return run_document(run, at_work) | head | more


def iso(moment: datetime | None) -> str | None:
    """A moment as JSON has it."""
    return moment.isoformat(timespec="seconds") if moment else None


_BARS = "▁▂▃▄▅▆▇█"
_STOPPED = {RunStatus.FAILED.value: "✗", RunStatus.KILLED.value: "✗", RunStatus.INCOMPLETE.value: "!"}


def draw_sparkline(runs: list[dict[str, Any]]) -> str:
    """The runs, oldest first, a sign for each: the higher the more API calls; `!` incomplete, `✗` failed or killed."""
    calls = [int(run.get("api_calls", 0)) for run in runs]
    highest = max(calls, default=0) or 1
    bars = [_BARS[(len(_BARS) - 1) * count // highest] for count in calls]
    return "".join(_STOPPED.get(run["status"], bar) for run, bar in zip(runs, bars, strict=True))
