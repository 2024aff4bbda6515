"""Compute: the KPIs of every account, a shard at a time, from the mirror and the account plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from adapters.base import Kind
from connector.kpis.compute import AccountResult, compute_accounts, compute_orphan_deals
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.hierarchy import descendants
from connector.plans.book import read_judged_fields, read_plans, read_umpire
from connector.plans.overlay import find_placeholders, overlay_contacts
from connector.store.accounts import (
    Shard,
    read_account_ids,
    read_all,
    read_children,
    read_deals,
    read_orphan_ids,
    read_shard,
)
from connector.store.ledger import read_known_fields, read_organisation
from connector.store.store import Store
from mappings.entities import ENTITIES
from mappings.mapping import Mapping as FieldMapping

SHARD = 200
"""Accounts computed together: enough to make queries cheap, few enough to keep memory flat."""

ORPHANS = 1000
"""Deals without an account computed together."""


def compute_all(store: Store, name: str, reference: Reference, terms: Terms) -> Iterator[Sequence[AccountResult]]:
    """Every account's result in the order of ids, a shard at a time; then the deals without an account, likewise."""
    for ids in _shards(store, name, read_account_ids, SHARD):
        yield list(compute_accounts(_facts_of(store, name, ids, reference, terms), reference, terms))
    for ids in _shards(store, name, read_orphan_ids, ORPHANS):
        with store.reading() as connection:
            orphans = read_deals(connection, name, ids)
        yield [compute_orphan_deals(_as_facts(orphans, None), reference, terms)]


def read_reference(store: Store, name: str, mapping: FieldMapping) -> Reference:
    """What is the same for all accounts of a connection."""
    with store.reading() as connection:
        organisation = read_organisation(connection, name)
        return Reference(
            products=read_all(connection, name, Kind.PRODUCT),
            stages=list(read_all(connection, name, Kind.STAGE).values()),
            rates=list(read_all(connection, name, Kind.RATE).values()),
            home=organisation.currency if organisation else None,
            mapped=frozenset(_mapped_fields(connection, name, mapping)) | read_judged_fields(connection, name),
            last_complete_pull=organisation.last_complete_pull_at if organisation else None,
            children=read_children(connection, name),
        )


def _shards(
    store: Store, name: str, read_ids: Callable[[Connection, str, str, int], list[str]], most: int
) -> Iterator[list[str]]:
    last = ""
    while True:
        with store.reading() as connection:
            ids = read_ids(connection, name, last, most)
        if not ids:
            return
        yield ids
        last = ids[-1]


def _facts_of(store: Store, name: str, ids: Sequence[str], reference: Reference, terms: Terms) -> Facts:
    units = dict.fromkeys(ids)
    if terms.settings.rollup == "hierarchy":
        units |= dict.fromkeys(unit for id_ in ids for unit in descendants(id_, reference.children))
    with store.reading() as connection:
        shard = read_shard(connection, name, list(units))
        plans = read_plans(connection, name, list(units))
        umpire = read_umpire(connection, name, list(units), terms.authority)
    facts = _as_facts(shard, frozenset(ids))
    people = overlay_contacts(shard.contacts, plans, umpire)
    return replace(facts, contacts=people, plans=plans, placeholders=find_placeholders(plans))


def _as_facts(shard: Shard, targets: frozenset[str] | None) -> Facts:
    return Facts(
        accounts=shard.accounts,
        contacts=shard.contacts,
        account_contacts=list(shard.account_contacts.values()),
        deals=shard.deals,
        deal_contacts=shard.deal_contacts,
        line_items=list(shard.line_items.values()),
        history=shard.history,
        targets=targets,
    )


def _mapped_fields(connection: Connection, name: str, mapping: FieldMapping) -> Iterator[tuple[Kind, str]]:
    """Our fields whose CRM field was there when a run last looked, or had been before it vanished."""
    for kind in Kind:
        known = read_known_fields(connection, name, kind) | {None}
        for ours in ENTITIES[kind].model_fields:
            if mapping.mapped(kind, ours) and mapping.source_field(kind, ours) in known:
                yield kind, ours
