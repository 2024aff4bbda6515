"""`playmaker export`: files of people, actions, potentials, answers and plans, to fill on and import again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import sqlalchemy
import typer

from connector.cli.erase import print_person
from connector.cli.export_page import PRIVATE, export_page
from connector.cli.import_plans import choose_one
from connector.cli.output import print_json, say
from connector.cli.plan_place import find_account, plain
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, ngettext, speaker
from connector.plans.exchange.exporting import Sheet, as_text, export_rows, make_sheet
from connector.plans.exchange.files import write_file
from connector.plans.exchange.forms import FORMS, Form, FormName
from connector.plans.exchange.page import PageFormat
from connector.plans.exchange.text_files import write_text
from connector.plans.known import KnownAccount, read_known
from connector.plans.values import PlanError
from connector.store.plan_values import read_planned_accounts
from connector.wiring.jobs import open_ledger


class Separator(StrEnum):
    """What stands between the cells of a text file."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"


class What(StrEnum):
    """What can be written: the forms, and a page."""

    STAKEHOLDERS = "stakeholders"
    ACTIONS = "actions"
    POTENTIALS = "potentials"
    NPS = "nps"
    CSAT = "csat"
    PLANS = "plans"
    OBJECTIVES = "objectives"
    COMPETITORS = "competitors"
    LEVERS = "levers"
    RISKS = "risks"
    TEAM = "team"
    LINES = "lines"
    DEAL_ROLES = "deal-roles"
    REVIEWS = "reviews"
    PLAN = "plan"


_SIGNS = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}

OutputOption = Annotated[Path | None, typer.Option("--output", help="The file (default: text on the screen).")]
AllOption = Annotated[bool, typer.Option("--all", help="With people and cells of which nothing is said, to fill in.")]


def export_command(
    what: Annotated[
        What | None, typer.Argument(help="What to write; `plan`: one account's whole plan as a page.")
    ] = None,
    account: Annotated[str | None, typer.Argument(help="Only this account: its CRM id or name.")] = None,
    output: OutputOption = None,
    page: Annotated[PageFormat, typer.Option("--format", help="Of a page: md or html.")] = PageFormat.MARKDOWN,
    separator: Annotated[Separator, typer.Option(help="Of a text file.")] = Separator.COMMA,
    person: Annotated[
        str | None, typer.Option("--person", help="All that is held of this contact, for a request of access.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    everybody: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write what people know of the planned accounts into a .csv or .xlsx file, or a whole plan as a page."""
    settings = load(config)
    if person:
        print_person(settings, connection, person, as_json=as_json)
    elif what is What.PLAN:
        export_page(settings, connection, account, page, output)
    elif what:
        form = FORMS[FormName(what.value)]
        rows = _read_rows(settings, choose_one(settings, connection), form, account, everybody=everybody)
        if as_json:
            print_json([dict(zip(form.columns, map(plain, row), strict=True)) for row in rows])
        else:
            _write(make_sheet(form, rows, speaker()), output, _SIGNS[separator])
        if rows:
            say(_(PRIVATE))
    else:
        raise PlanError(_("say what to write: {forms}, or --person", forms=", ".join(What)))


def _read_rows(
    settings: Settings, connection: Connection, form: Form, account: str | None, *, everybody: bool
) -> list[list[object]]:
    with open_ledger(settings) as store, store.reading() as ledger:
        return export_rows(form, _accounts(ledger, connection, account), everybody=everybody)


def _write(sheet: Sheet, output: Path | None, separator: str) -> None:
    if output:
        write_file(output, sheet, separator)
        written = ngettext(
            "{number} line written to {file}", "{number} lines written to {file}", len(sheet.rows), file=output
        )
        say(written)
    else:
        typer.echo(write_text(sheet.titles, as_text(sheet), separator).decode("utf-8-sig"), nl=False)


def _accounts(ledger: sqlalchemy.Connection, connection: Connection, account: str | None) -> list[KnownAccount]:
    """The account asked for, else all of which people have said something."""
    ids = [find_account(ledger, [connection], account)[1]] if account else None
    planned = read_planned_accounts(ledger, connection.name) if ids is None else ids
    return list(read_known(ledger, connection.name, planned, connection.authority.by_field()).values())
