"""`playmaker check`: is everything in place for a run?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from adapters.base import CRM, Finding
from adapters.errors import CRMError
from connector.cli.exit_codes import ExitCode, exit_code_of
from connector.cli.output import print_json, print_table
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark
from connector.pipeline.errors import MissingFieldsError, SetupError
from connector.pipeline.examination import examine, examine_limits
from connector.pipeline.run import kind_of
from connector.pipeline.timetable import examine_timetable
from connector.store.errors import StoreError
from connector.wiring.jobs import CHECK, RunOptions, open_crm, open_job, read_clock
from connector.wiring.spending import spending

Line = tuple[str, Finding]

_COLUMNS = (mark("level"), mark("subject"), mark("message"))


def check_command(
    config: ConfigOption = DEFAULT_CONFIG, connection: ConnectionOption = None, *, as_json: JsonOption = False
) -> None:
    """Test configuration, credentials, permissions, mapping and fields of each connection; change nothing."""
    settings = load(config)
    codes: set[ExitCode] = set()
    lines = [line for each in choose(settings, connection) for line in check_one(settings, each, codes)]
    if as_json:
        print_json([_document(*line) for line in lines])
    else:
        for name in dict.fromkeys(name for name, _ in lines):
            rows = [_row(finding) for of, finding in lines if of == name]
            print_table(_("{name}: check", name=name), heads(_COLUMNS), rows)
    raise typer.Exit(min(codes, default=ExitCode.DONE))


def _row(finding: Finding) -> tuple[str, str, str]:
    message = finding.message
    if finding.mend:
        message = _("{message}; to mend it: {mend}", message=message, mend=finding.mend)
    return (word(finding.level), finding.subject, message)


def check_one(settings: Settings, connection: Connection, codes: set[ExitCode]) -> Iterator[Line]:
    """The findings of one connection; `codes` gathers what they mean for the exit code."""
    try:
        for finding in _examine(settings, connection):
            if finding.level == "failing":
                codes.add(ExitCode.REFUSED)
            yield connection.name, finding
    except (CRMError, SetupError, StoreError) as fault:
        codes.add(exit_code_of(kind_of(fault)))
        yield connection.name, _find_fault(connection.name, fault)


def _examine(settings: Settings, connection: Connection) -> Iterator[Finding]:
    options = RunOptions(command=CHECK, dry=True)
    with open_job(settings, connection, options) as job, spending(settings, connection, CHECK, job.crm):
        with _open_setup(settings, connection) as setup:
            yield from examine(job, setup, read_clock)
        yield from examine_timetable(job, connection, settings.timezone, job.started)
        yield from examine_limits(job)


@contextmanager
def _open_setup(settings: Settings, connection: Connection) -> Iterator[CRM | None]:
    """The CRM as whoever creates fields, where that is another identity than the one that runs."""
    if connection.auth_setup is None:
        yield None
        return
    with open_crm(settings, connection.for_setup()) as crm, spending(settings, connection, CHECK, crm):
        yield crm


def _find_fault(name: str, fault: CRMError | SetupError | StoreError) -> Finding:
    """What would end a run before it begins."""
    if isinstance(fault, MissingFieldsError):
        return Finding("failing", _("fields"), fault.finding, fault.mend)
    set_up = "CRM" if isinstance(fault, CRMError) else _("set-up")
    subject = _("database") if isinstance(fault, StoreError) else set_up
    return Finding("failing", subject, str(fault).removeprefix(f"{name}: "))


def _document(name: str, finding: Finding) -> dict[str, str]:
    return {
        "connection": name,
        "level": finding.level,
        "subject": finding.subject,
        "message": finding.message,
        "mend": finding.mend,
    }
