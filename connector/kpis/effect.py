"""KPIs before and after: what changed at an account since there is a plan for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.base import Kind
from connector.kpis.comparison import Figure, Weigh, Weighed, change
from connector.kpis.execution import cycles, mean_cycle, win_rate_of
from connector.kpis.inputs import CLOSE_DATE, CREATION, DEALS, PRODUCTS, all_of
from connector.kpis.plan_traces import trace_change
from connector.kpis.potential import revenue, revenue_inputs
from connector.kpis.products import product_lines_of
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, count, ratio, unknown
from connector.kpis.strength import ACCESS
from connector.kpis.turnover import contact_turnover
from connector.kpis.view import AccountView

_SALES = DEALS + CLOSE_DATE


@account_kpi(unit=Unit.MONEY, needs=revenue_inputs, trace=lambda view: trace_change(view, _revenue))
def delta_revenue(view: AccountView) -> Kpi:
    """Revenue change since the plan.

    Revenue, in {currency}, of the 12 months from the start of the account's plan minus that of the 12 months before.
    Empty until the 12 months are over.

    So for all figures of this kind: the day on which the plan began is the first of the 12 months after; the figure
    is known from the day after the last of them, which is told as known_on until then. A figure that one of the two
    sides lacks has none, for the reason of that side; it is low in sample where one of them is. n counts the
    records of both sides. Recurring revenue is that of the last day of each side; a CRM field has no past. With
    subsidiaries the account's own plan is for those below it, whatever plans these have; an account without a plan
    of its own has the figures of the plans below it, each with its own accounts and 12 months, as one. So has the
    portfolio. Example: a plan began on 1 March 2025; from March 2025 to February 2026 we won 700, in the 12 months
    before 400: 300, known from 1 March 2026.
    """
    if view.frame.settings.revenue_source == "field":
        return unknown(Status.NO_DATA)
    return change(view, _revenue)


@account_kpi(unit=Unit.NUMBER, needs=_SALES + PRODUCTS, trace=lambda view: trace_change(view, _product_lines))
def delta_product_lines(view: AccountView) -> Kpi:
    """Product line change since the plan.

    Product lines live at the end of the 12 months from the start of the account's plan minus those live on the day
    before the plan. Empty until the 12 months are over.

    Example: two lines lived when the plan began, three at the end of its first year: 1.
    """
    return change(view, _product_lines)


@account_kpi(unit=Unit.DAYS, needs=_SALES + CREATION, sample="won deal", trace=lambda view: trace_change(view, _cycle))
def delta_cycle(view: AccountView) -> Kpi:
    """Sales cycle change since the plan.

    Sales cycle, in days, of the deals won in the 12 months from the start of the account's plan minus that of the 12
    months before: below 0 we sell faster. Empty until the 12 months are over.

    Example: 90 days before and 60 after: -30.
    """
    return change(view, _cycle)


@account_kpi(unit=Unit.FRACTION, needs=_SALES, sample="closed deal", trace=lambda view: trace_change(view, _win_rate))
def delta_win_rate(view: AccountView) -> Kpi:
    """Win rate change since the plan.

    Win rate of the 12 months from the start of the account's plan minus that of the 12 months before. Empty until the
    12 months are over.

    Example: 2 of 5 deals won before and 3 of 5 after: 0.6 - 0.4 = 0.2.
    """
    return change(view, _win_rate)


@account_kpi(unit=Unit.NUMBER, needs=_SALES, trace=lambda view: trace_change(view, _units))
def delta_units(view: AccountView) -> Kpi:
    """Buying unit change since the plan.

    Accounts (this one and, with subsidiaries, those below it) that bought in the 12 months from the start of the
    plan, minus those that bought in the 12 months before. Empty until the 12 months are over.

    An account bought that has a deal won with a close date in the time. Example: before only the parent, after the
    parent and two subsidiaries: 2.
    """
    return change(view, _units)


@account_kpi(
    unit=Unit.NUMBER, needs=_SALES + all_of(Kind.ACCOUNT, "country"), trace=lambda view: trace_change(view, _countries)
)
def delta_countries(view: AccountView) -> Kpi:
    """Buying country change since the plan.

    Countries of the accounts that bought in the 12 months from the start of the plan, minus those of the 12 months
    before. Empty until the 12 months are over.

    Accounts without a country are left out; case does not count. Example: before France, after France and Spain: 1.
    """
    return change(view, _countries)


@account_kpi(unit=Unit.FRACTION, trace=lambda view: trace_change(view, _turnover))
def delta_turnover(view: AccountView) -> Kpi:
    """Contact turnover change since the plan.

    Contact turnover in the 12 months from the start of the account's plan minus that of the 12 months before: below 0
    fewer of those who decide leave us. Empty until the 12 months are over.

    Example: 2 of 4 key people left before, 1 of 4 after: 0.25 - 0.5 = -0.25.
    """
    return change(view, _turnover)


@account_kpi(unit=Unit.FRACTION, needs=ACCESS, trace=lambda view: trace_change(view, _access))
def delta_c_level_access(view: AccountView) -> Kpi:
    """C-level access change since the plan.

    C-level access at the end of the 12 months from the start of the account's plan minus that of the day before the
    plan. Empty until the 12 months are over.

    A CRM tells the last activity alone, so that what the access was then is taken from the history that the connector
    keeps of its figures: there is no data where that had not begun before the plan. Example: of four people at C-level
    one had been seen when the plan began, and a year later three of five: 0.6 - 0.25 = 0.35.
    """
    return change(view, _access)


@dataclass(frozen=True, slots=True)
class Effect:
    """How a figure is compared: over several accounts as one, and as a mean of accounts."""

    figure: Figure
    weigh: Weigh


def _revenue(views: Sequence[AccountView]) -> Kpi:
    kpis = [revenue(view) for view in views]
    n, values = sum(kpi.n for kpi in kpis), [kpi.value for kpi in kpis]
    known = [value for value in values if isinstance(value, Decimal)]
    return Kpi(sum(known, Decimal()), Status.OK, n) if len(known) == len(kpis) else unknown(_worst(kpis), n)


def _product_lines(views: Sequence[AccountView]) -> Kpi:
    return product_lines_of(cell for view in views for cell in view.live_cells)


def _cycle(views: Sequence[AccountView]) -> Kpi:
    return mean_cycle([days for view in views for days in cycles(view)], views[0].frame.settings)


def _win_rate(views: Sequence[AccountView]) -> Kpi:
    won = sum(len(view.won_in_window) for view in views)
    return win_rate_of(won, sum(len(view.closed_in_window) for view in views), views[0].frame.settings)


def _units(views: Sequence[AccountView]) -> Kpi:
    return count(len({unit for view in views for unit in _buyers(view)}))


def _countries(views: Sequence[AccountView]) -> Kpi:
    return count(len({country for view in views for country in _buying_countries(view)}))


def _turnover(views: Sequence[AccountView]) -> Kpi:
    return _ratio_of([contact_turnover(view) for view in views])


def _access(views: Sequence[AccountView]) -> Kpi:
    return _ratio_of([_kept_access(view) for view in views])


def _kept_access(view: AccountView) -> Kpi:
    """What the history of the first unit's own figures says of the last moment of the time in view."""
    at = view.frame.as_of.instant
    for kept in view.units[0].access:
        if kept.since <= at and (kept.until is None or at < kept.until):
            return kept.kpi
    return unknown(Status.NO_DATA)


