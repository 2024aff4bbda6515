"""`playmaker export`: files of people, actions, potentials, answers and plans, to fill on and import again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import sqlalchemy
import typer

from connector.cli.import_plans import choose_one
from connector.cli.output import print_json, say
from connector.cli.plan_place import find_account
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, load
from connector.config.connection import Connection
from connector.plans.exchange.exporting import as_text, export_rows
from connector.plans.exchange.files import write_file
from connector.plans.exchange.forms import FORMS, FormName
from connector.plans.exchange.text_files import write_text
from connector.plans.known import KnownAccount, read_known
from connector.store.plan_values import read_planned_accounts
from connector.wiring.jobs import open_ledger

PRIVATE = "note: the file holds opinions about named people; keep it as you would keep a personnel file"


class Separator(StrEnum):
    """What stands between the cells of a text file."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"


_SIGNS = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}

OutputOption = Annotated[Path | None, typer.Option("--output", help="The file (default: text on the screen).")]
AccountOption = Annotated[str | None, typer.Option("--account", help="Only this account: its CRM id or name.")]
AllOption = Annotated[bool, typer.Option("--all", help="With people and cells of which nothing is said, to fill in.")]


def export_command(
    form: FormName,
    output: OutputOption = None,
    account: AccountOption = None,
    separator: Annotated[Separator, typer.Option(help="Of a text file.")] = Separator.COMMA,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    everybody: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write what people know of the planned accounts into a .csv or .xlsx file."""
    settings = load(config)
    one, columns = choose_one(settings, connection), FORMS[form].columns
    with open_ledger(settings) as store, store.reading() as ledger:
        rows = export_rows(FORMS[form], _accounts(ledger, one, account), everybody=everybody)
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif output:
        write_file(output, FORMS[form], rows, _SIGNS[separator])
        say(f"{len(rows)} lines written to {output}")
    else:
        typer.echo(write_text(columns, as_text(rows), _SIGNS[separator]).decode("utf-8-sig"), nl=False)
    if form is FormName.STAKEHOLDERS and rows:
        say(PRIVATE)


def _accounts(ledger: sqlalchemy.Connection, connection: Connection, account: str | None) -> list[KnownAccount]:
    """The account asked for, else all of which people have said something."""
    ids = [find_account(ledger, [connection], account)[1]] if account else None
    planned = read_planned_accounts(ledger, connection.name) if ids is None else ids
    return list(read_known(ledger, connection.name, planned, connection.authority.by_field()).values())
