"""`playmaker sync`: the main job, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Annotated

import typer

from adapters.errors import CRMError
from connector.cli.exit_codes import worst
from connector.cli.output import print_json, print_line, print_table, say
from connector.cli.pause import EvenPausedOption
from connector.cli.progress import show_progress
from connector.cli.record import Recorded, RecordOption, recorded
from connector.cli.session import DEFAULT_CONFIG, AsOfOption, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.starter import read_starter
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark, ngettext, speaker
from connector.pipeline.forecast import calls_rehearsed, forecast_rehearsed, say_calls
from connector.pipeline.report import ConnectionReport, ErrorKind, RunStatus
from connector.pipeline.run import kind_of, sync
from connector.schedule.signals import stopping_on_signals
from connector.store.errors import StoreError
from connector.watch.alerts import alert
from connector.wiring.jobs import REHEARSAL, RunOptions, open_job, read_clock
from connector.wiring.spending import spending


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
    even_paused: EvenPausedOption = False,
    record: RecordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Pull what changed, compute the KPIs, write those that changed into the CRM."""
    settings = load(config)
    options = RunOptions(
        dry=dry_run,
        full=full,
        push=push,
        force=force,
        as_of=as_of.date() if as_of else None,
        started_by=read_starter(),
        even_paused=even_paused,
    )
    chosen = choose(settings, connection)
    what = Recorded(record, config, settings, chosen) if record else None
    with stopping_on_signals(options.stop), recorded(what, options) as going:
        reports = [sync_one(settings, each, going) for each in chosen]
    if not dry_run:
        alert(settings, chosen, read_clock())
    print_reports(options.run, reports, dry=dry_run, as_json=as_json)
    raise typer.Exit(worst(reports))


def sync_one(settings: Settings, connection: Connection, options: RunOptions) -> ConnectionReport:
    """One connection's run with its progress shown; what cannot even be opened ends it like any fault."""
    try:
        with (
            show_progress(connection.name) as progress,
            open_job(settings, connection, replace(options, progress=progress)) as job,
            spending(settings, connection, REHEARSAL, job.crm) if options.dry else nullcontext(),
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
    title = _("Dry run: nothing was changed") if dry else _("Sync {run}", run=run)
    print_table(title, heads(_COLUMNS), [_row(report) for report in reports])
    for report in reports:
        _print_calls(report, dry=dry)


def _print_changes(report: ConnectionReport) -> None:
    """The values, one table per kind, so that a line of it fits into a terminal."""
    for kind in dict.fromkeys(change.kind for change in report.changes):
        rows = [(c.id, c.field, f"{_shown(c.old)} → {_shown(c.new)}") for c in report.changes if c.kind is kind]
        title = ngettext(
            "{name}: {number} value would change ({kind})",
            "{name}: {number} values would change ({kind})",
            len(rows),
            name=report.name,
            kind=word(kind),
        )
        print_table(title, [_("id"), _("field"), _("old → new")], rows)


def _shown(value: str | None) -> str:
    return _("nothing") if value is None else value


def _print_calls(report: ConnectionReport, *, dry: bool) -> None:
    if report.calls_by_kind:
        made = ngettext(
            "{name}: {number} API call ({kinds}) in {seconds} s",
            "{name}: {number} API calls ({kinds}) in {seconds} s",
            report.api_calls,
            name=report.name,
            kinds=say_calls(report.calls_by_kind),
            seconds=speaker().number(round(Decimal(report.seconds), 1)),
        )
        print_line(speaker().say("; ").join(filter(None, [made, _of_limit(report)])))
    if dry and report.status is RunStatus.DONE:
        print_line(_("{name}: the run itself would make {calls}", name=report.name, calls=forecast_rehearsed(report)))


def _of_limit(report: ConnectionReport) -> str:
    """How the calls stand to the daily allowance, where the CRM tells one."""
    if report.daily_limit is None:
        return ""
    ours = report.spent_before + report.api_calls
    if report.daily_used is None:
        return _("ours of 24 hours {ours}, of {limit} a day", ours=ours, limit=report.daily_limit)
    return _(
        "ours of 24 hours {ours}, everyone's together {used}, of {limit} a day",
        ours=ours,
        used=report.daily_used,
        limit=report.daily_limit,
    )


_COLUMNS = (
    mark("connection"),
    mark("status"),
    mark("pulled"),
    mark("accounts"),
    mark("written"),
    mark("not written"),
)


def _row(report: ConnectionReport) -> tuple[object, ...]:
    number = speaker().number
    deleted = ngettext("{number} deleted", "{number} deleted", report.deleted.total())
    restored = ngettext("{number} restored", "{number} restored", report.restored)
    pulled = [number(report.pulled.total()), deleted if report.deleted.total() else ""]
    written = [number(report.written), restored if report.restored else ""]
    figures = (_join(pulled), report.accounts_computed, _join(written), _join(_not_written(report)))
    return (report.name, word(report.status.value), *figures)


def _not_written(report: ConnectionReport) -> Iterator[str]:
    yield ngettext("{number} unchanged", "{number} unchanged", report.unchanged)
    if report.refused:
        yield ngettext("{number} refused", "{number} refused", report.refused)
    if report.waiting:
        yield ngettext("{number} waiting", "{number} waiting", report.waiting)


def _join(figures: Iterable[str]) -> str:
    return ", ".join(filter(None, figures))


def _document(run: str, reports: Sequence[ConnectionReport], *, dry: bool) -> dict[str, object]:
    kinds = {ErrorKind(report.error["kind"]) for report in reports if report.error}
    stopped = RunStatus.INCOMPLETE if kinds == {ErrorKind.INCOMPLETE} else RunStatus.FAILED
    status = stopped if kinds else RunStatus.DONE
    connections = [report.counts() | (_changes(report) if dry else {}) for report in reports]
    return {"run_id": run, "status": status.value, "connections": connections}


def _changes(report: ConnectionReport) -> dict[str, object]:
    """What a dry run adds: the calls that the run itself would make, values by field, and each value, old and new."""
    read, write = calls_rehearsed(report)
    fields = Counter(change.field for change in report.changes)
    return {
        "forecast": {"read": read, "write": write},
        "fields": dict(fields.most_common()),
        "changes": [asdict(change) for change in report.changes],
    }


def _say_troubles(report: ConnectionReport) -> None:
    for warning, times in report.warnings.items():
        text = _("{text} ({times} times)", text=warning, times=times) if times > 1 else warning
        say(_("warning: {text}", text=text))
    if report.error:
        message = report.error["message"]
        say(f"playmaker: {message if message.startswith(report.name) else f'{report.name}: {message}'}")
    if report.refused:
        refused = ngettext(
            "{number} record was refused; `playmaker errors` says why",
            "{number} records were refused; `playmaker errors` says why",
            report.refused,
        )
        say(f"playmaker: {report.name}: {refused}")
