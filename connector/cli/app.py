"""The command `playmaker`: its subcommands, and the one place where faults become exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import NoReturn

import typer
from typer.main import get_command

from adapters.errors import CRMError
from connector.cli import (
    alerts,
    backup,
    check,
    config,
    demo,
    erase,
    errors,
    explain,
    export_plans,
    fields,
    import_plans,
    init,
    kpis,
    pause,
    plan,
    reconcile,
    replay,
    retry,
    runs,
    sandbox,
    serve,
    show,
    status,
    sync,
    undo,
)
from connector.cli.exit_codes import ExitCode, exit_code_of
from connector.cli.output import print_json, say
from connector.config.faults import ConfigError
from connector.languages.speech import speak
from connector.languages.translation import ENGLISH
from connector.pipeline.errors import SetupError
from connector.pipeline.report import ErrorKind
from connector.pipeline.run import kind_of
from connector.plans.values import PlanError
from connector.store.errors import StoreError

app = typer.Typer(
    name="playmaker",
    help="Account-plan KPIs inside your CRM: pulls Salesforce or HubSpot, computes, writes into fields of its own.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("init")(init.init_command)
app.command("sync")(sync.sync_command)
app.add_typer(fields.app, name="fields")
app.command("check")(check.check_command)
app.add_typer(config.app, name="config")
app.command("status")(status.status_command)
app.command("show")(show.show_command)
app.command("replay")(replay.replay_command)
app.add_typer(runs.app, name="runs")
app.command("backup")(backup.backup_command)
app.command("reconcile")(reconcile.reconcile_command)
app.command("errors")(errors.errors_command)
app.command("retry")(retry.retry_command)
app.command("undo")(undo.undo_command)
app.command("erase")(erase.erase_command)
app.command("kpis")(kpis.kpis_command)
app.command("explain")(explain.explain_command)
app.add_typer(plan.app, name="plan")
app.command("import")(import_plans.import_command)
app.command("export")(export_plans.export_command)
app.command("pause")(pause.pause_command)
app.command("resume")(pause.resume_command)
app.add_typer(alerts.app, name="alerts")
app.command("serve")(serve.serve_command)
app.command("sandbox")(sandbox.sandbox_command)
app.command("demo")(demo.demo_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command (by default the process's own arguments) and exit with its code.

    Until the configuration is read, people are spoken to in English.
    Every foreseeable fault is one line on stderr, never a traceback; with `--json` also one document on stdout.
    """
    speak(ENGLISH)
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        _command()(arguments)
    except SystemExit as end:
        # the parser has explained itself on stderr; what it found is what led to the exit
        if as_json and (explain := getattr(end.__context__, "format_message", None)):
            _print_fault(ErrorKind.SETUP, explain())
        raise
    except ConfigError as fault:
        _end(ErrorKind.SETUP, fault.lines, as_json=as_json)
    except PlanError as fault:
        _end(ErrorKind.SETUP, [f"playmaker: {fault}"], as_json=as_json)
    except (CRMError, SetupError, StoreError) as fault:
        _end(kind_of(fault), [f"playmaker: {fault}"], as_json=as_json)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(ExitCode.DONE)
    finally:
        speak(ENGLISH)


@cache
def _command() -> Callable[..., object]:
    """The tree of all commands; to build it takes longer than most of them, and a process may run several."""
    return get_command(app)


def _end(kind: ErrorKind, lines: Sequence[str], *, as_json: bool) -> NoReturn:
    for line in lines:
        say(line)
    if as_json:
        _print_fault(kind, "\n".join(line.removeprefix("playmaker: ") for line in lines))
    sys.exit(exit_code_of(kind))


def _print_fault(kind: ErrorKind, message: str) -> None:
    """What whoever asked for JSON gets in place of the result."""
    print_json({"error": {"kind": kind.value, "message": message}})
