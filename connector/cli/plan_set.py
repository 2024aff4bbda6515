"""`playmaker plan set`: the plan's own fields, and what people are to us."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from connector.cli.author import AuthorOption
from connector.cli.plan_place import AccountArgument, Change, Where, changing, parse_values
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption
from connector.languages.speech import _
from connector.plans.actions import change_action, find_action
from connector.plans.any_part import change_part
from connector.plans.people import add_person, change_person, find_person
from connector.plans.values import PlanError
from mappings.strategy import Entity


class Evidence(StrEnum):
    """On what evidence somebody is judged."""

    ASSUMED = "assumed"
    CONFIRMED = "confirmed"


def set_command(
    account: AccountArgument,
    values: Annotated[list[str] | None, typer.Argument(help="FIELD=VALUE …; nothing after the sign: unknown.")] = None,
    person: Annotated[
        str | None, typer.Option("--person", help="A person's id, e-mail or name: role= stance= influence= …")
    ] = None,
    action: Annotated[
        str | None, typer.Option("--action", help="An action's id or title: due= owner= status= …")
    ] = None,
    part: Annotated[
        str | None, typer.Option("--part", help="Any other part by its id or the beginning of it: text= due= owner= …")
    ] = None,
    evidence: Annotated[Evidence | None, typer.Option("--evidence", help="How you know (default: assumed).")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    placeholder: Annotated[
        bool,
        typer.Option("--placeholder", help="The person is known to exist, not yet named: --person says what they do."),
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="The person has a name and is not in the CRM.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Set fields of an account's plan, of one of its people (--person), of an action or another part (--part)."""
    given = parse_values(values or [])
    if (placeholder or new or evidence) and not person:
        raise PlanError(_("--placeholder, --new and --evidence go with --person"))
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        if person:
            made = placeholder or new
            id_ = _add(change, person, placeholder=placeholder) if made else find_person(change.draft, person)
            change_person(change.draft, id_, given, evidence.value if evidence else None)
        elif action:
            change_action(change.draft, find_action(change.draft, action), given, change.today)
        elif part:
            change_part(change.draft, part, given, change.today)
        else:
            _set_plan(change, given)


def _add(change: Change, name: str, *, placeholder: bool) -> str:
    id_ = add_person(change.draft, name, placeholder=placeholder)
    change.message = _("{name} is person {id}", name=name, id=id_)
    return id_


def _set_plan(change: Change, values: Mapping[str, object]) -> None:
    """A plan that begins today starts today, unless it is said when it did."""
    if not values:
        raise PlanError(_('nothing to set: write FIELD=VALUE, like objective="Open the Spanish market"'))
    begins = not change.draft.shelf(Entity.PLAN)
    start = {"started_on": change.today} if begins and "started_on" not in values else {}
    change.draft.write(Entity.PLAN, change.draft.account, dict(values) | start)
