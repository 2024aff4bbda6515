"""KPIs of recurring revenue over time: what of it stays, and when the next contract ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from adapters.base import Kind
from connector.kpis.inputs import CLOSE_DATE, DEALS, RECURRING, all_of
from connector.kpis.items import ItemView
from connector.kpis.light import light
from connector.kpis.money import Money
from connector.kpis.months import YEAR, add_months
from connector.kpis.registry import Unit, account_kpi, trace_of
from connector.kpis.result import Kpi, Status, Sum, add_up, ratio, unknown
from connector.kpis.sale_traces import ending_after, trace_items
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.traces import out_of_scope
from connector.kpis.view import AccountView
from connector.languages.speech import _

_LINES = DEALS + CLOSE_DATE + RECURRING


@account_kpi(
    unit=Unit.DATE,
    needs=_LINES + all_of(Kind.LINE_ITEM, "recurring_end"),
    written=True,
    trace=lambda view: trace_items(view, ending_after(view.frame.as_of.day)),
)
def next_renewal_on(view: AccountView) -> Kpi:
    """Next renewal on.

    Earliest end of the won recurring line items that have started and not ended: by this day somebody should have
    spoken of the renewal.

    Line items without an end are left out; n is the number of those that have one. Example: of two live contracts,
    to 31 August and to 31 December, the next renewal is on 31 August, with n = 2.
    """
    day = view.frame.as_of.day
    ends = [item.end for item in view.won_items if item.end is not None and item.is_recurring(day)]
    return Kpi(min(ends), Status.OK, len(ends)) if ends else unknown(Status.NO_DATA)


@account_kpi(unit=Unit.FRACTION, needs=_LINES)
def net_revenue_retention(view: AccountView) -> Kpi:
    """Net revenue retention (a year).

    Of the products with recurring revenue a year ago: their recurring revenue today divided by that of then. Above 1
    what stayed has grown. A line that begins again within {renewal_grace_days} days after its end counts as renewed,
    in the gap too.

    A pair of an account and a product is what stays or goes; with subsidiaries each account has pairs of its own.
    Line items without a product make one pair of their account. What is sold to pairs that had nothing a year ago
    leaves both sides. In the gap before a renewal that is already won the old line goes on at its own value; a line
    that ended without one is gone from the day after its end. n is the number of pairs. Example: a year ago A brought
    1,000 and B 500 a year; today A brings 1,300, B has ended, and C, new, brings 700: 1,300 / 1,500 = 0.866667.
    """
    return _retention(view, lambda now, _: now)


@account_kpi(unit=Unit.FRACTION, needs=_LINES)
def gross_revenue_retention(view: AccountView) -> Kpi:
    """Gross revenue retention (a year).

    As net revenue retention, without what has grown: of each product with recurring revenue a year ago, the smaller
    of its recurring revenue today and then, divided by that of then. Never above 1.

    Example: a year ago A brought 1,000 and B 500 a year; today A brings 1,300 and B has ended: 1,000 / 1,500 =
    0.666667.
    """
    return _retention(view, min)


@light
class _Term:
    """The days, from the first to the last, on which a line recurs."""

    first: date
    last: date
    revenue: Money


def _retention(view: AccountView, kept: Callable[[Decimal, Decimal], Decimal]) -> Kpi:
    sums = view.once(_sums).values()
    had = [(now, then) for now, then in sums if _had_some(then)]
    if any(one.rate_missing for pair in had for one in pair):
        return unknown(Status.MIXED_CURRENCY, len(had))
    numerator = sum((kept(now.amount, then.amount) for now, then in had), Decimal())
    return ratio(numerator, sum((then.amount for _, then in had), Decimal()), len(had))


def _sums(view: AccountView) -> dict[tuple[str, str], tuple[Sum, Sum]]:
    """What recurs today of each account and product, and what did a year ago."""
    today = view.frame.as_of.day
    before = add_months(today, -YEAR)
    return {pair: (_on(terms, today), _on(terms, before)) for pair, terms in _pairs(view, today).items()}


def _had_some(then: Sum) -> bool:
    return then.rate_missing or then.amount > 0


@trace_of(net_revenue_retention, gross_revenue_retention)
def _trace(view: AccountView) -> Trace:
    counted, left_out = [], list(out_of_scope(view))
    for (unit, product), (now, then) in sorted(view.once(_sums).items()):
        named = f"{unit}: {product or _('no product')}"
        if _had_some(then):
            counted.append(Counted(None, named, {"a year ago": then.amount, "now": now.amount}))
        else:
            left_out.append(LeftOut(None, named, _("nothing recurred a year ago")))
    return Trace(counted, left_out)


def _pairs(view: AccountView, today: date) -> Mapping[tuple[str, str], Sequence[_Term]]:
    """The terms sold by today of each account and product."""
    found: dict[tuple[str, str], list[_Term]] = defaultdict(list)
    for unit in view.units:
        won = (deal for deal in unit.deals if deal.counts and deal.is_won)
        for item in (item for deal in won for item in deal.items):
            if (item.sold_on is None or item.sold_on <= today) and (term := _term(item)):
                found[unit.id, item.product or ""].append(term)
    grace = view.frame.settings.renewal_grace_days
    return {pair: [_renewed(term, terms, grace) for term in terms] for pair, terms in found.items()}


def _term(item: ItemView) -> _Term | None:
    """When an item recurs, by the rules of `ItemView.is_recurring`."""
    starts = [day for day in (item.start or item.sold_on, item.sold_on) if day is not None]
    last = item.last_day
    if item.recurring is None or not starts or last is None or last < max(starts):
        return None
    return _Term(max(starts), last, item.recurring)


def _renewed(term: _Term, terms: Iterable[_Term], grace: int) -> _Term:
    """The term with the gap to the one that renews it, if any does."""
    gaps = (other.first.toordinal() - term.last.toordinal() for other in terms)
    gap = min((days for days in gaps if 0 < days <= grace), default=1)
    return _Term(term.first, term.last + timedelta(days=gap - 1), term.revenue)


def _on(terms: Iterable[_Term], day: date) -> Sum:
    return add_up(term.revenue for term in terms if term.first <= day <= term.last)
