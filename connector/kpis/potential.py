"""KPIs of potential in money: what the account buys, how that grows, what recurs and what is left of it."""

from __future__ import annotations

from datetime import date

from connector.config.kpis import KpiSettings
from connector.kpis.arithmetic import divide
from connector.kpis.inputs import (
    AMOUNT,
    CLOSE_DATE,
    COST,
    DEALS,
    ITEM_REVENUE,
    RECURRING,
    REVENUE_FIELD,
    Inputs,
)
from connector.kpis.items import ItemView
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, Sum, add_up, ratio, ratio_of_sums, total, unknown
from connector.kpis.sale_traces import brought_by, margin_of, recurring_on, trace_growth, trace_items, trace_revenue
from connector.kpis.traces import trace_won
from connector.kpis.view import AccountView


def revenue_inputs(settings: KpiSettings) -> Inputs:
    """What the chosen source of revenue needs."""
    sources = {
        "bookings": DEALS + CLOSE_DATE + AMOUNT,
        "recurring": DEALS + CLOSE_DATE + RECURRING,
        "field": REVENUE_FIELD,
    }
    return sources[settings.revenue_source]


@account_kpi(unit=Unit.MONEY, needs=revenue_inputs, trace=lambda view: trace_revenue(view, trace_won))
def revenue(view: AccountView) -> Kpi:
    """Revenue ({window_days} days).

    What the account brings, in {currency}. Source bookings: the amounts of the deals won with a close date in the
    last {window_days} days; recurring: the recurring revenue per year; field: a CRM field of the account. This
    organisation uses: {revenue_source}.

    The field is the one that the mapping gives to annual_revenue of the account, in the account's currency, at the
    current rate; where it is empty on every account concerned, revenue is unknown, not 0. Example: won in the last
    {window_days} days for 50,000 and 20,000, another one without an amount, and one won two years ago: 70,000, with
    n = 2.
    """
    if view.frame.settings.revenue_source == "field":
        return _from_field(view)
    return total(_revenue(view))


@account_kpi(unit=Unit.FRACTION, needs=revenue_inputs, trace=lambda view: trace_revenue(view, trace_growth))
def revenue_growth(view: AccountView) -> Kpi:
    """Revenue growth ({window_days} days).

    Revenue of the last {window_days} days divided by that of the {window_days} days before, minus 1: 0.25 is a
    quarter more. Empty where there was none before.

    With recurring revenue, what recurs today is compared with what did {window_days} days ago. A CRM field has no
    yesterday: with revenue from a field there is no growth (no data). n counts the records of both windows.
    Example: 75,000 in the last {window_days} days and 60,000 in those before: 75,000 / 60,000 - 1 = 0.25.
    """
    if view.frame.settings.revenue_source == "field":
        return unknown(Status.NO_DATA)
    now, before = _revenue(view), _revenue_before(view)
    n = now.n + before.n
    if now.rate_missing or before.rate_missing:
        return unknown(Status.MIXED_CURRENCY, n)
    kpi = ratio(now.amount, before.amount, before.n)
    if kpi.value is None:
        return kpi
    growth = divide(now.amount - before.amount, before.amount)
    return Kpi(growth, kpi.status, n, kpi.numerator, kpi.denominator)


@account_kpi(
    unit=Unit.MONEY,
    needs=DEALS + CLOSE_DATE + RECURRING,
    written=True,
    trace=lambda view: trace_items(view, recurring_on(view.frame.as_of.day)),
)
def recurring_revenue(view: AccountView) -> Kpi:
    """Recurring revenue per year.

    Yearly value, in {currency}, of the won recurring line items that have started and not ended.

    A line item without a start starts at its deal's close date; without an end it lives for {live_days} days after
    it. Both the first and the last day count. Example: a line of 12,000 a year until 31 December, one of 5,000 that
    begins tomorrow and one of 3,000 that ended yesterday: 12,000.
    """
    return total(_recurring_on(view, view.frame.as_of.day))


@account_kpi(
    unit=Unit.FRACTION,
    needs=DEALS + CLOSE_DATE + ITEM_REVENUE + COST,
    trace=lambda view: trace_items(view, margin_of, window=True),
)
def margin_rate(view: AccountView) -> Kpi:
    """Margin rate ({window_days} days).

    Revenue minus direct cost, divided by revenue, of the line items won in the last {window_days} days whose cost
    is known.

    The cost is quantity x unit cost: the line item's own unit cost, in the line item's currency, else its
    product's, in the organisation's currency. A line item whose quantity is unknown has no known cost. Example: 10
    pieces for 1,000 at a unit cost of 60, and a service for 500 of unknown cost: (1,000 - 600) / 1,000 = 0.4.
    """
    known = _with_known_cost(_items_won(view))
    profit = add_up(item.revenue.less(item.cost) for item in known if item.revenue and item.cost)
    return ratio_of_sums(profit, _revenue_of(known))


@account_kpi(
    unit=Unit.FRACTION,
    needs=DEALS + CLOSE_DATE + ITEM_REVENUE + COST,
    trace=lambda view: trace_items(view, margin_of, window=True),
)
def margin_known_share(view: AccountView) -> Kpi:
    """Revenue with known cost ({window_days} days).

    Revenue of the line items whose cost is known divided by the revenue of all line items won in the last
    {window_days} days: how much of the business the margin rate speaks for.

    Example: with a cost known for 1,000 of 1,500 won: 1,000 / 1,500 = 0.666667.
    """
    items = _items_won(view)
    return ratio_of_sums(_revenue_of(_with_known_cost(items)), _revenue_of(items))


def _from_field(view: AccountView) -> Kpi:
    known = add_up(brought_by(unit, view.frame) for unit in view.units)
    return total(known) if known.n else unknown(Status.NO_DATA)


def _revenue(view: AccountView) -> Sum:
    if view.frame.settings.revenue_source == "recurring":
        return _recurring_on(view, view.frame.as_of.day)
    return add_up(deal.amount for deal in view.won_in_window)


def _revenue_before(view: AccountView) -> Sum:
    as_of = view.frame.as_of
    if view.frame.settings.revenue_source == "recurring":
        return _recurring_on(view, as_of.window_start)
    return add_up(deal.amount for deal in view.won_deals if as_of.in_window_before(deal.closed_on))


def _recurring_on(view: AccountView, day: date) -> Sum:
    return add_up(item.recurring for item in view.won_items if item.is_recurring(day))


def _items_won(view: AccountView) -> list[ItemView]:
    return [item for deal in view.won_in_window for item in deal.items if item.revenue is not None]


def _with_known_cost(items: list[ItemView]) -> list[ItemView]:
    return [item for item in items if item.cost is not None]


def _revenue_of(items: list[ItemView]) -> Sum:
    return add_up(item.revenue for item in items)
