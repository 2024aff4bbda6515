"""`playmaker fields plan|apply`: the KPI fields in the CRM."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from adapters.base import FieldAction, FieldChange
from connector.cli.exit_codes import ExitCode
from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark
from connector.pipeline.preflight import choose_specs, refuse_another
from connector.store.ledger import read_organisation
from connector.wiring.jobs import FIELDS, build_terms, open_crm, open_ledger, read_clock
from connector.wiring.spending import spending

app = typer.Typer(help="The KPI fields in the CRM: see what is missing, create it.", no_args_is_help=True)


@app.command("plan")
def plan_command(
    config: ConfigOption = DEFAULT_CONFIG, connection: ConnectionOption = None, *, as_json: JsonOption = False
) -> None:
    """Show which KPI fields would be created, and change nothing."""
    settings = load(config)
    changes = {each.name: field_changes(settings, each, apply=False) for each in choose(settings, connection)}
    _finish(changes, as_json=as_json, done=False)


@app.command("apply")
def apply_command(
    config: ConfigOption = DEFAULT_CONFIG, connection: ConnectionOption = None, *, as_json: JsonOption = False
) -> None:
    """Create the missing KPI fields with their permissions; what is there stays as it is."""
    settings = load(config)
    changes = {each.name: field_changes(settings, each, apply=True) for each in choose(settings, connection)}
    _finish(changes, as_json=as_json, done=True)


def field_changes(settings: Settings, connection: Connection, *, apply: bool) -> Sequence[FieldChange]:
    """What is, or was, to be done for each KPI field of a connection."""
    with open_ledger(settings) as store, store.reading() as ledger:
        known = read_organisation(ledger, connection.name)
    with open_crm(settings, connection) as crm, spending(settings, connection, FIELDS, crm):
        organisation = crm.check()
        refuse_another(connection.name, known, organisation)
        specs = choose_specs(
            crm, build_terms(settings, connection, None, read_clock()), connection.kpi_fields, organisation
        )
        return crm.ensure_fields(specs) if apply else crm.plan_fields(specs)


_DONE = {FieldAction.CREATE.value: "created", FieldAction.GRANT.value: "granted"}
_COLUMNS = (mark("kind"), mark("field"), mark("action"), mark("what"))


def _finish(changes: dict[str, Sequence[FieldChange]], *, as_json: bool, done: bool) -> None:
    rows = [(name, change) for name, listed in changes.items() for change in listed]
    lines = [_line(name, change) for name, change in rows]
    if as_json:
        print_json(lines)
    else:
        said = _DONE if done else {}
        for name in changes:
            of_one = [line for line in lines if line["connection"] == name]
            print_table(_("{name}: KPI fields", name=name), heads(_COLUMNS), [_row(line, said) for line in of_one])
    conflicts = [change.spec.name for _, change in rows if change.action is FieldAction.CONFLICT]
    if conflicts:
        in_the_way = _(
            "fields of another type are in the way and were left alone: {names}; rename ours in kpi_fields",
            names=", ".join(conflicts),
        )
        say(f"playmaker: {in_the_way}")
        raise typer.Exit(ExitCode.SETUP)


def _row(line: dict[str, str], said: dict[str, str]) -> tuple[str, ...]:
    what = f"{line['label']}, {line['detail']}" if line["detail"] else line["label"]
    return (word(line["kind"]), line["field"], word(said.get(line["action"], line["action"])), what)


def _line(name: str, change: FieldChange) -> dict[str, str]:
    spec = change.spec
    line = {"connection": name, "kind": spec.kind.value, "field": spec.name, "label": spec.label}
    return line | {"action": change.action.value, "detail": change.detail}
