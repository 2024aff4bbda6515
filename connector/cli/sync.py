"""`playmaker sync`: the main job, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated

import typer

from adapters.errors import CRMError
from connector.cli.exit_codes import worst
from connector.cli.output import print_json, print_line, print_table, say, say_number
from connector.cli.progress import show_progress
from connector.cli.session import DEFAULT_CONFIG, AsOfOption, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.pipeline.forecast import forecast_rehearsed, say_calls
from connector.pipeline.report import ConnectionReport, ErrorKind, RunStatus
from connector.pipeline.run import kind_of, sync
from connector.schedule.signals import stopping_on_signals
from connector.store.errors import StoreError
from connector.wiring.jobs import RunOptions, open_job


def sync_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    as_of: AsOfOption = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing anywhere.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, not only what changed.")] = False,
    push: Annotated[bool, typer.Option("--push/--no-push", help="Write the KPIs into the CRM.")] = True,
    force: Annotated[
        bool, typer.Option("--force", help="Write even when more than `max_change` of the KPI values would change.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Pull what changed, compute the KPIs, write those that changed into the CRM."""
    settings = load(config)
    options = RunOptions(dry=dry_run, full=full, push=push, force=force, as_of=as_of.date() if as_of else None)
    with stopping_on_signals(options.stop):
        reports = [sync_one(settings, each, options) for each in choose(settings, connection)]
    print_reports(options.run, reports, dry=dry_run, as_json=as_json)
    raise typer.Exit(worst(reports))


def sync_one(settings: Settings, connection: Connection, options: RunOptions) -> ConnectionReport:
    """One connection's run with its progress shown; what cannot even be opened ends it like any fault."""
    try:
        with (
            show_progress(connection.name) as progress,
            open_job(settings, connection, replace(options, progress=progress)) as job,
        ):
            return sync(job)
    except (CRMError, StoreError) as fault:
        report = ConnectionReport(connection.name)
        report.stop(kind_of(fault), str(fault))
        return report


def print_reports(run: str, reports: Sequence[ConnectionReport], *, dry: bool, as_json: bool) -> None:
    """The outcome on stdout; warnings and errors on stderr."""
    for report in reports:
        _say_troubles(report)
    if as_json:
        print_json(_document(run, reports, dry=dry))
        return
    if dry:
        for report in reports:
            _print_changes(report)
    title = "Dry run: nothing was changed" if dry else f"Sync {run}"
    print_table(title, _COLUMNS, [_row(report) for report in reports])
    for report in reports:
        _print_calls(report, dry=dry)


def _print_changes(report: ConnectionReport) -> None:
    """The values, one table per kind, so that a line of it fits into a terminal."""
    for kind in dict.fromkeys(change.kind for change in report.changes):
        rows = [(c.id, c.field, f"{_shown(c.old)} → {_shown(c.new)}") for c in report.changes if c.kind is kind]
        values = say_number(len(rows), "value")
        print_table(f"{report.name}: {values} would change on {kind}s", ["id", "field", "old → new"], rows)


def _shown(value: str | None) -> str:
    return "nothing" if value is None else value


def _print_calls(report: ConnectionReport, *, dry: bool) -> None:
    if report.calls_by_kind:
        print_line(
            f"{report.name}: {say_number(report.api_calls, 'API call')} ({say_calls(report.calls_by_kind)}) in "
            f"{report.seconds:.1f} seconds{_of_limit(report)}"
        )
    if dry and report.status is RunStatus.DONE:
        print_line(f"{report.name}: the run itself would make {forecast_rehearsed(report)}")


def _of_limit(report: ConnectionReport) -> str:
    """How the calls stand to the daily allowance, where the CRM tells one."""
    if report.daily_limit is None:
        return ""
    ours = report.spent_before + report.api_calls
    everyone = "" if report.daily_used is None else f", everyone's together {report.daily_used}"
    return f"; ours of 24 hours {ours}{everyone}, of {report.daily_limit} a day"


_COLUMNS = ["connection", "status", "pulled", "accounts", "written", "not written"]


def _row(report: ConnectionReport) -> tuple[object, ...]:
    pulled = _with(report.pulled.total(), deleted=report.deleted.total())
    written = _with(report.written, restored=report.restored)
    not_written = _with(f"{report.unchanged} unchanged", refused=report.refused, waiting=report.waiting)
    return (report.name, report.status.value, pulled, report.accounts_computed, written, not_written)


def _with(first: object, **others: int) -> str:
    """A figure with those of the others that are not 0."""
    return ", ".join([str(first), *(f"{number} {what}" for what, number in others.items() if number)])


def _document(run: str, reports: Sequence[ConnectionReport], *, dry: bool) -> dict[str, object]:
    kinds = {ErrorKind(report.error["kind"]) for report in reports if report.error}
    stopped = RunStatus.INCOMPLETE if kinds == {ErrorKind.INCOMPLETE} else RunStatus.FAILED
    status = stopped if kinds else RunStatus.DONE
    connections = [report.counts() | (_changes(report) if dry else {}) for report in reports]
    return {"run_id": run, "status": status.value, "connections": connections}


def _changes(report: ConnectionReport) -> dict[str, object]:
    return {"changes": [asdict(change) for change in report.changes]}


def _say_troubles(report: ConnectionReport) -> None:
    for warning, times in report.warnings.items():
        say(f"warning: {warning}" + (f" ({times} times)" if times > 1 else ""))
    if report.error:
        message = report.error["message"]
        say(f"playmaker: {message if message.startswith(report.name) else f'{report.name}: {message}'}")
    if report.refused:
        refused = f"{say_number(report.refused, 'record')} {'was' if report.refused == 1 else 'were'} refused"
        say(f"playmaker: {report.name}: {refused}; `playmaker errors` says why")
