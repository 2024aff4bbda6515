"""What the next run will cost in API calls, by what earlier ones cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from connector.languages.speech import _, ngettext
from connector.pipeline.report import ConnectionReport, RunStatus

LOOKED_AT = 10
"""So many of the last runs tell what is usual."""

CALLS_PER_WRITE = 2
RECORDS_PER_WRITE = 100
"""The dearer of our CRMs takes this many records in a call, and is asked before whether they are still there."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """API calls of the next run: of one that reads what changed and of one that reads everything, None where unknown.

    `why` says for people where the figures come from.
    """

    changes: int | None
    everything: int | None
    why: str


def forecast(runs: Sequence[Any]) -> Forecast:
    """By a connection's last runs, newest first: the median of those that read changes, the last that read everything.

    The median, because now and then there is more to write; the last, because data grow. Only runs that came to their
    end count.
    """
    done = [json.loads(run.counts) for run in runs if run.status == RunStatus.DONE.value]
    changes = [run["api_calls"] for run in done if not run.get("read_all")][:LOOKED_AT]
    everything = next((run["api_calls"] for run in done if run.get("read_all")), None)
    return Forecast(ceil(median(changes)) if changes else None, everything, _explain(len(changes), everything))


def forecast_rehearsed(report: ConnectionReport) -> str:
    """What the run would cost that a dry run has just rehearsed: the same reading, and the writing it left out."""
    records, (read, write) = report.written, calls_rehearsed(report)
    return ngettext(
        "about {calls} API calls: {read} to read, as now, and up to {write} to write {number} record",
        "about {calls} API calls: {read} to read, as now, and up to {write} to write {number} records",
        records,
        calls=read + write,
        read=read,
        write=write,
    )


def calls_rehearsed(report: ConnectionReport) -> tuple[int, int]:
    """API calls of the run that a dry run has rehearsed: as many to read, and at most so many to write."""
    records = Counter(kind for kind, _id in {(change.kind, change.id) for change in report.changes})
    return report.api_calls, sum(ceil(count / RECORDS_PER_WRITE) for count in records.values()) * CALLS_PER_WRITE


def say_calls(calls: Mapping[str, int]) -> str:
    """Calls by kind, the most frequent first: "12 search, 8 read"."""
    return ", ".join(f"{count} {kind}" for kind, count in sorted(calls.items(), key=lambda each: (-each[1], each[0])))


def _explain(changes: int, everything: int | None) -> str:
    if not changes and everything is None:
        return _("no run has come to its end yet")
    median_of = ngettext("changes: the last run", "changes: the median of the last {number} runs", changes)
    parts = [median_of] if changes else []
    parts += [_("everything: the last run that read all")] if everything is not None else []
    return "; ".join(parts)
