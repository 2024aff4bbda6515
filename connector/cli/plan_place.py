"""Where a `plan` command works: the account that is meant, its plan as it stands, and the change that is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy
import typer

from connector.cli.author import read_author
from connector.cli.free_text import warn_of_texts
from connector.cli.output import print_json, print_line, print_table, say
from connector.cli.session import choose, load
from connector.cli.words import field_word, shown, word
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.plans.draft import Draft, Edit
from connector.plans.exchange.typed import read_typed
from connector.plans.finding import UnknownNameError, pick
from connector.plans.known import KnownAccount, read_known
from connector.plans.pen import Pen
from connector.plans.values import PlanError, decode_value
from connector.store.directory import read_account_names
from connector.store.plan_values import PlanValue
from connector.wiring.jobs import open_database, read_clock

AccountArgument = Annotated[str, typer.Argument(help="The account: its CRM id or its name.")]


@dataclass(frozen=True, slots=True)
class Where:
    """The options that say which plan is meant, and in whose name it is changed."""

    config: Path
    connection: str | None
    account: str
    author: str | None = None


@dataclass
class Change:
    """A change of a plan under way. `message`: what to tell the person when it is done."""

    settings: Settings
    draft: Draft
    today: date
    author: str
    message: str = ""
    news: list[PlanValue] = field(default_factory=list)


@contextmanager
def changing(where: Where, *, as_json: bool) -> Iterator[Change]:
    """Change a plan: all that is done in the block is saved at its end, or nothing when it raises; then it is told."""
    settings = load(where.config)
    author, now = read_author(where.author), read_clock()
    with open_database(settings, dry=False) as store, store.transaction() as ledger:
        connection, account = find_account(ledger, choose(settings, where.connection), where.account)
        draft = Draft(know(ledger, connection, account), restating=True)
        change = Change(settings, draft, settings.day_of(now), author)
        yield change
        change.news = draft.save(ledger, Pen(connection.name, author, now))
    _tell(change, as_json=as_json)


def find_account(ledger: sqlalchemy.Connection, connections: Sequence[Connection], text: str) -> tuple[Connection, str]:
    """The connection and id of the account that is meant. Raises PlanError: none, or several."""
    found: list[tuple[Connection, str]] = []
    faults: list[UnknownNameError] = []
    for connection in connections:
        names = {id_: [name] for id_, name in read_account_names(ledger, connection.name).items()}
        try:
            found.append((connection, pick("account", text, names)))
        except UnknownNameError as fault:
            faults.append(fault)
    if len(found) > 1:
        places = ", ".join(f"{connection.name} ({id_})" for connection, id_ in found)
        several = _(
            '"{text}" is in several connections: {places}; say which with --connection', text=text, places=places
        )
        raise PlanError(several)
    if not found:
        raise max(faults, key=lambda fault: fault.near)
    return found[0]


def know(ledger: sqlalchemy.Connection, connection: Connection, account: str) -> KnownAccount:
    """All that is known of an account."""
    return read_known(ledger, connection.name, [account], connection.authority.by_field())[account]


def parse_values(assignments: Sequence[str]) -> dict[str, object]:
    """`field=value` as people type it; nothing after the sign makes the field unknown. Raises PlanError."""
    values: dict[str, object] = {}
    for each in assignments:
        name, sign, value = each.partition("=")
        name = name.strip().lower().replace("-", "_")
        if not sign or not name:
            wrong = _('"{text}" is no value: write FIELD=VALUE, like objective="Open the Spanish market"', text=each)
            raise PlanError(wrong)
        if name == "removed":
            raise PlanError(_("a part is taken out with `playmaker plan remove`"))
        values[name] = read_typed(name, value)
    return values


def change_document(edit: Edit) -> dict[str, Any]:
    """A change for other programs."""
    return {
        "entity": edit.entity.value,
        "id": edit.id,
        "field": edit.field,
        "old": plain(edit.old),
        "new": plain(edit.new),
        "evidence": edit.evidence,
    }


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A value of a plan as JSON and tables show it: amounts and dates as they are written."""
    return value if value is None or isinstance(value, bool | int) else str(value)


def real_edits(draft: Draft, news: Sequence[PlanValue]) -> list[Edit]:
    """The edits that made a difference, each once, as the store tells."""
    told = {(edit.entity, edit.id, edit.field): edit for edit in draft.edits}
    keys = [(value.entity, value.id, value.field) for value in news]
    values = [decode_value(value.entity, value.field, value.value) for value in news]
    return [Edit(*key, _first_old(draft, key), new, told[key].evidence) for key, new in zip(keys, values, strict=True)]


def _first_old(draft: Draft, key: tuple[Any, str, str]) -> object:
    return next(edit.old for edit in draft.edits if (edit.entity, edit.id, edit.field) == key)


def _tell(change: Change, *, as_json: bool) -> None:
    edits = real_edits(change.draft, change.news)
    warn_of_texts(edits)
    known = change.draft.known
    if as_json:
        head = {"connection": known.connection, "account": known.id, "name": known.name}
        print_json(head | {"author": change.author, "changes": [change_document(edit) for edit in edits]})
        return
    if change.message:
        print_line(change.message)
    if not edits:
        say(_("nothing changed: the plan says so already"))
        return
    rows = [
        (
            word(edit.entity),
            field_word(edit.entity, edit.field),
            shown(edit.field, edit.old),
            shown(edit.field, edit.new),
        )
        for edit in edits
    ]
    title = _("{account}: changed by {author}", account=known.name, author=change.author)
    print_table(title, [_("part"), _("field"), _("old"), _("new")], rows)
