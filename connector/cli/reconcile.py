"""`playmaker reconcile`: whether everything in the CRM is here, and nothing else; repairs what is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from connector.cli.exit_codes import ExitCode, worst
from connector.cli.output import print_json, print_table, say
from connector.cli.pause import EvenPausedOption
from connector.cli.progress import show_progress
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.starter import read_starter
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark, ngettext
from connector.pipeline.reconcile import Comparison, reconcile
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.pipeline.run import kind_of
from connector.store.errors import StoreError
from connector.watch.alerts import alert
from connector.wiring.jobs import RECONCILE, RunOptions, open_job, read_clock


@dataclass(frozen=True, slots=True)
class _Reconciled:
    report: ConnectionReport
    comparisons: list[Comparison]

    @property
    def left(self) -> int:
        return sum(one.left for one in self.comparisons)

    @property
    def repaired(self) -> int:
        return sum(one.repaired for one in self.comparisons)

    @property
    def status(self) -> str:
        """In the words of `--json`."""
        if self.report.status is not RunStatus.DONE:
            return self.report.status.value
        return "differs" if self.left else "repaired" if self.repaired else "agrees"


def reconcile_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Read what is missing or stale, bury what is gone.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Be content with equal counts.")] = False,
    even_paused: EvenPausedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read what changed, then compare every record with the CRM and name what is missing, extra or stale.

    Nothing is ever written to the CRM.
    """
    settings = load(config)
    options = RunOptions(command=RECONCILE, push=False, started_by=read_starter(), even_paused=even_paused)
    chosen = choose(settings, connection)
    done = [_reconcile_one(settings, each, options, repair=repair, quick=quick) for each in chosen]
    alert(settings, chosen, read_clock())
    for one in done:
        _say_troubles(one)
    if as_json:
        print_json([_document(one) for one in done])
    else:
        for one in done:
            print_table(_("{name}: reconciliation", name=one.report.name), heads(_COLUMNS), list(_rows(one)))
    raise typer.Exit(_exit_code(done))


def _reconcile_one(
    settings: Settings, connection: Connection, options: RunOptions, *, repair: bool, quick: bool
) -> _Reconciled:
    try:
        with (
            show_progress(connection.name) as progress,
            open_job(settings, connection, replace(options, progress=progress)) as job,
        ):
            return _Reconciled(*reconcile(job, repair=repair, quick=quick))
    except StoreError as fault:
        report = ConnectionReport(connection.name)
        report.stop(kind_of(fault), str(fault))
        return _Reconciled(report, [])


_COLUMNS = (mark("kind"), mark("in the CRM"), mark("differ"), mark("repaired"), mark("for example"))


def _rows(one: _Reconciled) -> list[tuple[object, ...]]:
    return [
        (
            word(each.kind.value),
            each.counted,
            _say_differences(each),
            each.repaired,
            ", ".join((each.missing.ids + each.extra.ids + each.stale.ids)[:3]),
        )
        for each in one.comparisons
    ]


def _say_differences(of: Comparison) -> str:
    said = {
        ngettext("{number} missing", "{number} missing", of.missing.count): of.missing.count,
        ngettext("{number} extra", "{number} extra", of.extra.count): of.extra.count,
        ngettext("{number} stale", "{number} stale", of.stale.count): of.stale.count,
    }
    return ", ".join(text for text, count in said.items() if count) or _("none")


def _document(one: _Reconciled) -> dict[str, Any]:
    report = one.report
    return {
        "connection": report.name,
        "status": one.status,
        "left": one.left,
        "kinds": [each.document() for each in one.comparisons],
        "api_calls": report.api_calls,
        "seconds": round(report.seconds, 3),
        "error": report.error,
    }


def _say_troubles(one: _Reconciled) -> None:
    if one.report.error:
        say(f"playmaker: {one.report.error['message']}")
    elif one.left:
        differ = ngettext(
            "{number} record differs; `playmaker reconcile --repair` repairs what does",
            "{number} records differ; `playmaker reconcile --repair` repairs what does",
            one.left,
        )
        say(f"playmaker: {one.report.name}: {differ}")


def _exit_code(done: list[_Reconciled]) -> ExitCode:
    """As of a sync; records that differ and were not repaired weigh like records refused."""
    code = worst([one.report for one in done])
    return ExitCode.RECORDS_REFUSED if code is ExitCode.DONE and any(one.left for one in done) else code
