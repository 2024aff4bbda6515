"""`playmaker undo`: puts back what a run wrote, where nobody changed it since."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from connector.cli.exit_codes import worst
from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.starter import read_starter
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark
from connector.pipeline.errors import SetupError
from connector.pipeline.report import ConnectionReport
from connector.pipeline.undo import Undoing, undo
from connector.store.runs import read_beginning
from connector.wiring.jobs import REHEARSAL, UNDO, RunOptions, open_job, open_ledger
from connector.wiring.spending import spending

NEXT = mark("The next sync writes the current figures again: mend what led to the old ones first.")


@dataclass(frozen=True, slots=True)
class _Undone:
    report: ConnectionReport
    undoing: Undoing


def undo_command(
    run: Annotated[str, typer.Argument(help="The run's id, as `sync` and `status` name it.")],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be put back; change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put back what a run wrote, value by value, where the CRM still holds what that run wrote."""
    settings = load(config)
    options = RunOptions(command=UNDO, dry=dry_run, started_by=read_starter())
    done = [_undo_one(settings, each, run, options) for each in _find_connections(settings, connection, run)]
    _print(run, options, done, as_json=as_json)
    raise typer.Exit(worst([one.report for one in done]))


def _find_connections(settings: Settings, name: str | None, run: str) -> list[Connection]:
    """The connections that took part in the run."""
    with open_ledger(settings) as store, store.reading() as ledger:
        found = [each for each in choose(settings, name) if read_beginning(ledger, each.name, run)]
    if not found:
        if name:
            nothing = _("{name}: there was no run {run}; `playmaker status` names the last one", name=name, run=run)
            raise SetupError(nothing)
        raise SetupError(_("there was no run {run}; `playmaker status` names the last one", run=run))
    return found


def _undo_one(settings: Settings, connection: Connection, run: str, options: RunOptions) -> _Undone:
    with (
        open_job(settings, connection, options) as job,
        spending(settings, connection, REHEARSAL, job.crm) if options.dry else nullcontext(),
    ):
        undoing = undo(job, run)
        return _Undone(job.report, undoing)


def _print(run: str, options: RunOptions, done: list[_Undone], *, as_json: bool) -> None:
    for one in done:
        for warning in one.report.warnings:
            say(_("warning: {text}", text=warning))
        if one.report.error:
            say(f"playmaker: {one.report.error['message']}")
    if as_json:
        print_json(
            {"run_id": options.run, "undone": run, "connections": [_document(one) for one in done], "note": _(NEXT)}
        )
        return
    left = [
        (f"{one.report.name} {word(s.kind)} {s.id}", s.field, s.reason) for one in done for s in one.undoing.skipped
    ]
    if left:
        print_table(_("Left as it is"), [_("record"), _("field"), _("because")], left)
    print_table(_title(run, options, done), heads(_COLUMNS), [_row(one) for one in done])
    say(_(NEXT))


def _title(run: str, options: RunOptions, done: list[_Undone]) -> str:
    if options.dry:
        return _("Dry run: nothing was changed of run {run}", run=run)
    ended = all(one.report.error is None for one in done)
    if ended:
        return _("Run {run} undone by run {other}", run=run, other=options.run)
    return _("Run {run} not undone, or in part, by {other}", run=run, other=options.run)


_COLUMNS = (
    mark("connection"),
    mark("status"),
    mark("values to put back"),
    mark("records"),
    mark("written"),
    mark("refused"),
    mark("left as it is"),
)


def _row(one: _Undone) -> tuple[object, ...]:
    report, undoing = one.report, one.undoing
    found = (undoing.values, undoing.records, report.written, report.refused, len(undoing.skipped))
    return (report.name, word(report.status.value), *found)


def _document(one: _Undone) -> dict[str, Any]:
    report, undoing = one.report, one.undoing
    return {
        "name": report.name,
        "status": report.status.value,
        "values": undoing.values,
        "records": undoing.records,
        "written": report.written,
        "refused": report.refused,
        "skipped": [{"kind": s.kind, "id": s.id, "field": s.field, "reason": s.reason} for s in undoing.skipped],
        "error": report.error,
    }
