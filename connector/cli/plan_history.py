"""`playmaker plan history`: every change of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from connector.cli.output import print_json, print_table
from connector.cli.plan_place import AccountArgument, find_account, know, plain
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import field_word, shown, word
from connector.languages.speech import _
from connector.plans.agenda import read_value
from connector.plans.finding import pick_part
from connector.plans.known import KnownAccount
from connector.plans.subjects import name_subjects, tell_value
from connector.store.plan_values import PlanChange, read_changes
from connector.wiring.jobs import open_ledger


def history_command(
    account: AccountArgument,
    part: Annotated[str | None, typer.Option(help="Only this part: its id or the beginning of it.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show every change of a plan, the latest last: who, when, from what to what."""
    settings = load(config)
    with open_ledger(settings) as store, store.reading() as ledger:
        one, id_ = find_account(ledger, choose(settings, connection), account)
        changes = read_changes(ledger, one.name, [id_])
        known = know(ledger, one, id_)
    if part:
        wanted = pick_part("part", part, {change.now.id: [] for change in changes})
        changes = [change for change in changes if change.now.id == wanted]
    called = name_subjects(known, changes)
    lines = [_change(change) | {"name": called[change.now.entity, change.now.id]} for change in changes]
    columns = [_("at"), _("author"), _("part"), _("name"), _("field"), _("old"), _("new")]
    print_json(lines) if as_json else print_table(_("Changes"), columns, [_change_row(known, line) for line in lines])


def _change_row(known: KnownAccount, line: Mapping[str, Any]) -> tuple[object, ...]:
    field = line["field"]
    values = (_told(known, field, line["old"]), _told(known, field, line["new"]))
    return (
        line["at"][:16],
        line["author"],
        word(line["entity"]),
        line["name"],
        field_word(line["entity"], field),
        *values,
    )


def _told(known: KnownAccount, field: str, value: object) -> object:
    told = shown(field, value)
    return told if told != value or value is None else tell_value(known, field, value)


def _change(change: PlanChange) -> dict[str, Any]:
    now = change.now
    return {
        "at": now.at.isoformat(timespec="seconds"),
        "author": now.author,
        "source": now.source.value,
        "side": now.side.value,
        "entity": now.entity.value,
        "id": now.id,
        "field": now.field,
        "old": plain(read_value(now, change.old)),
        "new": plain(read_value(now, now.value)),
        "evidence": now.evidence,
    }
