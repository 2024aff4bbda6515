"""The computation: the records of a shard in, the figures of each of its accounts and deals out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import localcontext

from connector.kpis.arithmetic import EXACT
from connector.kpis.catalogue import account_figures, deal_figures
from connector.kpis.deals import deal_view
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.frame import Frame, frame_of
from connector.kpis.hierarchy import descendants
from connector.kpis.problems import account_problems, deal_problems
from connector.kpis.result import Kpi
from connector.kpis.shard import Shard
from connector.kpis.view import AccountView, UnitView, unit_view


@dataclass(frozen=True, slots=True)
class AccountResult:
    """An account's figures and those of its own deals, by key; `problems`: lines for people.

    `account` None: there are no account figures, and the deals are those without an account.
    """

    account: str | None
    kpis: Mapping[str, Kpi]
    deals: Mapping[str, Mapping[str, Kpi]]
    problems: Sequence[str]


def compute_accounts(facts: Facts, reference: Reference, terms: Terms) -> Iterator[AccountResult]:
    """The figures of each wanted account, in the order of `facts.accounts`.

    Raises ValueError for an instant without a zone.
    """
    for view in account_views(facts, frame_of(reference, terms)):
        yield _result(view)


def account_views(facts: Facts, frame: Frame) -> Iterator[AccountView]:
    """The views of the wanted accounts, in the order of `facts.accounts`."""
    accounts = _Accounts(Shard(facts), frame)
    for account in facts.accounts:
        if facts.targets is None or account in facts.targets:
            yield accounts.view(account)


def compute_orphan_deals(facts: Facts, reference: Reference, terms: Terms) -> AccountResult:
    """The figures of each deal whose account is none of `facts.accounts`, in the order of their ids.

    Raises ValueError for an instant without a zone.
    """
    shard, frame = Shard(facts), frame_of(reference, terms)
    people = shard.people(None)
    with localcontext(EXACT):
        views = [deal_view(deal, shard, people, frame) for deal in shard.orphans()]
        problems = deal_problems([view for view in views if view.counts])
        return AccountResult(None, {}, {view.id: deal_figures(view) for view in views}, problems)


def _result(view: AccountView) -> AccountResult:
    own = view.units[0]
    with localcontext(EXACT):
        deals = {deal.id: deal_figures(deal) for deal in own.deals}
        return AccountResult(own.id, account_figures(view), deals, account_problems(view))


class _Accounts:
    """Views of a shard's accounts; a unit that several accounts contain is built once."""

    def __init__(self, shard: Shard, frame: Frame) -> None:
        self._shard = shard
        self._frame = frame
        self._units: dict[str, UnitView] = {}

    def view(self, account: str) -> AccountView:
        with localcontext(EXACT):
            return AccountView(self._frame, tuple(self._unit(unit) for unit in self._scope(account)))

    def _scope(self, account: str) -> list[str]:
        """The account itself, and under a hierarchy its descendants that are here."""
        if self._frame.settings.rollup == "self":
            return [account]
        below = descendants(account, self._frame.children)
        return [account, *(unit for unit in below if unit in self._shard.facts.accounts)]

    def _unit(self, account: str) -> UnitView:
        if self._frame.settings.rollup == "self":
            return unit_view(account, self._shard, self._frame)
        if account not in self._units:
            self._units[account] = unit_view(account, self._shard, self._frame)
        return self._units[account]
