"""`playmaker plan add` and `remove`: the parts of a plan of which there can be several."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from connector.cli.author import AuthorOption
from connector.cli.plan_place import AccountArgument, Change, Where, changing, parse_values
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption
from connector.cli.words import word
from connector.languages.speech import _
from connector.plans.actions import find_action
from connector.plans.parts import find_part, put_part, refuse_future_answer
from connector.plans.people import find_person, remove_person
from connector.plans.reviews import find_review
from connector.plans.values import PlanError
from mappings.strategy import Entity, ObjectiveKind


class Addable(StrEnum):
    """What `plan add` adds, as people call it."""

    OBJECTIVE = "objective"
    ISSUE = "issue"
    COMPETITOR = "competitor"
    LEVER = "lever"
    RISK = "risk"
    TEAM = "team"
    LINE = "line"
    CELL = "cell"
    DEAL_ROLE = "deal-role"
    ANSWER = "answer"


class Removable(StrEnum):
    """What `plan remove` takes out."""

    PERSON = "person"
    ACTION = "action"
    REVIEW = "review"
    OBJECTIVE = "objective"
    ISSUE = "issue"
    COMPETITOR = "competitor"
    LEVER = "lever"
    RISK = "risk"
    TEAM = "team"
    LINE = "line"
    CELL = "cell"
    DEAL_ROLE = "deal-role"
    ANSWER = "answer"


_ENTITIES: Mapping[str, Entity] = {
    Addable.ISSUE: Entity.OBJECTIVE,
    Addable.TEAM: Entity.TEAM_MEMBER,
    Addable.LINE: Entity.INFLUENCE_LINE,
    Addable.DEAL_ROLE: Entity.DEAL_PART,
}

_FIRST: Mapping[Entity, str] = {
    Entity.OBJECTIVE: "text",
    Entity.COMPETITOR: "name",
    Entity.LEVER: "text",
    Entity.RISK: "text",
    Entity.TEAM_MEMBER: "name",
}
"""The field that may be given without its name."""


def add_command(
    account: AccountArgument,
    what: Annotated[Addable, typer.Argument(help="What to add.")],
    values: Annotated[
        list[str],
        typer.Argument(
            help="Its text or name, then FIELD=VALUE …: owner= due= (objective, issue, lever, risk), where= strength= "
            "(competitor), role= (team), source= target= strength= (line), line= unit= potential= blocked= competitor= "
            "play= (cell), deal= stakeholder= role= (deal-role), person= survey= score= answered_on= (answer)."
        ),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Add a part to a plan; one that is there already is changed."""
    entity = _entity(what)
    given = _values(entity, values)
    if entity is Entity.OBJECTIVE:
        given["kind"] = ObjectiveKind.ISSUE if what is Addable.ISSUE else ObjectiveKind.OBJECTIVE
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        if entity is Entity.ANSWER:
            refuse_future_answer(given, change.today)
        change.message = f"{word(what)} {put_part(change.draft, entity, given)}"


def remove_command(
    account: AccountArgument,
    what: Annotated[Removable, typer.Argument(help="What to take out.")],
    which: Annotated[str, typer.Argument(help="Its id, the beginning of it, or its text or name.")],
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take a part out of a plan; its history stays. Of a person the CRM knows, what people here said is taken out."""
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        _remove(change, what, which)


def _remove(change: Change, what: Removable, which: str) -> None:
    draft = change.draft
    if what is Removable.PERSON:
        person = find_person(draft, which)
        if person not in draft.shelf(Entity.STAKEHOLDER):
            raise PlanError(_("nobody here has said anything of {name}", name=draft.known.called(person)))
        remove_person(draft, person)
    elif what is Removable.ACTION:
        draft.remove(Entity.ACTION, find_action(draft, which))
    elif what is Removable.REVIEW:
        draft.remove(Entity.REVIEW, find_review(draft, which))
    else:
        draft.remove(_entity(what), find_part(draft, _entity(what), which))


def _entity(what: str) -> Entity:
    return _ENTITIES.get(what) or Entity(what)


def _values(entity: Entity, words: list[str]) -> dict[str, object]:
    first = _FIRST.get(entity)
    bare = [word for word in words if "=" not in word]
    if first and len(bare) == 1:
        return {first: bare[0]} | parse_values([word for word in words if "=" in word])
    return parse_values(words)
