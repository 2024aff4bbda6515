"""The strategic accounts of a connection together: what every account's figures need of them, and their own figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from connector.kpis.compute import account_views
from connector.kpis.facts import Reference, Terms
from connector.kpis.frame import Frame, frame_of
from connector.kpis.portfolio import portfolio_figures, portfolio_of
from connector.kpis.result import Kpi
from connector.kpis.shard import order_of
from connector.kpis.strategic import is_strategic
from connector.kpis.view import AccountView, UnitView
from connector.pipeline.differences import find_differences
from connector.pipeline.facts import SHARD, facts_of, pages
from connector.store.plan_values import read_planned_accounts
from connector.store.store import Store
from connector.store.strategic import read_accounts, read_marked_ids
from mappings.account_plan import NO_PLAN

LOOKED_AT = 2000
"""Accounts whose own fields alone are read together."""


@dataclass(frozen=True, slots=True)
class PortfolioResult:
    """Every KPI of an account over all strategic accounts as one; `accounts`: their ids.

    `differences`: beside each change since the plans, by how much it is more than at accounts without one.
    """

    accounts: tuple[str, ...]
    kpis: dict[str, Kpi]
    differences: dict[str, Kpi]


def know_portfolio(store: Store, name: str, reference: Reference, terms: Terms) -> Reference:
    """The reference, with what the strategic accounts are together; without any there is nothing to read."""
    frame = frame_of(reference, terms)
    return replace(reference, portfolio=portfolio_of(_views(store, name, reference, terms), frame))


def list_strategic(store: Store, name: str, reference: Reference, terms: Terms) -> list[str]:
    """The ids of the strategic accounts, in a fixed order."""
    return [view.units[0].id for view in _views(store, name, reference, terms) if view.is_strategic]


def portfolio_result(store: Store, name: str, reference: Reference, terms: Terms) -> PortfolioResult:
    """The figures of the portfolio: all strategic accounts (under a hierarchy with their descendants) in one view."""
    known = know_portfolio(store, name, reference, terms)
    units: dict[str, UnitView] = {}
    strategic = []
    for view in _views(store, name, known, terms):
        if view.is_strategic:
            strategic.append(view.units[0].id)
            units |= {unit.id: unit for unit in view.units}
    first = [*strategic, *sorted(units.keys() - set(strategic), key=order_of)]
    frame = frame_of(known, terms)
    whole = AccountView(frame, tuple(units[id_] for id_ in first))
    figures = portfolio_figures(whole)
    differences = find_differences(store, name, known, terms, (whole, figures))
    return PortfolioResult(tuple(strategic), figures, differences)


def _views(store: Store, name: str, reference: Reference, terms: Terms) -> Iterator[AccountView]:
    """The views of all accounts that may be strategic, in a fixed order, a shard at a time."""
    frame = frame_of(reference, terms)
    candidates = _find_candidates(store, name, frame)
    for first in range(0, len(candidates), SHARD):
        facts = facts_of(store, name, candidates[first : first + SHARD], reference, terms)
        ordered = {id_: facts.accounts[id_] for id_ in sorted(facts.accounts, key=order_of)}
        yield from account_views(replace(facts, accounts=ordered), frame)


def _find_candidates(store: Store, name: str, frame: Frame) -> list[str]:
    """The accounts that the CRM, the rules or a plan may make strategic, by their own fields alone."""
    with store.reading() as connection:
        found = {*read_marked_ids(connection, name), *read_planned_accounts(connection, name), *frame.rules.accounts}
    if frame.rules.look_at_all:
        found |= set(_find_by_rules(store, name, frame))
    return sorted(found, key=order_of)


def _find_by_rules(store: Store, name: str, frame: Frame) -> Iterator[str]:
    for accounts in pages(store, name, read_accounts, LOOKED_AT):
        for id_, account in accounts.items():
            if is_strategic(id_, account, NO_PLAN, frame.rules, frame.exchange):
                yield id_
