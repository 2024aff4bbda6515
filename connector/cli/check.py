"""`playmaker check`: is everything in place for a run?"""

from __future__ import annotations

from collections.abc import Iterator

import typer

from adapters.base import FieldAction, Finding, Kind, Limits, Organisation
from adapters.errors import CRMError
from connector.cli.exit_codes import ExitCode, exit_code_of
from connector.cli.output import print_json, print_table
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.kpis.gaps import find_gaps
from connector.languages.speech import _, mark, ngettext
from connector.languages.translation import translator_for
from connector.pipeline.errors import MissingFieldsError, SetupError
from connector.pipeline.job import Job
from connector.pipeline.preflight import prepare
from connector.pipeline.run import kind_of
from connector.plans.input_fields import input_specs
from connector.store.errors import StoreError
from connector.wiring.jobs import CHECK, RunOptions, open_job
from connector.wiring.spending import spending
from mappings.entities import ENTITIES

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
        return Finding("failing", _("fields"), fault.finding, fault.mend)
    set_up = "CRM" if isinstance(fault, CRMError) else _("set-up")
    subject = _("database") if isinstance(fault, StoreError) else set_up
    return Finding("failing", subject, str(fault).removeprefix(f"{name}: "))


def _examine(job: Job) -> Iterator[Finding]:
    yield Finding("ok", _("database"), _("opened, schema up to date"))
    organisation = job.crm.check()
    yield Finding("ok", _("credentials"), _("logged in to {name} ({id})", name=organisation.name, id=organisation.id))
    yield from job.crm.permissions()
    organisation = prepare(job)
    number = sum(map(len, job.specs.values()))
    there = ngettext("{number} KPI field is in the CRM", "{number} KPI fields are in the CRM", number)
    yield Finding("ok", _("fields"), there)
    yield from _examine_inputs(job, organisation)
    for warning in job.report.warnings:
        yield Finding("warning", _("mapping"), warning.removeprefix(f"{job.name}: "))
    for note in job.report.notes:
        yield Finding("note", _("mapping"), note.removeprefix(f"{job.name}: "))
    yield from _find_gaps(job)
    limits = job.crm.limits()
    if limits.daily_limit is not None:
        yield Finding("ok", _("API limit"), _say_limits(limits))


def _examine_inputs(job: Job, organisation: Organisation) -> Iterator[Finding]:
    """The fields in which reps fill account plans: whether they are there, as we would make them, and read."""
    subject, mend = _("fields that reps fill"), _("run `playmaker fields apply --inputs`")
    specs = input_specs(job.mapping, organisation, translator_for(job.terms.language))
    there = [spec for spec in specs if spec.name in job.crm.describe(spec.kind)]
    if not there:
        yield Finding("note", subject, _("none yet: account plans are filled here alone"), mend)
        return
    read = ngettext("{number} is read", "{number} are read", len(there))
    yield Finding("ok", subject, _("{read}: {names}", read=read, names=", ".join(spec.name for spec in there)))
    for change in job.crm.plan_fields(specs):
        if change.action is not FieldAction.KEEP:
            mendable = change.action in {FieldAction.CREATE, FieldAction.GRANT}
            level = "note" if change.action is FieldAction.DIFFERS else "warning"
            what = f"{change.spec.name}: {word(change.action.value)}, {change.detail}"
            yield Finding(level, subject, what, mend if mendable else "")


def _say_limits(limits: Limits) -> str:
    used = _("unknown") if limits.daily_used is None else limits.daily_used
    return _("{used} of {limit} calls used today by all programs", used=used, limit=limits.daily_limit)


def _find_gaps(job: Job) -> Iterator[Finding]:
    mapped = frozenset(
        (kind, field) for kind in Kind for field in ENTITIES[kind].model_fields if job.mapping.mapped(kind, field)
    )
    specs = [spec for specs in job.specs.values() for spec in specs.values()]
    for lacking, labels in find_gaps(specs, job.terms.settings, mapped).items():
        message = ngettext(
            "no CRM field feeds {field}: {labels} stays empty",
            "no CRM field feeds {field}: {labels} stay empty",
            len(labels),
            field=lacking,
            labels=", ".join(labels),
        )
        mend = _("map {field} under `mapping` (docs/mapping.md), or leave it", field=lacking)
        yield Finding("warning", _("mapping"), message, mend)


def _document(name: str, finding: Finding) -> dict[str, str]:
    return {
        "connection": name,
        "level": finding.level,
        "subject": finding.subject,
        "message": finding.message,
        "mend": finding.mend,
    }
