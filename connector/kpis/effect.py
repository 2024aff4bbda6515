"""KPIs before and after: what changed at an account since there is a plan for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from adapters.base import Kind
from connector.kpis.arithmetic import divide
from connector.kpis.asof import AsOf
from connector.kpis.execution import sales_cycle_days, win_rate
from connector.kpis.inputs import CLOSE_DATE, CREATION, DEALS, PRODUCTS, all_of
from connector.kpis.months import YEAR, add_months
from connector.kpis.potential import revenue, revenue_inputs
from connector.kpis.products import product_lines_sold
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, count, unknown
from connector.kpis.turnover import contact_turnover
from connector.kpis.view import AccountView

_SALES = DEALS + CLOSE_DATE


@account_kpi(unit=Unit.MONEY, needs=revenue_inputs)
def delta_revenue(view: AccountView) -> Kpi:
    """Revenue change since the plan.

    Revenue, in {currency}, of the 12 months from the start of the account's plan minus that of the 12 months before.
    Empty until the 12 months are over.

    So for all figures of this kind: the day on which the plan began is the first of the 12 months after; the figure
    is known from the day after the last of them. A figure that one of the two sides lacks has none, for the reason of
    that side; it is low in sample where one of them is. n counts the records of both sides. Recurring revenue is that
    of the last day of each side; a CRM field has no past. Example: a plan began on 1 March 2025; from March 2025 to
    February 2026 we won 700, in the 12 months before 400: 300, known from 1 March 2026.
    """
    if view.frame.settings.revenue_source == "field":
        return unknown(Status.NO_DATA)
    return _change(view, revenue)


@account_kpi(unit=Unit.NUMBER, needs=_SALES + PRODUCTS)
def delta_product_lines(view: AccountView) -> Kpi:
    """Product line change since the plan.

    Product lines live at the end of the 12 months from the start of the account's plan minus those live on the day
    before the plan. Empty until the 12 months are over.

    Example: two lines lived when the plan began, three at the end of its first year: 1.
    """
    return _change(view, product_lines_sold)


@account_kpi(unit=Unit.DAYS, needs=_SALES + CREATION, sample="won deal")
def delta_cycle(view: AccountView) -> Kpi:
    """Sales cycle change since the plan.

    Sales cycle, in days, of the deals won in the 12 months from the start of the account's plan minus that of the 12
    months before: below 0 we sell faster. Empty until the 12 months are over.

    Example: 90 days before and 60 after: -30.
    """
    return _change(view, sales_cycle_days)


@account_kpi(unit=Unit.FRACTION, needs=_SALES, sample="closed deal")
def delta_win_rate(view: AccountView) -> Kpi:
    """Win rate change since the plan.

    Win rate of the 12 months from the start of the account's plan minus that of the 12 months before. Empty until the
    12 months are over.

    Example: 2 of 5 deals won before and 3 of 5 after: 0.6 - 0.4 = 0.2.
    """
    return _change(view, win_rate)


@account_kpi(unit=Unit.NUMBER, needs=_SALES)
def delta_units(view: AccountView) -> Kpi:
    """Buying unit change since the plan.

    Accounts (this one and, with subsidiaries, those below it) that bought in the 12 months from the start of the
    plan, minus those that bought in the 12 months before. Empty until the 12 months are over.

    An account bought that has a deal won with a close date in the time. Example: before only the parent, after the
    parent and two subsidiaries: 2.
    """
    return _change(view, _buying_units)


@account_kpi(unit=Unit.NUMBER, needs=_SALES + all_of(Kind.ACCOUNT, "country"))
def delta_countries(view: AccountView) -> Kpi:
    """Buying country change since the plan.

    Countries of the accounts that bought in the 12 months from the start of the plan, minus those of the 12 months
    before. Empty until the 12 months are over.

    Accounts without a country are left out; case does not count. Example: before France, after France and Spain: 1.
    """
    return _change(view, _buying_countries)


@account_kpi(unit=Unit.FRACTION)
def delta_turnover(view: AccountView) -> Kpi:
    """Contact turnover change since the plan.

    Contact turnover in the 12 months from the start of the account's plan minus that of the 12 months before: below 0
    fewer of those who decide leave us. Empty until the 12 months are over.

    Example: 2 of 4 key people left before, 1 of 4 after: 0.25 - 0.5 = -0.25.
    """
    return _change(view, contact_turnover)


def known_on(view: AccountView) -> date | None:
    """The day from which on the figures before and after the account's plan are known; None: no plan has begun."""
    start = _start(view)
    return add_months(start, YEAR) if start else None


def difference_in_differences(planned: Sequence[Kpi], others: Sequence[Kpi]) -> Kpi:
    """The mean change of accounts with a plan beyond that of accounts without, over the same time.

    Strategic accounts are selected ones: a plain before and after flatters. Empty where one side knows no change.
    """
    means = [_mean(planned), _mean(others)]
    n = sum(isinstance(kpi.value, int | Decimal) for kpi in (*planned, *others))
    if means[0] is None or means[1] is None:
        return unknown(Status.NO_DATA, n)
    return Kpi(means[0] - means[1], Status.OK, n)


def change_around(view: AccountView, start: date, figure: Callable[[AccountView], Kpi]) -> Kpi:
    """A figure of the 12 months from a day on minus that of the 12 months before, for any account."""
    turn = add_months(start, YEAR)
    if view.frame.as_of.day < turn:
        return unknown(Status.NO_DATA)
    after, before = figure(_during(view, start, turn)), figure(_during(view, add_months(start, -YEAR), start))
    n, order = after.n + before.n, list(Status)
    worst = min((after.status, before.status), key=order.index)
    if not isinstance(after.value, int | Decimal) or not isinstance(before.value, int | Decimal):
        return unknown(worst, n)
    return Kpi(after.value - before.value, worst, n)


def _change(view: AccountView, figure: Callable[[AccountView], Kpi]) -> Kpi:
    start = _start(view)
    return change_around(view, start, figure) if start else unknown(Status.NO_DATA)


def _start(view: AccountView) -> date | None:
    plan = view.units[0].plan.plan if view.units else None
    return plan.started_on if plan else None


def _during(view: AccountView, first: date, after: date) -> AccountView:
    """The account as it was in the days from `first` to before `after`."""
    zone = view.frame.as_of.zone
    end = datetime.combine(after - timedelta(days=1), time.max, zone)
    return AccountView(replace(view.frame, as_of=AsOf(end, zone, (after - first).days)), view.units)


def _buying_units(view: AccountView) -> Kpi:
    return count(len(_buyers(view)))


def _buying_countries(view: AccountView) -> Kpi:
    buyers = _buyers(view)
    countries = {(unit.account.country or "").strip().casefold() for unit in view.units if unit.id in buyers}
    return count(len(countries - {""}))


def _buyers(view: AccountView) -> set[str]:
    return {deal.record.account for deal in view.won_in_window if deal.record.account}


def _mean(kpis: Sequence[Kpi]) -> Decimal | None:
    values = [kpi.value for kpi in kpis if isinstance(kpi.value, int | Decimal)]
    return divide(sum(values, Decimal()), len(values)) if values else None
