"""`playmaker fields adopt`: declares a field that somebody else made to be ours from now on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.base import FieldAction, FieldChange
from connector.cli.output import print_json, print_line
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.pipeline.field_records import record_adopted
from connector.store.crm_fields import OwnField
from connector.wiring.field_desk import open_desk
from connector.wiring.jobs import open_database, read_clock


def adopt_command(
    field: Annotated[str, typer.Argument(help="The field's name in the CRM, as `fields plan` shows it.")],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take over a field that somebody else made: from now on `fields apply` keeps its label and help text."""
    settings = load(config)
    adopted = {each.name: _adopt(settings, each, field) for each in choose(settings, connection)}
    if not any(adopted.values()):
        raise SetupError(
            _("{field}: `fields plan --inputs` shows no such field that somebody else made; see its names", field=field)
        )
    if as_json:
        print_json([{"connection": name, **_name(one)} for name, changes in adopted.items() for one in changes])
        return
    for name, changes in adopted.items():
        for one in changes:
            said = _(
                "{name}: {kind} field {field} is ours from now on; `playmaker fields apply` gives it its label and "
                "help text, and `playmaker fields remove` never deletes it",
                name=name,
                **_name(one),
            )
            print_line(said)


def _adopt(settings: Settings, connection: Connection, field: str) -> Sequence[FieldChange]:
    with open_desk(settings, connection, inputs=True) as desk:
        specs = [spec for spec in desk.specs if spec.name.lower() == field.lower()]
        changes = desk.crm.plan_fields(specs, desk.ownership) if specs else []
        theirs = [change for change in changes if _can_be_adopted(change) and not _is_ours(change, desk.own)]
    if theirs:
        with open_database(settings, dry=False) as store:
            record_adopted(store, connection.name, theirs, read_clock())
    return theirs


def _can_be_adopted(change: FieldChange) -> bool:
    return change.action in {FieldAction.FOREIGN, FieldAction.GRANT} and bool(change.identity)


def _is_ours(change: FieldChange, own: Sequence[OwnField]) -> bool:
    recorded = {field.key: field.identity for field in own}
    return change.marked or recorded.get((change.spec.kind, change.spec.name)) == change.identity


def _name(change: FieldChange) -> dict[str, str]:
    return {"kind": change.spec.kind.value, "field": change.spec.name}
