"""`playmaker plan suggest`: what may be true of an account's people, with the evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import sqlalchemy
import typer

from adapters.base import Kind
from connector.cli.author import AuthorOption
from connector.cli.output import print_json, print_table, say
from connector.cli.plan_place import AccountArgument, Where, changing, find_account, know
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import shown, word
from connector.config.settings import Settings
from connector.kpis.stages import Stages
from connector.languages.speech import _
from connector.plans.known import KnownAccount
from connector.plans.suggestions import Suggestion, accept, suggest_values, suggestion_document
from connector.plans.values import PlanError
from connector.store.accounts import read_all
from connector.wiring.jobs import open_ledger, read_clock


def suggest_command(
    account: AccountArgument,
    accepted: Annotated[
        list[int] | None,
        typer.Option("--accept", help="Write the suggestion of this number into the plan, as assumed."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Suggest roles, influence and champions from job titles, deals won and activity; no figure counts a suggestion."""
    settings = load(config)
    today = settings.day_of(read_clock())
    with open_ledger(settings) as store, store.reading() as ledger:
        one, id_ = find_account(ledger, choose(settings, connection), account)
        found = _suggest(ledger, settings, know(ledger, one, id_), today)
    if accepted:
        wrong = [number for number in accepted if not 1 <= number <= len(found)]
        if wrong:
            raise PlanError(
                _(
                    "there is no suggestion {number}: `playmaker plan suggest {id}` numbers them",
                    number=wrong[0],
                    id=id_,
                )
            )
        with changing(Where(config, one.name, id_, author), as_json=as_json) as change:
            for number in accepted:
                accept(change.draft, found[number - 1])
        return
    _print(found, as_json=as_json)


def _suggest(ledger: sqlalchemy.Connection, settings: Settings, known: KnownAccount, today: date) -> list[Suggestion]:
    stages = Stages(read_all(ledger, known.connection, Kind.STAGE).values())
    return suggest_values(known, stages, settings.kpis.required_roles, today, settings.timezone)


def _print(found: list[Suggestion], *, as_json: bool) -> None:
    if as_json:
        print_json([suggestion_document(number, one) for number, one in enumerate(found, 1)])
        return
    if not found:
        say(_("nothing to suggest"))
        return
    rows = [(number, one.name, _perhaps(one), one.evidence) for number, one in enumerate(found, 1)]
    columns = [_("no."), _("person"), _("perhaps"), _("because")]
    print_table(_("Suggestions, not counted until accepted"), columns, rows)
    say(_("`--accept NUMBER` writes one into the plan, as assumed"))


def _perhaps(suggestion: Suggestion) -> str:
    value = shown(suggestion.field, suggestion.value)
    return _("{field} {value}?", field=word(suggestion.field), value=value)
