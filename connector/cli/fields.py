"""`playmaker fields plan|apply`: the KPI fields in the CRM, and those in which reps fill account plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from adapters.base import FieldAction, FieldChange
from connector.cli.exit_codes import ExitCode
from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark
from connector.languages.translation import translator_for
from connector.pipeline.preflight import choose_specs, refuse_another, refuse_collisions
from connector.plans.input_fields import INPUTS, input_specs
from connector.store.ledger import read_organisation
from connector.wiring.jobs import FIELDS, build_mapping, build_terms, open_crm, open_ledger, read_clock
from connector.wiring.spending import spending

InputsOption = Annotated[
    bool,
    typer.Option("--inputs", help="Also the fields in which reps fill account plans: people, potential, objective."),
]

app = typer.Typer(help="The KPI fields in the CRM: see what is missing, create it.", no_args_is_help=True)


@app.command("plan")
def plan_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    inputs: InputsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show which KPI fields would be created, and change nothing."""
    settings = load(config)
    lines = [
        line
        for each in choose(settings, connection)
        for line in _lines(settings, each, field_changes(settings, each, apply=False, inputs=inputs), inputs=inputs)
    ]
    _finish(lines, as_json=as_json, done=False)


@app.command("apply")
def apply_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    inputs: InputsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Create the missing KPI fields with their permissions; give ours their label and help text of today."""
    settings = load(config)
    lines = [
        line
        for each in choose(settings, connection)
        for line in _lines(settings, each, field_changes(settings, each, apply=True, inputs=inputs), inputs=inputs)
    ]
    _finish(lines, as_json=as_json, done=True)


def field_changes(
    settings: Settings, connection: Connection, *, apply: bool, inputs: bool = False
) -> Sequence[FieldChange]:
    """What is, or was, to be done for each KPI field of a connection, and for each field that reps fill."""
    with open_ledger(settings) as store, store.reading() as ledger:
        known = read_organisation(ledger, connection.name)
    mapping = build_mapping(settings, connection)
    with open_crm(settings, connection) as crm, spending(settings, connection, FIELDS, crm):
        organisation = crm.check()
        refuse_another(connection.name, known, organisation)
        specs = choose_specs(
            crm, build_terms(settings, connection, None, read_clock()), connection.kpi_fields, organisation
        )
        refuse_collisions(specs, mapping)
        if inputs:
            specs += input_specs(mapping, organisation, translator_for(settings.language))
        return crm.ensure_fields(specs) if apply else crm.plan_fields(specs)


_DONE = {FieldAction.CREATE.value: "created", FieldAction.GRANT.value: "granted"}
_MENDED = "changed"
_COLUMNS = (mark("kind"), mark("field"), mark("action"), mark("what"))
_MAPPED = "mapped"

Line = dict[str, Any]
"""What is said of one field; `input`: reps fill it."""


def _lines(settings: Settings, connection: Connection, changes: Sequence[FieldChange], *, inputs: bool) -> list[Line]:
    lines = [_line(connection.name, change) for change in changes]
    return [*lines, *_mapped_lines(settings, connection)] if inputs else lines


def _mapped_lines(settings: Settings, connection: Connection) -> Iterator[Line]:
    """The inputs for which the configuration names fields of the company's own, which reps fill instead."""
    mapping = build_mapping(settings, connection)
    for (kind, field), asked in INPUTS.items():
        if field not in mapping.inputs(kind):
            rule = mapping.source_field(kind, field)
            detail = _("the configuration maps it to this field") if rule else _("the configuration does not map it")
            label = translator_for(settings.language).say(asked.label)
            line = {"connection": connection.name, "kind": kind.value, "field": rule or field, "label": label}
            yield line | {"action": _MAPPED, "detail": detail, "mends": False, "input": True}


def _line(name: str, change: FieldChange) -> Line:
    spec = change.spec
    line = {"connection": name, "kind": spec.kind.value, "field": spec.name, "label": spec.label}
    return line | {"action": change.action.value, "detail": change.detail, "mends": change.mends, "input": spec.by_reps}


def _finish(lines: Sequence[Line], *, as_json: bool, done: bool) -> None:
    if as_json:
        print_json(lines)
    else:
        _print(lines, _DONE if done else {})
    if done and any(line["input"] and line["action"] == FieldAction.CREATE.value for line in lines):
        say(_("the next sync reads what reps fill in; put the fields on their page layouts (docs/crm-setup.md)"))
    conflicts = [line for line in lines if line["action"] == FieldAction.CONFLICT.value]
    if conflicts:
        in_the_way = _(
            "fields of another type are in the way and were left alone: {names}; rename ours in kpi_fields, or map "
            "fields of your own for what reps fill in",
            names=", ".join(line["field"] for line in conflicts),
        )
        say(f"playmaker: {in_the_way}")
        raise typer.Exit(ExitCode.SETUP)


def _print(lines: Sequence[Line], said: dict[str, str]) -> None:
    for name in dict.fromkeys(line["connection"] for line in lines):
        ours = [_row(line, said) for line in lines if line["connection"] == name and not line["input"]]
        theirs = [_row(line, said) for line in lines if line["connection"] == name and line["input"]]
        print_table(_("{name}: KPI fields", name=name), heads(_COLUMNS), ours)
        if theirs:
            print_table(_("{name}: fields that reps fill", name=name), heads(_COLUMNS), theirs)


def _row(line: Line, said: dict[str, str]) -> tuple[str, ...]:
    what = f"{line['label']}, {line['detail']}" if line["detail"] else line["label"]
    done = _MENDED if said and line["mends"] and line["action"] == FieldAction.DIFFERS.value else line["action"]
    return (word(line["kind"]), line["field"], word(said.get(done, done)), what)
