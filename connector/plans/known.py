"""All that is known of an account for its plan: the CRM's records, what people say of them, and what counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from adapters.base import Kind
from connector.config.connection import Authority
from connector.kpis.hierarchy import descendants
from connector.plans.book import read_umpire, read_with_plans
from connector.plans.deal_roles import find_deal_conflicts, overlay_deal_contacts
from connector.plans.finding import full_name, names_of
from connector.plans.overlay import (
    Conflict,
    Umpire,
    find_account_conflicts,
    find_conflicts,
    hear_contacts,
    overlay_contacts,
)
from connector.store.accounts import Shard, read_all, read_children, read_names
from connector.store.erased_ids import read_erased_ids
from connector.store.plan_values import PlanValue, Side, read_values
from mappings.account_plan import NO_PLAN, AccountPlan
from mappings.entities import Account, Contact, Deal, DealContact, DealHistory
from mappings.strategy import Entity

_Row = TypeVar("_Row")

Said = Mapping[tuple[Entity, str, str], PlanValue]
"""Each value that somebody gave, with its author and time, by part, id and field."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account with its plan.

    `contacts`: its people as the CRM has them, and others of whom the plan speaks; `people`: the same as they count,
    with those whom only the plan knows. `units`: the account itself and those below it, with their names. `lines`: the
    product lines of the CRM by what they are called. `said`: what people gave here, `entered`: what they entered in the
    CRM. `conflicts`: where a person here and the CRM differ. `erased`: the people of whom nothing may be said again.
    """

    connection: str
    id: str
    account: Account
    plan: AccountPlan
    contacts: Mapping[str, Contact]
    people: Mapping[str, Contact]
    deals: Mapping[str, Deal]
    deal_contacts: Sequence[DealContact]
    history: Sequence[DealHistory]
    units: Mapping[str, str | None]
    lines: Mapping[str, str | None]
    said: Said
    entered: Said
    conflicts: Sequence[Conflict]
    erased: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What the account is called."""
        return self.account.name or self.id

    def called(self, person: str | None) -> str | None:
        """What a person is called; the id where nothing is known of them."""
        if person is None:
            return None
        said = self.plan.stakeholders.get(person)
        contact = self.people.get(person)
        return (said.name if said else None) or (full_name(contact) if contact else None) or person

    def names_of_people(self) -> dict[str, list[str | None]]:
        """What each person may be called, by id."""
        return {id_: names_of(contact) for id_, contact in self.people.items()}


class _Sorted:
    """The records of many accounts, sorted once by the account, or the contact, that they belong to."""

    def __init__(self, shard: Shard) -> None:
        home = {id_: deal.account for id_, deal in shard.deals.items()}
        self.contacts = _group((row.account, (id_, row)) for id_, row in shard.contacts.items())
        self.deals = _group((row.account, (id_, row)) for id_, row in shard.deals.items())
        self.links = _group((home.get(row.deal or ""), row) for row in shard.deal_contacts)
        self.history = _group((home.get(row.deal or ""), row) for row in shard.history)
        self.relations = _group((row.contact, row) for row in shard.account_contacts.values())


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is read once for many accounts."""

    name: str
    shard: Shard
    sorted: _Sorted
    plans: Mapping[str, AccountPlan]
    umpire: Umpire
    said: Mapping[str, Mapping[Side, Said]]
    children: Mapping[str, Sequence[str]]
    names: Mapping[str, str | None]
    lines: Mapping[str, str | None]
    erased: frozenset[str]


def read_known(
    connection: Connection, name: str, accounts: Collection[str], authority: Mapping[str, Authority]
) -> dict[str, KnownAccount]:
    """All that is known of these accounts, by id; one that the CRM does not have (any more) is left out."""
    whole = _read_whole(connection, name, list(accounts), authority)
    return {id_: _known(whole, id_) for id_ in whole.shard.accounts}


def _read_whole(connection: Connection, name: str, ids: Sequence[str], authority: Mapping[str, Authority]) -> _Whole:
    shard, plans = read_with_plans(connection, name, ids)
    children = read_children(connection, name)
    below = {unit for id_ in ids for unit in (id_, *descendants(id_, children))}
    return _Whole(
        name,
        shard,
        _Sorted(shard),
        plans,
        read_umpire(connection, name, ids, authority),
        _said(connection, name, ids),
        children,
        read_names(connection, name, Kind.ACCOUNT, sorted(below)),
        _lines(connection, name),
        read_erased_ids(connection, name),
    )


def _known(whole: _Whole, id_: str) -> KnownAccount:
    plan, shard, own = whole.plans.get(id_, NO_PLAN), whole.shard, whole.sorted
    others = {one: shard.contacts[one] for one in plan.stakeholders if one in shard.contacts}
    contacts = dict(own.contacts.get(id_, ())) | others
    said, relations = whole.said.get(id_, {}), [row for one in contacts for row in own.relations.get(one, ())]
    return KnownAccount(
        connection=whole.name,
        id=id_,
        account=shard.accounts[id_],
        plan=plan,
        contacts=contacts,
        people=overlay_contacts(contacts, {id_: plan}, whole.umpire, relations),
        deals=dict(own.deals.get(id_, ())),
        deal_contacts=overlay_deal_contacts(own.links.get(id_, []), {id_: plan}, whole.umpire),
        history=own.history.get(id_, []),
        units={unit: whole.names.get(unit) for unit in (id_, *descendants(id_, whole.children))},
        lines=whole.lines,
        said=said.get(Side.LOCAL, {}),
        entered=said.get(Side.CRM, {}),
        conflicts=_conflicts(whole, id_, hear_contacts(contacts, relations)),
        erased=whole.erased,
    )


def _group(rows: Iterable[tuple[str | None, _Row]]) -> dict[str | None, list[_Row]]:
    found: dict[str | None, list[_Row]] = {}
    for owner, row in rows:
        found.setdefault(owner, []).append(row)
    return found


def _conflicts(whole: _Whole, id_: str, heard: Mapping[str, Contact]) -> list[Conflict]:
    plan = {id_: whole.plans.get(id_, NO_PLAN)}
    of_account = find_account_conflicts(whole.shard.accounts, plan, whole.umpire)
    on_deals = find_deal_conflicts(whole.sorted.links.get(id_, []), plan, whole.umpire)
    return [*of_account, *find_conflicts(heard, plan, whole.umpire), *on_deals]


def _said(connection: Connection, name: str, ids: Sequence[str]) -> dict[str, dict[Side, Said]]:
    found: dict[str, dict[Side, dict[tuple[Entity, str, str], PlanValue]]] = {}
    for value in read_values(connection, name, ids):
        of_side = found.setdefault(value.account, {}).setdefault(value.side, {})
        of_side[value.entity, value.id, value.field] = value
    return {account: dict(sides) for account, sides in found.items()}


def _lines(connection: Connection, name: str) -> dict[str, str | None]:
    """A product without a family is a line of its own, known by its id."""
    products = read_all(connection, name, Kind.PRODUCT)
    return {product.family or id_: product.family or product.name for id_, product in sorted(products.items())}
