"""`playmaker erase`: forgets a person everywhere here."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark
from connector.pipeline.errors import SetupError
from connector.plans.erasure import describe_person, erase_person
from connector.store.shredding import shred
from connector.store.store import Store
from connector.wiring.jobs import open_database, open_ledger, read_clock

CRM_KEEPS = mark(
    "The CRM keeps its own record: delete the person there too. Backups made before today still hold them."
)

PersonOption = Annotated[str, typer.Option("--contact", help="The contact's CRM id, or a local one beginning with ~.")]


def erase_command(
    contact: PersonOption,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Forget a person: name, address, judgements, stakes, their history, and their name in the texts of plans.

    The id alone is remembered, so that the next sync brings nothing back. There is no way back.
    """
    settings = load(config)
    chosen = _only(settings, connection)
    with open_database(settings, dry=False) as store:
        _refuse_unknown(store, chosen, contact)
        if not yes:
            _ask(_("Forget contact {contact} of {name} for good?", contact=contact, name=chosen.name))
        with store.transaction() as ledger:
            erasure = erase_person(ledger, chosen.name, contact, read_clock())
        shred(store.connection.engine)
    if as_json:
        print_json({"connection": chosen.name, "contact": contact, **asdict(erasure)})
    forgot = _(
        "forgot contact {contact} of {name}. Rows of the CRM's copy: {record_rows}; of plans and their history: "
        "{plan_rows}; texts: {texts}.",
        contact=contact,
        name=chosen.name,
        record_rows=erasure.record_rows,
        plan_rows=erasure.plan_rows,
        texts=erasure.texts,
    )
    say(f"playmaker: {forgot} {_(CRM_KEEPS)}")


def print_person(settings: Settings, connection: str | None, person: str, *, as_json: bool) -> None:
    """Show all that is held of a person, for a request of access. Raises SetupError where nothing is."""
    chosen = _only(settings, connection)
    with open_ledger(settings) as store, store.reading() as ledger:
        held = describe_person(ledger, chosen.name, person)
    if not held:
        raise _refuse(chosen, person)
    plain = json.loads(json.dumps(held, default=str))
    print_json({"connection": chosen.name, "person": person, "held": plain}) if as_json else _print(person, plain)


def _ask(question: str) -> None:
    """Where nobody can answer, nothing is erased."""
    if not sys.stdin.isatty():
        raise SetupError(_("nothing was erased: there is no way back, so say --yes"))
    typer.confirm(question, abort=True)


def _print(person: str, held: dict[str, list[dict[str, Any]]]) -> None:
    for table, rows in held.items():
        lines = [(number, name, value) for number, row in enumerate(rows, 1) for name, value in row.items() if value]
        print_table(f"{person}: {table}", [_("row"), _("field"), _("value")], lines)


def _only(settings: Settings, name: str | None) -> Connection:
    chosen = choose(settings, name)
    if len(chosen) > 1:
        raise SetupError(_("say whose contact it is: --connection NAME"))
    return chosen[0]


def _refuse(connection: Connection, contact: str) -> SetupError:
    said = _("nothing is held of contact {contact} in {name}; give its CRM id", contact=contact, name=connection.name)
    return SetupError(said)


def _refuse_unknown(store: Store, connection: Connection, contact: str) -> None:
    with store.reading() as ledger:
        if not describe_person(ledger, connection.name, contact):
            raise _refuse(connection, contact)
