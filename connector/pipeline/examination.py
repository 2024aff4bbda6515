"""What `check` finds out about one connection, line by line, changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.base import CRM, FieldAction, FieldChange, FieldSpec, Finding, Kind, Limits, Organisation, Ownership
from adapters.errors import FatalError
from connector.kpis.gaps import find_gaps
from connector.languages.speech import _, name_code, ngettext
from connector.languages.translation import translator_for
from connector.pipeline.job import Job
from connector.pipeline.preflight import prepare
from connector.plans.input_fields import input_specs
from connector.store.crm_fields import read_own_fields
from mappings.entities import ENTITIES

SKEW = timedelta(seconds=60)
"""Clocks that differ by more make windows, and logins by certificate, wrong."""


def examine(job: Job, setup: CRM | None, now: Callable[[], datetime]) -> Iterator[Finding]:
    """Everything that the CRM and the database tell. `setup`: the CRM as whoever creates fields, where that is another.

    `now` tells the time. Raises what would end a run before it begins.
    """
    yield Finding("ok", _("database"), _("opened, schema up to date"))
    organisation = job.crm.check()
    yield Finding("ok", _("credentials"), _("logged in to {name} ({id})", name=organisation.name, id=organisation.id))
    yield from _examine_clock(job.crm, now())
    yield from job.crm.permissions()
    yield from _examine_setup(job, setup, organisation)
    organisation = prepare(job)
    kpis = [spec for specs in job.specs.values() for spec in specs.values()]
    inputs = _there(job, input_specs(job.mapping, organisation, translator_for(job.terms.language)))
    yield from _examine_kpi_fields(job, kpis)
    yield from _examine_inputs(inputs)
    yield from _examine_definitions(job, setup, [*kpis, *inputs])
    yield from job.crm.surroundings([*kpis, *inputs])
    yield from _examine_mapping(job)


def examine_limits(job: Job) -> Iterator[Finding]:
    """What of the day's calls is spent; nothing where the CRM does not say."""
    limits = job.crm.limits()
    if limits.daily_limit is not None:
        yield Finding("ok", _("API limit"), _say_limits(limits))


def _examine_clock(crm: CRM, now: datetime) -> Iterator[Finding]:
    theirs = crm.server_time()
    if theirs is None:
        return
    seconds = round((now - theirs).total_seconds())
    said = _("{seconds} s apart from the CRM's", seconds=seconds)
    if abs(seconds) <= SKEW.total_seconds():
        yield Finding("ok", _("clock"), said)
    else:
        yield Finding("warning", _("clock"), said, _("let this machine keep its clock by a time server (NTP)"))


def _examine_setup(job: Job, setup: CRM | None, organisation: Organisation) -> Iterator[Finding]:
    """Rights that only creating fields needs: a must for the identity that is there for it, else only worth a word."""
    if setup is None:
        yield from job.crm.setup_permissions()
        return
    theirs = setup.check()
    if theirs.id != organisation.id:
        message = _("auth_setup leads to another organisation, {name} ({id})", name=theirs.name, id=theirs.id)
        yield Finding("failing", _("set-up identity"), message, _("give both identities of the same organisation"))
        return
    for finding in setup.setup_permissions():
        level = "failing" if finding.level == "warning" else finding.level
        subject = _("set-up identity: {subject}", subject=finding.subject)
        yield replace(finding, level=level, subject=subject)


def _examine_kpi_fields(job: Job, specs: Sequence[FieldSpec]) -> Iterator[Finding]:
    """prepare() has found them all; whether the running user may write each is another question."""
    there = ngettext("{number} KPI field is in the CRM", "{number} KPI fields are in the CRM", len(specs))
    locked = [spec.name for spec in specs if not job.crm.describe(spec.kind)[spec.name].writable]
    if locked:
        message = _("the running user may not edit {names}", names=", ".join(locked))
        yield Finding("failing", _("fields"), message, _("run `playmaker fields apply`, or give it the right to edit"))
    else:
        yield Finding("ok", _("fields"), there)


def _there(job: Job, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    return [spec for spec in specs if spec.name in job.crm.describe(spec.kind)]


def _examine_inputs(there: Sequence[FieldSpec]) -> Iterator[Finding]:
    """The fields in which reps fill account plans: whether they are there, and read."""
    subject, mend = _("fields that reps fill"), _("run `playmaker fields apply --inputs`")
    if not there:
        yield Finding("note", subject, _("none yet: account plans are filled here alone"), mend)
        return
    read = ngettext("{number} is read", "{number} are read", len(there))
    yield Finding("ok", subject, _("{read}: {names}", read=read, names=", ".join(spec.name for spec in there)))


def _examine_definitions(job: Job, setup: CRM | None, specs: Sequence[FieldSpec]) -> Iterator[Finding]:
    """Whether each field is as we would make it; for that one must be allowed to look at definitions."""
    with job.store.reading() as ledger:
        recorded = {field.key: field.identity for field in read_own_fields(ledger, job.name)}
    try:
        user = job.crm.running_user() if setup else None
        changes = (setup or job.crm).plan_fields(specs, Ownership(recorded, user))
    except FatalError as error:
        mend = _("give auth_setup an identity that may, or see `playmaker fields plan`")
        yield Finding("note", _("field definitions"), error.message, mend)
        return
    wrong = [change for change in changes if change.action not in {FieldAction.KEEP, FieldAction.FOREIGN}]
    yield from map(_judge_definition, wrong)
    if not wrong:
        yield Finding("ok", _("field definitions"), _("all fields are of the right type, labelled and permitted"))


def _judge_definition(change: FieldChange) -> Finding:
    levels = {FieldAction.CONFLICT: "failing", FieldAction.DIFFERS: "note"}
    mendable = change.mends or change.action in {FieldAction.CREATE, FieldAction.GRANT}
    inputs = " --inputs" if change.spec.by_reps else ""
    mend = _("run `playmaker fields apply{inputs}`", inputs=inputs) if mendable else ""
    if change.action is FieldAction.CONFLICT:
        mend = _("rename ours in kpi_fields, or map a field of your own")
    what = f"{change.spec.name}: {name_code(change.action.value)}, {change.detail}"
    return Finding(levels.get(change.action, "warning"), _("field definitions"), what, mend)


def _examine_mapping(job: Job) -> Iterator[Finding]:
    for warning in job.report.warnings:
        yield Finding("warning", _("mapping"), warning.removeprefix(f"{job.name}: "))
    for note in job.report.notes:
        yield Finding("note", _("mapping"), note.removeprefix(f"{job.name}: "))
    yield from _find_gaps(job)


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
