"""The command `playmaker`: its subcommands, and the one place where faults become exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from adapters.errors import CRMError
from connector.cli import (
    backup,
    check,
    demo,
    errors,
    fields,
    kpis,
    plan,
    reconcile,
    retry,
    sandbox,
    serve,
    status,
    sync,
    undo,
)
from connector.cli.exit_codes import ExitCode, exit_code_of
from connector.cli.output import say
from connector.config.faults import ConfigError
from connector.pipeline.errors import SetupError
from connector.pipeline.run import kind_of
from connector.plans.values import PlanError
from connector.store.errors import StoreError

app = typer.Typer(
    name="playmaker",
    help="Account-plan KPIs inside your CRM: pulls Salesforce or HubSpot, computes, writes into fields of its own.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("sync")(sync.sync_command)
app.add_typer(fields.app, name="fields")
app.command("check")(check.check_command)
app.command("status")(status.status_command)
app.command("backup")(backup.backup_command)
app.command("reconcile")(reconcile.reconcile_command)
app.command("errors")(errors.errors_command)
app.command("retry")(retry.retry_command)
app.command("undo")(undo.undo_command)
app.command("kpis")(kpis.kpis_command)
app.add_typer(plan.app, name="plan")
app.command("serve")(serve.serve_command)
app.command("sandbox")(sandbox.sandbox_command)
app.command("demo")(demo.demo_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command (by default the process's own arguments) and exit with its code.

    Every foreseeable fault is one line on stderr, never a traceback.
    """
    try:
        app(arguments)
    except ConfigError as fault:
        for line in fault.lines:
            say(line)
        sys.exit(ExitCode.SETUP)
    except PlanError as fault:
        say(f"playmaker: {fault}")
        sys.exit(ExitCode.SETUP)
    except (CRMError, SetupError, StoreError) as fault:
        say(f"playmaker: {fault}")
        sys.exit(exit_code_of(kind_of(fault)))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(ExitCode.DONE)
