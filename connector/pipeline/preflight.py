"""Makes sure, before anything is pulled, that this is the organisation we know and that every field is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.base import CRM, FieldSpec, Kind, Organisation
from connector.kpis.facts import Terms
from connector.kpis.fields import KpiFieldError, kpi_specs
from connector.kpis.registry import Wording
from connector.languages.speech import _, name_code, ngettext
from connector.languages.translation import translator_for
from connector.pipeline.budget import check_budget
from connector.pipeline.errors import MissingFieldsError, SetupError
from connector.pipeline.job import Job, KpiFields
from connector.plans.input_fields import find_collisions
from connector.store.ledger import (
    KnownOrganisation,
    fields_ever_written,
    mark_vanished,
    read_known_fields,
    read_organisation,
    save_known_fields,
    save_organisation,
)
from mappings.mapping import Mapping as FieldMapping
from mappings.mapping import MissingField

WRITTEN_KINDS = (Kind.ACCOUNT, Kind.DEAL)


def prepare(job: Job) -> Organisation:
    """Check organisation, mapping and KPI fields, changing nothing in the CRM. Raises SetupError and CRMError."""
    organisation = meet_organisation(job)
    check_budget(job)
    settle_mapping(job)
    settle_specs(job, organisation)
    return organisation


def meet_organisation(job: Job) -> Organisation:
    """Log in; refuse another organisation than the one that this connection first met."""
    organisation = job.crm.check()
    with job.store.transaction() as connection:
        refuse_another(job.name, read_organisation(connection, job.name), organisation)
        save_organisation(connection, job.name, job.crm_name, organisation)
    return organisation


def refuse_another(name: str, known: KnownOrganisation | None, organisation: Organisation) -> None:
    """Raises SetupError for another organisation than the one that the connection `name` first met."""
    if known and known.id != organisation.id:
        raise SetupError(
            _(
                "{name}: these credentials lead to organisation {found}, but this connection's data are of {known}; "
                "give the other organisation a connection (name) of its own",
                name=name,
                found=organisation.id,
                known=known.id,
            )
        )


def settle_mapping(job: Job) -> None:
    """Hold the mapping against what the CRM describes; a shipped default that it lacks is dropped with a word."""
    for kind in Kind:
        available = job.crm.describe(kind) if job.crm.source(kind) else {}
        with job.store.transaction() as connection:
            known = read_known_fields(connection, job.name, kind)
            for dropped in job.mapping.restrict(kind, available, known):
                _warn(job, _say(dropped), loud=dropped.vanished or dropped.type is not None)
            save_known_fields(connection, job.name, kind, job.mapping.fields(kind))


def settle_specs(job: Job, organisation: Organisation) -> None:
    """Choose the KPI fields to write. One that never existed is an error, one that vanished since is left out."""
    chosen = choose_specs(job.crm, job.terms, job.kpi_fields, organisation)
    refuse_collisions(chosen, job.mapping)
    for spec in chosen:
        job.specs.setdefault(spec.kind, {})[spec.name] = spec
    if job.push:
        _leave_out_missing(job)
        for kind in WRITTEN_KINDS:
            _fit_decimals(job, kind)


def choose_specs(crm: CRM, terms: Terms, kpi_fields: KpiFields, organisation: Organisation) -> list[FieldSpec]:
    """The KPI fields that the configuration asks for. Raises SetupError where it asks for what cannot be.

    Money is a number whose label names the currency where amounts in other currencies may stand beside it.
    """
    several = organisation.multi_currency or organisation.currency not in {terms.currency, None}
    try:
        wording = Wording(terms.settings, terms.currency, translator_for(terms.language))
        return kpi_specs(wording, kpi_fields, crm.field_name, multi_currency=several)
    except KpiFieldError as fault:
        raise SetupError(str(fault)) from fault


def refuse_collisions(specs: Sequence[FieldSpec], mapping: FieldMapping) -> None:
    """Raises SetupError where a KPI would be written into a field that reps fill: no run ever writes there."""
    if names := sorted(spec.name for spec in find_collisions(specs, mapping)):
        raise SetupError(
            _("kpi_fields: reps fill account plans in {fields}; give the figure another field", fields=", ".join(names))
        )


def _leave_out_missing(job: Job) -> None:
    missing = {kind: set(job.specs.get(kind, {})) - set(job.crm.describe(kind)) for kind in WRITTEN_KINDS}
    with job.store.reading() as connection:
        known = {kind: fields_ever_written(connection, job.name, kind) for kind in missing}
    never_there = {kind: sorted(names - known[kind]) for kind, names in missing.items() if names - known[kind]}
    if never_there:
        raise MissingFieldsError(job.name, never_there)
    for kind, names in missing.items():
        _leave_out_vanished(job, kind, sorted(names))


def _leave_out_vanished(job: Job, kind: Kind, names: Sequence[str]) -> None:
    for name in names:
        with job.store.transaction() as connection:
            mark_vanished(connection, job.name, kind, name)
        del job.specs[kind][name]
    if names:
        _warn(job, _say_vanished(kind, names), loud=True)


def _say_vanished(kind: Kind, names: Sequence[str]) -> str:
    return ngettext(
        "vanished from the CRM and not written, until `playmaker fields apply` creates it again: {kind} field {fields}",
        "vanished from the CRM and not written, until `playmaker fields apply` creates them again: "
        "{kind} fields {fields}",
        len(names),
        kind=name_code(kind),
        fields=", ".join(names),
    )


def _say(missing: MissingField) -> str:
    """What `str` of it says in English."""
    about = {"kind": missing.kind, "field": missing.field, "source": missing.source}
    if missing.type is not None:
        return _("{kind} {field}: CRM field {source} is of type {type}, which is not read", **about, type=missing.type)
    if missing.vanished:
        return _("{kind} {field}: CRM field {source} is no longer there: values already read stay", **about)
    return _("{kind} {field}: CRM field {source} does not exist: left unmapped", **about)


def _fit_decimals(job: Job, kind: Kind) -> None:
    """Write numbers as the field keeps them: one that rounds them would never hold what we wrote, run after run."""
    specs, schema = job.specs.get(kind, {}), job.crm.describe(kind)
    for name, spec in specs.items():
        decimals = schema[name].scale
        if decimals is not None:
            # a percentage is kept as it is shown: 62.50 for 0.6250
            kept = decimals + 2 if schema[name].type == "percent" else decimals
            specs[name] = replace(spec, scale=min(spec.scale, kept))


def _warn(job: Job, message: str, *, loud: bool) -> None:
    """What an admin must know is a warning; a shipped default that this CRM never had is only worth a note."""
    (job.report.warnings if loud else job.report.notes)[f"{job.name}: {message}"] += 1
