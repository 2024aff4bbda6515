"""`playmaker status`: how each connection stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connector.cli.output import print_json, print_line, print_table
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.cron import make_trigger
from connector.config.settings import Settings
from connector.languages.speech import _, mark, ngettext
from connector.pipeline.forecast import forecast
from connector.pipeline.report import RunStatus
from connector.store.census import read_comparisons
from connector.store.lease import read_holder
from connector.store.ledger import read_organisation, read_runs
from connector.store.record_errors import Origin, count_errors
from connector.store.refusals import count_parked
from connector.store.store import Store
from connector.wiring.jobs import SYNC, open_ledger, read_clock


def status_command(
    config: ConfigOption = DEFAULT_CONFIG, connection: ConnectionOption = None, *, as_json: JsonOption = False
) -> None:
    """Show each connection's last run, what it did, what it was refused, and when the next one is due."""
    settings = load(config)
    now = read_clock()
    with open_ledger(settings) as store:
        lines = [status_line(settings, each, store, now) for each in choose(settings, connection)]
    if as_json:
        print_json(lines)
    else:
        print_table(_("Connections"), heads(_COLUMNS), [_row(line) for line in lines])
        for line in lines:
            _print_forecast(line)


def status_line(settings: Settings, connection: Connection, store: Store, now: datetime) -> dict[str, Any]:
    """One connection as JSON: organisation, last run with its counts, records in error, next run."""
    with store.reading() as ledger:
        known = read_organisation(ledger, connection.name)
        runs = read_runs(ledger, connection.name, _RUNS, SYNC)
        at_work = read_holder(ledger, connection.name)
        compared = list(read_comparisons(ledger, connection.name))
        refused, unusable = (count_errors(ledger, connection.name, origin) for origin in (Origin.PUSH, Origin.PULL))
        parked = count_parked(ledger, connection.name)
    last = next(iter(runs), None)
    return {
        "connection": connection.name,
        "crm": connection.crm,
        "organisation": known and {"id": known.id, "name": known.name, "currency": known.currency},
        "last_complete_pull_at": _iso(known.last_complete_pull_at if known else None),
        "last_run": last and _document(last, at_work),
        "reconciliation": _sum_up(compared),
        "records_refused": refused,
        "records_parked": parked,
        "records_with_unusable_values": unusable,
        "next_run_at": _iso(_next_run(settings, connection, now)),
        "forecast": asdict(forecast(runs)),
    }


_RUNS = 100
"""Looked through for forecasts: a full run may lie some way back."""

_COLUMNS = (
    mark("connection"),
    mark("organisation"),
    mark("last run"),
    mark("status"),
    mark("pulled"),
    mark("written"),
    mark("refused"),
    mark("API calls"),
    mark("reconciled"),
    mark("next run"),
    mark("error"),
)


def _print_forecast(line: dict[str, Any]) -> None:
    said = line["forecast"]
    changes, everything = (_("unknown") if said[what] is None else said[what] for what in ("changes", "everything"))
    print_line(
        _(
            "{name}: forecast of API calls: {changes} for a run that reads changes, {everything} for one that reads "
            "everything ({why})",
            name=line["connection"],
            changes=changes,
            everything=everything,
            why=said["why"],
        )
    )


def _row(line: dict[str, Any]) -> tuple[object, ...]:
    run = line["last_run"] or {}
    organisation = (line["organisation"] or {}).get("name")
    pulled = sum(run.get("pulled", {}).values()) if run else None
    error = (run.get("error") or {}).get("message")
    counts = (
        word(run.get("status", "never ran")),
        pulled,
        run.get("written"),
        line["records_refused"],
        run.get("api_calls"),
    )
    return (
        line["connection"],
        organisation,
        run.get("started_at"),
        *counts,
        _say_reconciliation(line["reconciliation"]),
        line["next_run_at"],
        error,
    )


def _say_reconciliation(found: dict[str, Any] | None) -> str:
    if found is None:
        return _("never")
    if not found["left"]:
        return str(found["at"])
    return ngettext("{at}: {number} differs", "{at}: {number} differ", found["left"], at=found["at"])


def _sum_up(compared: Sequence[Any]) -> dict[str, Any] | None:
    """The last comparison of all kinds; None before the first. `left`: differences that were not repaired."""
    if not compared:
        return None
    sums = {name: sum(getattr(row, name) for row in compared) for name in ("missing", "extra", "stale", "repaired")}
    left = sums["missing"] + sums["extra"] + sums["stale"] - sums["repaired"]
    return {"at": _iso(min(row.at for row in compared)), **sums, "left": left}


def _document(run: Any, at_work: str | None) -> dict[str, Any]:  # noqa: ANN401 - a database row
    """A run as JSON. One that has not told its end and is not the one `at_work` was killed."""
    counts: dict[str, Any] = json.loads(run.counts)
    counts.pop("name", None)
    lost = run.status == RunStatus.RUNNING and run.id != at_work
    times = {"started_at": _iso(run.started_at), "ended_at": _iso(run.ended_at)}
    return {"run_id": run.id, **times, **counts, "status": RunStatus.KILLED.value if lost else run.status}


def _next_run(settings: Settings, connection: Connection, now: datetime) -> datetime | None:
    if connection.schedule is None:
        return None
    due: datetime | None = make_trigger(connection.schedule, settings.timezone).get_next_fire_time(None, now)
    return due


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
