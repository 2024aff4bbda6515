"""`playmaker fields plan|apply`: the KPI fields in the CRM, and those in which reps fill account plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from adapters.base import FieldAction, FieldChange
from connector.cli.field_lines import field_lines, finish
from connector.cli.fields_adopt import adopt_command
from connector.cli.fields_package import package_command
from connector.cli.fields_remove import remove_command
from connector.cli.output import say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.pipeline.field_records import record_made
from connector.pipeline.reviewed_plan import (
    ConnectionPlan,
    PlanFile,
    choose_plan,
    find_contradictions,
    plan_of,
    read_plan,
    write_plan,
)
from connector.wiring.field_desk import FieldDesk, open_desk
from connector.wiring.jobs import open_database, read_clock

InputsOption = Annotated[
    bool,
    typer.Option("--inputs", help="Also the fields in which reps fill account plans: people, potential, objective."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Write the plan to a file (YAML, or JSON by its ending) for `fields apply FILE`."),
]
PlanArgument = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="A reviewed plan: apply it exactly, or not at all.")
]

app = typer.Typer(help="The fields in the CRM: see what is missing, create, adopt, remove.", no_args_is_help=True)
app.command("adopt")(adopt_command)
app.command("remove")(remove_command)
app.command("package")(package_command)


@app.command("plan")
def plan_command(
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    inputs: InputsOption = False,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which fields would be created or changed, and change nothing."""
    settings = load(config)
    plans, lines = [], []
    for each in choose(settings, connection):
        with open_desk(settings, each, inputs=inputs) as desk:
            changes = desk.crm.plan_fields(desk.specs, desk.ownership)
            plans.append(plan_of(each, desk.organisation, changes))
        lines += field_lines(settings, each, changes, inputs=inputs)
    if out:
        write_plan(out, PlanFile(made_at=read_clock(), connections=tuple(plans)))
        say(_("plan written to {path}: when it is reviewed, `playmaker fields apply {path}` does it", path=out))
    finish(lines, as_json=as_json, done=False)


@app.command("apply")
def apply_command(
    plan: PlanArgument = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    inputs: InputsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Create the missing fields with their permissions; give ours their label and help text of today."""
    settings = load(config)
    file = read_plan(plan) if plan else None
    lines = []
    for each in choose(settings, connection):
        reviewed = choose_plan(file, each) if file else None
        asked = reviewed.has_inputs if reviewed else inputs
        changes = field_changes(settings, each, apply=True, inputs=asked, reviewed=reviewed)
        lines += field_lines(settings, each, changes, inputs=asked)
    finish(lines, as_json=as_json, done=True)


def field_changes(
    settings: Settings,
    connection: Connection,
    *,
    apply: bool,
    inputs: bool = False,
    reviewed: ConnectionPlan | None = None,
) -> Sequence[FieldChange]:
    """What is, or was, to be done for each KPI field of a connection, and for each field that reps fill.

    `reviewed`: the plan that people agreed to. Raises SetupError where it is not what there is to do.
    """
    with open_desk(settings, connection, inputs=inputs) as desk:
        if not apply:
            return desk.crm.plan_fields(desk.specs, desk.ownership)
        if reviewed:
            _refuse_contradictions(connection, reviewed, desk.crm.plan_fields(desk.specs, desk.ownership))
        return _apply(settings, connection, desk)


def _apply(settings: Settings, connection: Connection, desk: FieldDesk) -> Sequence[FieldChange]:
    """Do it, and record which fields are ours."""
    with open_database(settings, dry=False) as store:
        changes = desk.crm.ensure_fields(desk.specs, desk.ownership)
        is_new = any(change.action is FieldAction.CREATE for change in changes)
        found = desk.crm.plan_fields(desk.specs, desk.ownership) if is_new else changes
        record_made(store, connection.name, found, desk.own, read_clock())
    return changes


def _refuse_contradictions(connection: Connection, reviewed: ConnectionPlan, changes: Sequence[FieldChange]) -> None:
    if found := list(find_contradictions(reviewed, changes)):
        said = _(
            "{name}: this is not what was reviewed, so nothing was done: {found}; make and review the plan again",
            name=connection.name,
            found="; ".join(found),
        )
        raise SetupError(said)
