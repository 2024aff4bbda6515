"""Imports a file into plans: every line is checked by the rules of plans, and refused with its reason or applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from connector.config.connection import Authority
from connector.languages.speech import _
from connector.plans.draft import Draft, Edit
from connector.plans.exchange.forms import ACCOUNT, Form
from connector.plans.exchange.lines import Applying, apply_line
from connector.plans.exchange.readings import Values, check_columns, read_rows
from connector.plans.exchange.table import Table
from connector.plans.finding import Register
from connector.plans.known import read_known
from connector.plans.values import PlanError
from connector.store.directory import read_account_names, read_contacts, read_contacts_by_email
from mappings.entities import Contact


@dataclass
class Line:
    """What became of a line: `reason` says why it was refused; `edits`: what it would change."""

    number: int
    values: Values = field(default_factory=dict)
    account: str | None = None
    part: str | None = None
    reason: str | None = None
    edits: Sequence[Edit] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A file applied to drafts that are not saved yet."""

    lines: Sequence[Line]
    drafts: Mapping[str, Draft]
    names: Mapping[str, str | None]

    @property
    def refused(self) -> list[Line]:
        """The lines that cannot be used."""
        return [line for line in self.lines if line.reason is not None]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a file is imported to: a connection's plans, as they stand on a day."""

    store: Connection
    name: str
    authority: Mapping[str, Authority]
    today: date


def import_table(ground: Ground, form: Form, table: Table) -> Imported:
    """Apply each line to a draft of the plan that it is about. Raises FileError for columns that make no sense."""
    check_columns(form, table)
    lines = [_begin(row.line, values) for row, values in read_rows(form, table)]
    names = read_account_names(ground.store, ground.name)
    elsewhere = _read_elsewhere(ground, lines)
    register = Register("account", {id_: [name] for id_, name in names.items()})
    for line in lines:
        _try(line, lambda line: setattr(line, "account", _find_account(line.values, register, elsewhere)))
    wanted = {line.account for line in lines if line.account}
    known = read_known(ground.store, ground.name, wanted, ground.authority)
    drafts = {id_: Draft(one) for id_, one in known.items()}
    _apply(form, lines, drafts, Applying(ground.today, elsewhere))
    return Imported(lines, drafts, names)


def _begin(number: int, values: Values | str) -> Line:
    return Line(number, reason=values) if isinstance(values, str) else Line(number, values)


def _try(line: Line, step: Callable[[Line], None]) -> None:
    if line.reason is None:
        try:
            step(line)
        except PlanError as fault:
            line.reason = str(fault)


def _read_elsewhere(ground: Ground, lines: Sequence[Line]) -> dict[str, Contact]:
    """The contacts whom the lines name by id or address, whatever account they belong to, by both."""
    ids = {str(line.values["person"]) for line in lines if line.values.get("person")}
    emails = {str(line.values["email"]).lower() for line in lines if line.values.get("email")}
    by_email = read_contacts_by_email(ground.store, ground.name, emails)
    found = read_contacts(ground.store, ground.name, ids) | by_email
    addresses = {(contact.email or "").lower() for contact in by_email.values()}
    single = {
        address: [one for one in by_email.values() if (one.email or "").lower() == address] for address in addresses
    }
    return found | {address: people[0] for address, people in single.items() if len(people) == 1}


def _find_account(values: Values, accounts: Register, elsewhere: Mapping[str, Contact]) -> str:
    for column in ACCOUNT:
        if text := values.get(column):
            return accounts.find(str(text))
    keys = [str(values.get("person") or ""), str(values.get("email") or "").lower()]
    account = next((elsewhere[key].account for key in keys if key in elsewhere), None)
    if account is None:
        raise PlanError(_("the line does not say which account is meant, nor does the CRM by the person"))
    return accounts.find(account)


def _apply(form: Form, lines: Sequence[Line], drafts: Mapping[str, Draft], applying: Applying) -> None:
    """Line by line; what names somebody whom a later line brings, or closes a circle that one opens, is tried again."""
    seen: dict[tuple[str, str], int] = {}
    waiting = [line for line in lines if line.reason is None]
    while waiting:
        for line in waiting:
            line.reason = None
            _try(line, lambda line: _apply_one(form, line, drafts, applying, seen))
        left = [line for line in waiting if line.reason is not None]
        if len(left) == len(waiting):
            return
        waiting = left


def _apply_one(
    form: Form, line: Line, drafts: Mapping[str, Draft], applying: Applying, seen: dict[tuple[str, str], int]
) -> None:
    account = line.account or ""
    draft = drafts[account]
    before = len(draft.edits)
    with draft.all_or_none():
        part = apply_line(form.name, draft, line.values, applying)
        if (account, part) in seen:
            raise PlanError(_("line {line} is about the same one: leave one of them", line=seen[account, part]))
    seen[account, part] = line.number
    line.part, line.edits = part, draft.edits[before:]
