"""`playmaker plan list`, `show` and `conflicts`: read account plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import sqlalchemy
import typer

from connector.cli.output import print_json, print_line, print_table, say
from connector.cli.plan_place import AccountArgument, find_account, know, plain
from connector.cli.sayers import name_sayer, name_sayers
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import field_word, shown, word
from connector.config.connection import Connection
from connector.languages.speech import _, mark, ngettext
from connector.plans.document import conflict_document, is_known_of, plan_document
from connector.plans.known import KnownAccount, read_known
from connector.store.plan_values import read_planned_accounts
from connector.wiring.jobs import open_ledger, read_clock
from mappings.strategy import Action, ActionStatus

OptionalAccount = Annotated[str | None, typer.Argument(help="The account: its CRM id or its name (default: all).")]


def list_command(
    config: ConfigOption = DEFAULT_CONFIG, connection: ConnectionOption = None, *, as_json: JsonOption = False
) -> None:
    """List the accounts of which people have said something here, with what is open."""
    settings = load(config)
    today = settings.day_of(read_clock())
    with open_ledger(settings) as store, store.reading() as ledger:
        lines = [_line(one, today) for one in read_plans_of(ledger, choose(settings, connection))]
    if as_json:
        print_json(lines)
        return
    if not lines:
        say(_('no plan yet: begin one with `playmaker plan set ACCOUNT objective="…"`'))
        return
    keys = ("account", "name", "tier", "people", "open", "late", "touched")
    titles = [_("account"), _("name"), _("tier"), _("people"), _("open actions"), _("late"), _("touched")]
    print_table(_("Account plans"), titles, [tuple(line[key] for key in keys) for line in lines])


def show_command(
    account: AccountArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="Also the contacts of whom nothing is known.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show an account's plan."""
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        document = plan_document(know(ledger, *find_account(ledger, choose(settings, connection), account)))
    if as_json:
        print_json(document)
        return
    _print_plan(document)
    _print_people(document["stakeholders"], everybody=everybody)
    for title, shelf, columns in _TABLES:
        if document[shelf]:
            rows = [tuple(_called(part, column) for column in columns) for part in document[shelf]]
            print_table(_(title), [field_word(shelf.removesuffix("s"), column) for column in columns], rows)


_TABLES: Sequence[tuple[str, str, Sequence[str]]] = (
    (mark("Objectives and issues"), "objectives", ["id", "kind", "text", "owner", "due"]),
    (mark("Actions"), "actions", ["id", "title", "owner", "due", "status"]),
    (mark("Reviews"), "reviews", ["id", "kind", "due", "held_on", "decisions"]),
    (mark("Competitors"), "competitors", ["id", "name", "where", "strength"]),
    (mark("Growth levers"), "levers", ["id", "text", "owner", "due"]),
    (mark("Risks"), "risks", ["id", "text", "owner", "due"]),
    (mark("Team"), "team", ["id", "name", "role"]),
    (mark("White space"), "cells", ["id", "unit", "line", "potential", "blocked", "play"]),
    (mark("Lines of influence"), "influence_lines", ["id", "source", "target", "strength"]),
    (mark("Roles on deals"), "deal_parts", ["id", "deal", "stakeholder", "role", "stance"]),
    (mark("Survey answers"), "answers", ["id", "person", "survey", "score", "answered_on"]),
)


def conflicts_command(
    account: OptionalAccount = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List where people here and the CRM say different things of somebody, and whose word counts."""
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        lines = [
            {"connection": known.connection, "account": known.id} | conflict_document(known, conflict)
            for known in read_plans_of(ledger, choose(settings, connection), account)
            for conflict in known.conflicts
        ]
    if as_json:
        print_json(lines)
    elif not lines:
        say(_("people here and the CRM nowhere say different things"))
    else:
        columns = [_("account"), _("name"), _("field"), _("here"), _("in the CRM"), _("holds")]
        print_table(_("Here and in the CRM"), columns, [_conflict(line) for line in lines])


def read_plans_of(
    ledger: sqlalchemy.Connection, connections: Sequence[Connection], account: str | None = None
) -> Iterator[KnownAccount]:
    """All accounts of which people have said something, or the one that is meant."""
    if account is not None:
        yield know(ledger, *find_account(ledger, connections, account))
        return
    for each in connections:
        planned = read_planned_accounts(ledger, each.name)
        yield from read_known(ledger, each.name, planned, each.authority.by_field()).values()


def _line(known: KnownAccount, today: Any) -> dict[str, Any]:  # noqa: ANN401 - a date
    plan = known.plan
    open_ = [one for one in plan.actions.values() if _is_open(one)]
    return {
        "connection": known.connection,
        "account": known.id,
        "name": known.name,
        "tier": plan.plan.tier if plan.plan else None,
        "people": sum(map(is_known_of, plan_document(known)["stakeholders"])),
        "open": len(open_),
        "late": sum(one.due is not None and one.due < today for one in open_),
        "touched": plain(plan.touches[-1].at.date()) if plan.touches else None,
    }


def _is_open(action: Action) -> bool:
    return action.status in {None, ActionStatus.OPEN}


def _print_plan(document: Mapping[str, Any]) -> None:
    print_line(f"{document['name']} ({document['connection']}, {document['account']})")
    if document["plan"] is None:
        say(_('nobody has begun a plan: `playmaker plan set ACCOUNT objective="…"`'))
        return
    rows = [
        (word(field), shown(field, value), name_sayer(document["judged"].get(field)))
        for field, value in document["plan"].items()
        if value is not None
    ]
    print_table(_("Plan"), [_("field"), _("value"), _("said by")], rows)


def _print_people(people: Sequence[Mapping[str, Any]], *, everybody: bool) -> None:
    axes = ("role", "influence", "stance")
    listed = [one for one in people if everybody or is_known_of(one)]
    rows = [
        (one["person"], _name(one), *(_called(one, axis) for axis in axes), one["reports_to_name"], _sayers(one, axes))
        for one in listed
    ]
    columns = [_("id"), _("name"), _("role"), _("influence"), _("stance"), _("reports to"), _("said by")]
    print_table(_("People"), columns, rows)
    if more := len(people) - len(listed):
        said = ngettext(
            "{number} more contact of whom nothing is known yet; --all shows everybody",
            "{number} more contacts of whom nothing is known yet; --all shows them",
            more,
        )
        say(said)


def _sayers(one: Mapping[str, Any], axes: Sequence[str]) -> str:
    return name_sayers({axis: one["judged"][axis] for axis in axes if axis in one["judged"]})


def _name(one: Mapping[str, Any]) -> str:
    marks = ((_("placeholder"), one["placeholder"]), (_("left"), one["departed"]))
    notes = [note for note, holds in marks if holds]
    notes += [one["external"]] if one["external"] else []
    return f"{one['name']} ({', '.join(notes)})" if notes else one["name"]


def _called(part: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return part.get(f"{column}_name") or shown(column, part.get(column))


def _conflict(line: Mapping[str, Any]) -> tuple[object, ...]:
    field = line["field"]
    return (
        line["account"],
        line["name"],
        word(field),
        *(shown(field, line[side]) for side in ("local", "crm", "holds")),
    )
