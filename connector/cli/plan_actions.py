"""`playmaker plan add-action` and `done`: who does what by when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from connector.cli.author import AuthorOption
from connector.cli.plan_place import AccountArgument, Where, changing
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption
from connector.languages.speech import _
from connector.plans.actions import actions_of, add_action, change_action, find_action
from mappings.strategy import ActionStatus

DayOption = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day (default: today).")]


def add_action_command(
    account: AccountArgument,
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    owner: Annotated[str | None, typer.Option(help="Who does it.")] = None,
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="By when.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="With whom: id, e-mail or name.")] = None,
    deal: Annotated[str | None, typer.Option(help="For which deal: id or name.")] = None,
    objective: Annotated[str | None, typer.Option(help="For which objective: id or text.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Add something to do."""
    values: dict[str, object] = {"title": title, "owner": owner, "due": due.date() if due else None}
    links: dict[str, object] = {"stakeholder": person, "deal": deal, "objective": objective}
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        id_ = add_action(change.draft, values | links, change.today)
        change.message = _("action {id}: {title}", id=id_, title=title)


def done_command(
    account: AccountArgument,
    action: Annotated[str, typer.Argument(help="The action: its id, the beginning of it, or its title.")],
    on: DayOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    author: AuthorOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say that an action is done."""
    with changing(Where(config, connection, account, author), as_json=as_json) as change:
        id_ = find_action(change.draft, action)
        day = on.date() if on else None
        change_action(
            change.draft, id_, {"status": ActionStatus.DONE} | ({"done_on": day} if day else {}), change.today
        )
        change.message = _("done: {title}", title=actions_of(change.draft)[id_].title)
