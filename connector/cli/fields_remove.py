"""`playmaker fields remove`: deletes the fields that we made, and only those."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from adapters.base import CRM, Ownership
from connector.cli.output import print_json, print_table, say
from connector.cli.session import DEFAULT_CONFIG, ConfigOption, ConnectionOption, JsonOption, choose, load
from connector.cli.words import heads, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _, mark, ngettext
from connector.pipeline.errors import SetupError
from connector.store.crm_fields import OwnField, count_held, forget_own_field
from connector.store.store import Store
from connector.wiring.field_desk import open_desk
from connector.wiring.jobs import open_database

REMOVE, RELEASE, GONE = mark("remove"), mark("release"), mark("gone")
_COLUMNS = (mark("kind"), mark("field"), mark("action"), mark("what"))

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to be done with one field of ours. `held`: of how many records we know that they hold a value in it."""

    connection: str
    field: OwnField
    action: str
    held: int

    @property
    def detail(self) -> str:
        """What that means."""
        if self.action == RELEASE:
            return _("adopted, not made by us: it stays, and is ours no more")
        if self.action == GONE:
            return _("no longer there, or another field took its name: nothing is done")
        held = ngettext("the values of {number} record are lost", "the values of {number} records are lost", self.held)
        return _("{held}; the CRM keeps a deleted field for a while (docs/crm-setup.md)", held=held)


def remove_command(
    fields: Annotated[list[str] | None, typer.Argument(metavar="[FIELD]...", help="Only these (default: all).")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    connection: ConnectionOption = None,
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Delete the CRM fields that we made, with all their values; shows them first, and asks."""
    settings = load(config)
    names = {name.lower() for name in fields or ()}
    removals = [removal for each in choose(settings, connection) for removal in _plan(settings, each, names)]
    _refuse_unknown(names, removals)
    print_json([_document(one) for one in removals]) if as_json else _print(removals)
    if not removals or not _may_go_on(yes=yes):
        return
    done = sum(_carry_out(settings, each, removals) for each in choose(settings, connection))
    say(ngettext("{number} field was deleted", "{number} fields were deleted", done))


def _plan(settings: Settings, connection: Connection, names: set[str]) -> list[Removal]:
    with open_desk(settings, connection, inputs=False) as desk:
        own = [field for field in desk.own if not names or field.name.lower() in names]
        there = set(desk.crm.find_fields(Ownership({field.key: field.identity for field in own}))) if own else set()
    with open_database(settings, dry=True, looking=True) as store, store.reading() as ledger:
        held = {field.key: count_held(ledger, connection.name, field) for field in own}
    return [
        Removal(connection.name, field, _choose_action(field, is_there=field.key in there), held[field.key])
        for field in own
    ]


def _choose_action(field: OwnField, *, is_there: bool) -> str:
    if not is_there:
        return GONE
    return RELEASE if field.adopted else REMOVE


def _refuse_unknown(names: set[str], removals: Sequence[Removal]) -> None:
    unknown = names - {removal.field.name.lower() for removal in removals}
    if unknown:
        said = _(
            "not recorded as ours, so not removed: {names}; `fields remove` without names lists ours, and `fields "
            "apply` records those that it made before",
            names=", ".join(sorted(unknown)),
        )
        raise SetupError(said)


def _may_go_on(*, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        say(_("nothing was removed: this was the plan; say --yes to carry it out"))
        return False
    return typer.confirm(_("Delete these fields with their values?"), err=True)


def _carry_out(settings: Settings, connection: Connection, removals: Sequence[Removal]) -> int:
    mine = [removal for removal in removals if removal.connection == connection.name]
    with open_desk(settings, connection, inputs=False) as desk, open_database(settings, dry=False) as store:
        return sum(_remove(desk.crm, store, removal) for removal in mine)


def _remove(crm: CRM, store: Store, removal: Removal) -> bool:
    field = removal.field
    deleted = removal.action == REMOVE and crm.remove_field(field.kind, field.name, field.identity)
    with store.transaction() as ledger:
        forget_own_field(ledger, removal.connection, field)
    return deleted


def _print(removals: Sequence[Removal]) -> None:
    if not removals:
        say(_("no field is recorded as ours: nothing to remove"))
    for name in dict.fromkeys(removal.connection for removal in removals):
        rows = [
            (word(one.field.kind.value), one.field.name, word(one.action), one.detail)
            for one in removals
            if one.connection == name
        ]
        print_table(_("{name}: fields to remove", name=name), heads(_COLUMNS), rows)


def _document(removal: Removal) -> dict[str, Any]:
    field = removal.field
    return {
        "connection": removal.connection,
        "kind": field.kind.value,
        "field": field.name,
        "action": removal.action,
        "held": removal.held,
        "detail": removal.detail,
    }
