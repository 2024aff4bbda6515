"""Compares the twelve months from the start of a plan with the twelve before, for one plan or for several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias

from connector.kpis.arithmetic import Number, divide
from connector.kpis.asof import AsOf
from connector.kpis.hierarchy import descendants
from connector.kpis.months import YEAR, add_months
from connector.kpis.result import Kpi, Status, unknown
from connector.kpis.view import AccountView, UnitView

Figure: TypeAlias = "Callable[[Sequence[AccountView]], Kpi]"
"""A figure over several accounts as one, each of them in its own twelve months."""


@dataclass(frozen=True, slots=True)
class Span:
    """The accounts that a plan is for, and the day on which it began."""

    view: AccountView
    start: date

    @property
    def known_on(self) -> date:
        """The day from which on both sides are over."""
        return add_months(self.start, YEAR)

    @property
    def is_over(self) -> bool:
        """Whether the twelve months after are over."""
        return self.view.frame.as_of.day >= self.known_on

    @property
    def after(self) -> AccountView:
        """The accounts in the twelve months from the start."""
        return _during(self.view, self.start, self.known_on)

    @property
    def before(self) -> AccountView:
        """The accounts in the twelve months before."""
        return _during(self.view, add_months(self.start, -YEAR), self.start)


def spans_of(view: AccountView) -> list[Span]:
    """The plans in view that have begun, each with the accounts that it is for; none inside of another one's.

    An account's own plan is for the accounts below it too, whatever plans these have.
    """
    planned = [unit for unit in view.units if _start(unit)]
    if not planned:
        return []
    below = {unit.id: _below(unit, view) for unit in planned}
    found, taken = [], set[str]()
    for unit in planned:
        if unit.id not in taken and not _is_inside(unit.id, below):
            members = [one for one in view.units if one.id in {unit.id} | below[unit.id] - taken]
            taken |= {one.id for one in members}
            ordered = sorted(members, key=lambda one, first=unit.id: one.id != first)  # type: ignore[misc] # stable
            found.append(Span(AccountView(view.frame, tuple(ordered)), _start(unit) or date.min))
    return found


def change(view: AccountView, figure: Figure) -> Kpi:
    """What a figure of the plans in view changed by; of several those count whose twelve months are over."""
    spans = spans_of(view)
    if not spans:
        return unknown(Status.NO_DATA)
    over = [span for span in spans if span.is_over]
    if not over:
        return Kpi(None, Status.NO_DATA, 0, known_on=min(span.known_on for span in spans))
    after, before = figure([span.after for span in over]), figure([span.before for span in over])
    n, order = after.n + before.n, list(Status)
    worst = min((after.status, before.status), key=order.index)
    if not isinstance(after.value, int | Decimal) or not isinstance(before.value, int | Decimal):
        return unknown(worst, n)
    return Kpi(after.value - before.value, worst, n)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What accounts bring to a mean: the sum of a figure, and what that is divided by."""

    amount: Number = 0
    weight: Number = 0
    rate_missing: bool = False

    def plus(self, other: Weighed, times: int = 1) -> Weighed:
        """Both together, the other one so many times."""
        amount, weight = self.amount + times * other.amount, self.weight + times * other.weight
        return Weighed(amount, weight, self.rate_missing or other.rate_missing)


Weigh: TypeAlias = "Callable[[AccountView], Weighed]"
"""What one account brings to the mean of a figure in its twelve months."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The two sides of a figure of many accounts; `accounts`: how many."""

    after: Weighed = Weighed()
    before: Weighed = Weighed()
    accounts: int = 0

    def plus(self, span: Span, weigh: Weigh, times: int) -> Drift:
        """With another account, as often as plans began on its day."""
        after, before = self.after.plus(weigh(span.after), times), self.before.plus(weigh(span.before), times)
        return Drift(after, before, self.accounts)

    @property
    def change(self) -> Decimal | None:
        """The mean afterwards minus the mean before; None: one of them is not known."""
        if not self.after.weight or not self.before.weight:
            return None
        return divide(self.after.amount, self.after.weight) - divide(self.before.amount, self.before.weight)


class Tide:
    """What changed of some figures at accounts around the days on which plans began, taken up one account at a time."""

    def __init__(self, figures: Mapping[str, Weigh]) -> None:
        """`figures`: what each account brings to each figure."""
        self._figures = figures
        self.drifts = {key: Drift() for key in figures}

    def take(self, view: AccountView, starts: Mapping[date, int]) -> None:
        """Add an account; `starts`: the days on which plans began, and how many."""
        if not starts:
            return
        for start, times in starts.items():
            span = Span(view, start)
            for key, weigh in self._figures.items():
                self.drifts[key] = self.drifts[key].plus(span, weigh, times)
        self.drifts = {key: replace(drift, accounts=drift.accounts + 1) for key, drift in self.drifts.items()}


def starts_of(spans: Iterable[Span]) -> dict[date, int]:
    """The days on which plans began whose twelve months are over, with the number of these plans."""
    found: dict[date, int] = {}
    for span in spans:
        if span.is_over:
            found[span.start] = found.get(span.start, 0) + 1
    return found


def difference_in_differences(planned: Drift, others: Drift) -> Kpi:
    """The change at accounts with a plan beyond that at accounts without one, over the same time.

    Strategic accounts are selected ones: a plain before and after flatters. `n`: the accounts of both sides.
    """
    n = planned.accounts + others.accounts
    sides = (planned.after, planned.before, others.after, others.before)
    if any(side.rate_missing for side in sides):
        return unknown(Status.MIXED_CURRENCY, n)
    if planned.change is None or others.change is None:
        return unknown(Status.NO_DATA, n)
    return Kpi(planned.change - others.change, Status.OK, n)


def _start(unit: UnitView) -> date | None:
    return unit.plan.plan.started_on if unit.plan.plan else None


def _below(unit: UnitView, view: AccountView) -> set[str]:
    """Nobody, where each account's figures are its own."""
    if view.frame.settings.rollup == "self":
        return set()
    return set(descendants(unit.id, view.frame.children))


def _is_inside(unit: str, below: Mapping[str, set[str]]) -> bool:
    """Whether an account is below one that has a plan; of accounts in a loop none is."""
    return any(unit in units and above not in below[unit] for above, units in below.items())


def _during(view: AccountView, first: date, after: date) -> AccountView:
    """The accounts as they were in the days from `first` to before `after`."""
    zone = view.frame.as_of.zone
    last = date.fromordinal(max(1, after.toordinal() - 1))
    end = datetime.combine(last, time.max, zone)
    return AccountView(replace(view.frame, as_of=AsOf(end, zone, (after - first).days)), view.units)
