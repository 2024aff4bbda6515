"""Compute: the KPIs of every account, a shard at a time, from the mirror and the account plans."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from adapters.base import Kind
from connector.kpis.compute import AccountResult, compute_accounts, compute_orphan_deals
from connector.kpis.facts import Reference, Terms
from connector.pipeline.facts import SHARD, as_facts, facts_of, pages
from connector.pipeline.portfolio import know_portfolio
from connector.pipeline.stage_norms import read_stage_norms
from connector.plans.book import read_judged_fields
from connector.store.accounts import (
    read_account_ids,
    read_all,
    read_children,
    read_deals,
    read_orphan_ids,
)
from connector.store.forecasts import read_frozen_days, uses_categories
from connector.store.ledger import read_known_fields, read_organisation
from connector.store.store import Store
from mappings.entities import ENTITIES
from mappings.mapping import Mapping as FieldMapping

ORPHANS = 1000
"""Deals without an account computed together."""


def compute_all(store: Store, name: str, reference: Reference, terms: Terms) -> Iterator[Sequence[AccountResult]]:
    """Every account's result in the order of ids, a shard at a time; then the deals without an account, likewise.

    The strategic accounts are looked at beforehand, for what each account's figures need of them together.
    """
    reference = know_all(store, name, reference, terms)
    for ids in pages(store, name, read_account_ids, SHARD):
        yield compute_some(store, name, ids, reference, terms)
    yield from compute_orphans(store, name, reference, terms)


def compute_account(store: Store, name: str, id_: str, reference: Reference, terms: Terms) -> Sequence[AccountResult]:
    """The result of one account, the same as among all of them; none where there is no such account."""
    return compute_some(store, name, [id_], know_all(store, name, reference, terms), terms)


def know_all(store: Store, name: str, reference: Reference, terms: Terms) -> Reference:
    """The reference with what must be known of all accounts before the first of them is computed."""
    return read_stage_norms(store, name, know_portfolio(store, name, reference, terms), terms)


def compute_some(
    store: Store, name: str, ids: Sequence[str], reference: Reference, terms: Terms
) -> Sequence[AccountResult]:
    """The results of these accounts; the reference knows all."""
    with _uncollected():
        return list(compute_accounts(facts_of(store, name, ids, reference, terms), reference, terms))


def compute_orphans(store: Store, name: str, reference: Reference, terms: Terms) -> Iterator[Sequence[AccountResult]]:
    """The deals without an account, a shard at a time; the reference knows all."""
    for ids in pages(store, name, read_orphan_ids, ORPHANS):
        with store.reading() as connection:
            orphans = read_deals(connection, name, ids)
        yield [compute_orphan_deals(as_facts(orphans, None), reference, terms)]


@contextmanager
def _uncollected() -> Iterator[None]:
    """A shard is many objects that live shortly and form no circles: looking for these takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
            uses_categories=uses_categories(connection, name),
            frozen_days=read_frozen_days(connection, name),
        )


def _mapped_fields(connection: Connection, name: str, mapping: FieldMapping) -> Iterator[tuple[Kind, str]]:
    """Our fields whose CRM field was there when a run last looked, or had been before it vanished."""
    for kind in Kind:
        known = read_known_fields(connection, name, kind)
        for ours in ENTITIES[kind].model_fields:
            if mapping.was_mapped(kind, ours, known):
                yield kind, ours
