"""`playmaker plan identify`: somebody known here alone becomes a contact of the CRM."""

from __future__ import annotations

from typing import Annotated

import typer

from connector.cli.author import AuthorOption, read_author
from connector.cli.output import print_json, print_line
from connector.cli.plan_place import AccountArgument, find_account, know
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.languages.speech import _
from connector.plans.document import plan_document
from connector.plans.draft import Draft
from connector.plans.identity import identify
from connector.plans.pen import Pen
from connector.plans.people import find_person
from connector.wiring.jobs import open_database, read_clock


def identify_command(
    account: AccountArgument,
    person: Annotated[str, typer.Argument(help="Who is known here alone: the id (~…), or what they are called.")],
    contact: Annotated[str, typer.Argument(help="Who it is in the CRM: id, e-mail or name.")],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say which contact of the CRM a placeholder is: all that was said of the one is said of the other from now on."""
    settings = load(config)
    name, now = read_author(author), read_clock()
    with open_database(settings, dry=False) as store, store.transaction() as ledger:
        one, id_ = find_account(ledger, choose(settings, connection), account)
        draft, pen = Draft(know(ledger, one, id_)), Pen(one.name, name, now)
        known = identify(ledger, pen, draft, (person, contact), one.authority.by_field())
        found = find_person(draft, contact)
    if as_json:
        print_json(next(each for each in plan_document(known)["stakeholders"] if each["person"] == found))
    else:
        print_line(_("{person} is {contact} ({id})", person=person, contact=known.called(found), id=found))