def _ratio_of(kpis: Sequence[Kpi]) -> Kpi:
    """The ratio of the sums of several ratios; where there is one alone, its status."""
    if len(kpis) == 1:
        return kpis[0]
    known = [kpi for kpi in kpis if kpi.numerator is not None and kpi.denominator is not None]
    numerator, denominator = sum(kpi.numerator or 0 for kpi in known), sum(kpi.denominator or 0 for kpi in known)
    return ratio(numerator, denominator, sum(kpi.n for kpi in known))


def _worst(kpis: Sequence[Kpi]) -> Status:
    return min((kpi.status for kpi in kpis), key=list(Status).index)


def _buying_countries(view: AccountView) -> set[str]:
    buyers = _buyers(view)
    countries = {(unit.account.country or "").strip().casefold() for unit in view.units if unit.id in buyers}
    return countries - {""}


def _buyers(view: AccountView) -> set[str]:
    return {deal.record.account for deal in view.won_in_window if deal.record.account}


def _each(figure: Callable[[Sequence[AccountView]], Kpi]) -> Effect:
    """A figure that is a sum: of accounts its mean is taken per account."""

    def weigh(view: AccountView) -> Weighed:
        value = figure([view]).value
        return Weighed(value, 1) if isinstance(value, int | Decimal) else Weighed(rate_missing=True)

    return Effect(figure, weigh)


def _shared(figure: Callable[[Sequence[AccountView]], Kpi]) -> Effect:
    """A ratio: of accounts the ratio of their sums is taken."""

    def weigh(view: AccountView) -> Weighed:
        kpi = figure([view])
        return Weighed(kpi.numerator or 0, kpi.denominator or 0)

    return Effect(figure, weigh)


def _weigh_cycle(view: AccountView) -> Weighed:
    days = cycles(view)
    return Weighed(sum(days), len(days))


EFFECTS: Mapping[str, Effect] = {
    "delta_revenue": _each(_revenue),
    "delta_product_lines": _each(_product_lines),
    "delta_cycle": Effect(_cycle, _weigh_cycle),
    "delta_win_rate": _shared(_win_rate),
    "delta_units": _each(_units),
    "delta_countries": _each(_countries),
    "delta_turnover": _shared(_turnover),
    "delta_c_level_access": _shared(_access),
}
"""How each figure before and after is compared."""
