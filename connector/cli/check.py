"""`playmaker check`: is everything in place for a run?"""

from __future__ import annotations

from collections.abc import Iterator

import typer

from adapters.base import Finding, Kind
from adapters.errors import CRMError
from connector.cli.exit_codes import ExitCode, exit_code_of
from connector.cli.output import print_json, print_table
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.kpis.gaps import find_gaps
from connector.pipeline.errors import MissingFieldsError, SetupError
from connector.pipeline.job import Job
from connector.pipeline.preflight import prepare
from connector.pipeline.run import kind_of
from connector.store.errors import StoreError
from connector.wiring.jobs import CHECK, RunOptions, open_job
from connector.wiring.spending import spending
from mappings.entities import ENTITIES

Line = tuple[str, Finding]


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
            print_table(f"{name}: check", ["level", "subject", "message"], rows)
    raise typer.Exit(min(codes, default=ExitCode.DONE))


def _row(finding: Finding) -> tuple[str, str, str]:
    mend = f"; to mend it: {finding.mend}" if finding.mend else ""
    return (finding.level, finding.subject, f"{finding.message}{mend}")


def check_one(settings: Settings, connection: Connection, codes: set[ExitCode]) -> Iterator[Line]:
    """The findings of one connection; `codes` gathers what they mean for the exit code."""
    try:
        options = RunOptions(command=CHECK, dry=True)
        with open_job(settings, connection, options) as job, spending(settings, connection, CHECK, job.crm):
            for finding in _examine(job):
                if finding.level == "failing":
                    codes.add(ExitCode.REFUSED)
                yield connection.name, finding
    except (CRMError, SetupError, StoreError) as fault:
        codes.add(exit_code_of(kind_of(fault)))
        yield connection.name, _find_fault(connection.name, fault)


def _find_fault(name: str, fault: CRMError | SetupError | StoreError) -> Finding:
    """What would end a run before it begins."""
    if isinstance(fault, MissingFieldsError):
        return Finding("failing", "fields", fault.finding, fault.mend)
    subject = "database" if isinstance(fault, StoreError) else "CRM" if isinstance(fault, CRMError) else "set-up"
    return Finding("failing", subject, str(fault).removeprefix(f"{name}: "))


def _examine(job: Job) -> Iterator[Finding]:
    yield Finding("ok", "database", "opened, schema up to date")
    organisation = job.crm.check()
    yield Finding("ok", "credentials", f"logged in to {organisation.name} ({organisation.id})")
    yield from job.crm.permissions()
    prepare(job)
    yield Finding("ok", "fields", f"{sum(map(len, job.specs.values()))} KPI fields are in the CRM")
    for warning in job.report.warnings:
        yield Finding("warning", "mapping", warning.removeprefix(f"{job.name}: "))
    for note in job.report.notes:
        yield Finding("note", "mapping", note.removeprefix(f"{job.name}: "))
    yield from _find_gaps(job)
    limits = job.crm.limits()
    if limits.daily_limit is not None:
        yield Finding(
            "ok", "API limit", f"{limits.daily_used} of {limits.daily_limit} calls used today by all programs"
        )


def _find_gaps(job: Job) -> Iterator[Finding]:
    mapped = frozenset(
        (kind, field) for kind in Kind for field in ENTITIES[kind].model_fields if job.mapping.mapped(kind, field)
    )
    specs = [spec for specs in job.specs.values() for spec in specs.values()]
    for lacking, labels in find_gaps(specs, job.terms.settings, mapped).items():
        message = f"no CRM field feeds {lacking}: {', '.join(labels)} stay{'s' if len(labels) == 1 else ''} empty"
        yield Finding("warning", "mapping", message, f"map {lacking} under `mapping` (docs/mapping.md), or leave it")


def _document(name: str, finding: Finding) -> dict[str, str]:
    return {
        "connection": name,
        "level": finding.level,
        "subject": finding.subject,
        "message": finding.message,
        "mend": finding.mend,
    }
