"""KPIs of commercial execution: how often, how fast and how much we win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.config.kpis import KpiSettings
from connector.kpis.arithmetic import divide
from connector.kpis.deals import DealView
from connector.kpis.inputs import AMOUNT, CLOSE_DATE, CREATION, DEALS, PROBABILITY
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, add_up, ratio, sampled, total, unknown
from connector.kpis.traces import trace_closed, trace_cycles, trace_weighted, velocity_figures
from connector.kpis.view import AccountView


@account_kpi(unit=Unit.FRACTION, needs=DEALS + CLOSE_DATE, written=True, sample="closed deal", trace=trace_closed)
def win_rate(view: AccountView) -> Kpi:
    """Win rate ({window_days} days).

    Deals won divided by deals won or lost, of those closed in the last {window_days} days. Fewer than {min_sample}
    closed deals: the status says low sample.

    Example: in the last {window_days} days 3 deals were won and 5 lost: 3 / 8 = 0.375. With 1 won and 2 lost it is
    0.333333, and low sample.
    """
    return win_rate_of(len(view.won_in_window), len(view.closed_in_window), view.frame.settings)


@account_kpi(unit=Unit.DAYS, needs=DEALS + CLOSE_DATE + CREATION, sample="won deal", trace=trace_cycles)
def sales_cycle_days(view: AccountView) -> Kpi:
    """Sales cycle in days ({window_days} days).

    Mean number of days from creation to close of the deals won in the last {window_days} days; a deal won on the
    day of its creation took one day.

    Deals closed before they were created are left out and reported; deals without a creation date are left out.
    Example: won on the day of its creation (1 day), 30 days and 89 days after: 120 / 3 = 40 days.
    """
    return mean_cycle(cycles(view), view.frame.settings)


@account_kpi(
    unit=Unit.MONEY_PER_DAY,
    needs=DEALS + CLOSE_DATE + CREATION + AMOUNT,
    written=True,
    sample="won deal",
    trace=lambda view: replace(trace_cycles(view), figures=velocity_figures(view, _active_deals(view))),
)
def deal_velocity(view: AccountView) -> Kpi:
    """Deal velocity per day.

    Expected sales per day, in {currency}: active deals x mean amount of the deals won in the last {window_days} days
    x their win rate / their sales cycle in days. Empty where one of these is unknown.

    A deal is active while it is open, has reached the stage from which deals are qualified, and its close date is
    empty or at most {overdue_grace_days} days past. A pipeline that does not have the qualifying stage qualifies
    from its first one. Without any active deal the velocity is 0. n, and the sample, are the deals won. Example: 4
    active deals, 5 deals won of 8 closed, for 20,000 each on average, with a cycle of 50 days: 4 x 20,000 x 5 / 8 /
    50 = 1,000 a day.
    """
    won, days = view.won_in_window, cycles(view)
    amounts = add_up(deal.amount for deal in won)
    if amounts.rate_missing:
        return unknown(Status.MIXED_CURRENCY, len(won))
    if not days or not amounts.n:
        return unknown(Status.NO_DATA, len(won))
    gain = _active_deals(view) * amounts.amount * len(won) * len(days)
    value = divide(gain, amounts.n * len(view.closed_in_window) * sum(days))
    return sampled(Kpi(value, Status.OK, len(won)), view.frame.settings.min_sample)


@account_kpi(unit=Unit.MONEY, needs=DEALS + AMOUNT + PROBABILITY, written=True, trace=trace_weighted)
def weighted_pipeline(view: AccountView) -> Kpi:
    """Weighted pipeline.

    Sum of amount x probability of the open deals, in {currency}; the probability is the deal's own, else its
    stage's.

    A deal without an amount, or without any probability, is left out. Example: 10,000 at the deal's own 0.5, 8,000
    without a probability of its own in a stage of 0.25, and one without an amount: 5,000 + 2,000 = 7,000, with n =
    2.
    """
    return total(add_up(deal.weighted for deal in view.open_deals))


def win_rate_of(won: int, closed: int, settings: KpiSettings) -> Kpi:
    """The win rate of so many deals won, of so many closed."""
    return sampled(ratio(won, closed, closed), settings.min_sample)


def mean_cycle(days: Sequence[int], settings: KpiSettings) -> Kpi:
    """The mean of the days that deals took."""
    if not days:
        return unknown(Status.NO_DATA)
    return sampled(Kpi(divide(sum(days), len(days)), Status.OK, len(days)), settings.min_sample)


def cycles(view: AccountView) -> list[int]:
    """The days that each deal won in the window took, where both dates are known."""
    return [deal.days for deal in view.won_in_window if deal.days is not None]


def _active_deals(view: AccountView) -> int:
    return sum(_is_active(deal) for deal in view.open_deals)


def _is_active(deal: DealView) -> bool:
    frame = deal.frame
    if deal.stage is None or not frame.stages.is_from(deal.stage, frame.settings.qualified_from_stage):
        return False
    return deal.closed_on is None or (frame.as_of.day - deal.closed_on).days <= frame.settings.overdue_grace_days
