"""Holds what changed at the portfolio since its plans began against what changed at all other accounts meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connector.kpis.compute import account_views
from connector.kpis.facts import Reference, Terms
from connector.kpis.frame import Frame
from connector.kpis.hierarchy import descendants
from connector.kpis.portfolio import Differences
from connector.kpis.result import Kpi
from connector.kpis.view import AccountView
from connector.pipeline.facts import SHARD, facts_of, pages, read_access
from connector.plans.book import read_plans
from connector.store.accounts import read_account_ids
from connector.store.plan_values import read_planned_accounts
from connector.store.store import Store


def find_differences(
    store: Store, name: str, known: Reference, terms: Terms, portfolio: tuple[AccountView, Mapping[str, Kpi]]
) -> dict[str, Kpi]:
    """The difference in differences of each figure before and after; `portfolio`: its view and its figures.

    Every account of the connection is read once, where the twelve months of any plan are over.
    """
    whole, figures = portfolio
    differences = Differences(whole, figures)
    if differences.starts:
        for view in _others(store, name, known, terms, whole.frame):
            differences.take(view)
    return differences.found()


def _others(store: Store, name: str, known: Reference, terms: Terms, frame: Frame) -> Iterator[AccountView]:
    """The accounts that no plan is for, under a hierarchy with those below them, each in one view alone."""
    with store.reading() as connection:
        plans = read_plans(connection, name, read_planned_accounts(connection, name))
    planned = {account for account, plan in plans.items() if plan.plan is not None}
    below = terms.settings.rollup == "hierarchy"
    touched = _touched(planned, known) if below else planned
    parents = {child: parent for parent, children in known.children.items() for child in children}
    for page in pages(store, name, read_account_ids, SHARD):
        ids = [id_ for id_ in page if id_ not in touched and not (below and _is_inside(id_, parents, touched))]
        facts = facts_of(store, name, ids, known, terms)
        with store.reading() as connection:
            facts = replace(facts, access=read_access(connection, name, ids))
        yield from account_views(facts, frame)


def _touched(planned: set[str], known: Reference) -> set[str]:
    """The accounts with a plan, those below them, and those above them."""
    under = {one for account in planned for one in (account, *descendants(account, known.children))}
    above = {parent for parent in known.children if under & set(descendants(parent, known.children))}
    return under | above


def _is_inside(account: str, parents: Mapping[str, str], touched: set[str]) -> bool:
    """Whether the account is in the view of the one above it."""
    parent = parents.get(account)
    return parent is not None and parent not in touched
