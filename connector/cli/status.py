"""`playmaker status`: how each connection stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy

from connector.cli.output import print_json, print_line, print_table
from connector.cli.run_lines import draw_sparkline, iso, run_document
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.spent import spent
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.cron import find_next
from connector.config.settings import Settings
from connector.languages.speech import _, mark, ngettext, speaker
from connector.pipeline.forecast import forecast
from connector.store.census import read_comparisons, sum_up_comparisons
from connector.store.holdings import count_pending, count_records, count_waiting
from connector.store.lease import read_holder
from connector.store.ledger import read_organisation, read_runs
from connector.store.pauses import read_pause
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
    """One connection as JSON: its organisation, last runs, lag behind the CRM, records, errors, calls and next run."""
    with store.reading() as ledger:
        known = read_organisation(ledger, connection.name)
        compared = list(read_comparisons(ledger, connection.name))
        records = _count(ledger, connection.name, now)
        calls = spent(connection, read_runs(ledger, connection.name, _MOST_OF_A_DAY), now)
        runs = _runs(ledger, connection.name)
        paused = read_pause(ledger, connection.name)
    pulled_at = known.last_complete_pull_at if known else None
    return {
        "connection": connection.name,
        "crm": connection.crm,
        "organisation": known and {"id": known.id, "name": known.name, "currency": known.currency},
        "last_complete_pull_at": iso(pulled_at),
        "lag_seconds": pulled_at and int((now - pulled_at).total_seconds()),
        **runs,
        "reconciliation": _sum_up(compared),
        **records,
        "api_calls": calls,
        "paused": paused and {"since": iso(paused.since), "by": paused.by},
        "next_run_at": None if paused else iso(find_next(connection.schedule, settings.timezone, now)),
    }


def _runs(ledger: sqlalchemy.Connection, name: str) -> dict[str, Any]:
    """The last runs, newest first, drawn oldest first, with what they let expect of the next one."""
    found = read_runs(ledger, name, _RUNS, SYNC)
    at_work = read_holder(ledger, name)
    documents = [run_document(run, at_work) for run in found[:_SHOWN]]
    return {
        "last_run": next(iter(documents), None),
        "last_runs": [{key: one.get(key) for key in _OF_A_RUN} for one in documents],
        "sparkline": draw_sparkline(documents[::-1]),
        "forecast": asdict(forecast(found)),
    }


def _count(ledger: sqlalchemy.Connection, name: str, now: datetime) -> dict[str, Any]:
    refused, unusable = (count_errors(ledger, name, origin) for origin in (Origin.PUSH, Origin.PULL))
    return {
        "records": count_records(ledger, name),
        "records_refused": refused,
        "records_waiting": count_waiting(ledger, name, now),
        "records_pending": count_pending(ledger, name),
        "records_parked": count_parked(ledger, name),
        "records_with_unusable_values": unusable,
    }


_RUNS = 100
"""Looked through for forecasts: a full run may lie some way back."""

_SHOWN = 20
_OF_A_RUN = ("run_id", "status", "started_at", "seconds", "written", "refused", "api_calls")

_MOST_OF_A_DAY = 2000
"""Runs of 24 hours: more than one a minute."""

_COLUMNS = (
    mark("connection"),
    mark("organisation"),
    mark("last run"),
    mark("status"),
    mark("behind"),
    mark("records"),
    mark("written"),
    mark("refused"),
    mark("waiting"),
    mark("API calls today"),
    mark("last runs"),
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
    error = (run.get("error") or {}).get("message")
    return (
        line["connection"],
        (line["organisation"] or {}).get("name"),
        run.get("started_at"),
        word(run.get("status", "never ran")),
        _say_lag(line["lag_seconds"]),
        sum(line["records"].values()),
        run.get("written"),
        line["records_refused"],
        line["records_waiting"],
        _say_calls(line["api_calls"]),
        line["sparkline"],
        _say_reconciliation(line["reconciliation"]),
        _say_next(line),
        error,
    )


_HOUR = 3600


def _say_lag(seconds: int | None) -> str | None:
    """How old what is held may be: hours and minutes, which is how people think of schedules."""
    return None if seconds is None else f"{seconds // _HOUR}:{seconds % _HOUR // 60:02}"


def _say_calls(calls: dict[str, Any]) -> str:
    number = speaker().number
    made = number(calls["last_24_hours"])
    return made if calls["budget"] is None else _("{calls} of {budget}", calls=made, budget=number(calls["budget"]))


def _say_reconciliation(found: dict[str, Any] | None) -> str:
    if found is None:
        return _("never")
    if not found["left"]:
        return str(found["at"])
    return ngettext("{at}: {number} differs", "{at}: {number} differ", found["left"], at=found["at"])


def _say_next(line: dict[str, Any]) -> str | None:
    paused = line["paused"]
    return _("paused since {since} by {by}", **paused) if paused else line["next_run_at"]


def _sum_up(compared: Sequence[Any]) -> dict[str, Any] | None:
    """The last comparison of all kinds; None before the first. `left`: differences that were not repaired."""
    if not compared:
        return None
    return {"at": iso(min(row.at for row in compared)), **sum_up_comparisons(compared)}
