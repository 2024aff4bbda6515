"""Worked examples: recurring lines, what of them stays after a year, and renewals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from acme import deal, kpi, won

from connector.kpis.result import Kpi, Status
from mappings.entities import LineItem


def line(annual, start, end=None, product="a", **fields):
    on = [None if text is None else date.fromisoformat(text) for text in (start, end)]
    return LineItem(
        deal="d1",
        product=product,
        recurring_annual=Decimal(annual),
        recurring_start=on[0],
        recurring_end=on[1],
        **fields,
    )


def retention(*lines, net=True, sold="2024-01-01", **settings):
    key = "net_revenue_retention" if net else "gross_revenue_retention"
    return kpi(key, deals=[won(sold)], line_items=list(lines), settings=settings)


THEN_AND_NOW = [
    line(1000, "2025-01-01", "2025-12-31"),
    line(1300, "2026-01-01", "2026-12-31"),
    line(500, "2025-01-01", "2025-12-31", product="b"),
    line(700, "2026-01-01", "2026-12-31", product="c"),
]


def test_net_retention_compares_what_recurred_a_year_ago_with_today():
    assert retention(*THEN_AND_NOW) == Kpi(Decimal(1300) / 1500, Status.OK, 2, Decimal(1300), Decimal(1500))


def test_gross_retention_knows_no_growth():
    assert retention(*THEN_AND_NOW, net=False) == Kpi(Decimal(1000) / 1500, Status.OK, 2, Decimal(1000), Decimal(1500))


def test_without_anything_a_year_ago_nothing_can_be_retained():
    assert retention(line(700, "2026-01-01")).status is Status.NO_DATA


def test_a_renewal_within_the_grace_continues_its_line_in_the_gap_too():
    ended_in_may = line(1000, "2025-06-01", "2026-05-31")
    assert retention(ended_in_may).value == 0
    assert retention(ended_in_may, line(900, "2026-08-29")).value == 1
    assert retention(ended_in_may, line(900, "2026-08-30")).value == 0
    assert retention(ended_in_may, line(900, "2026-08-29"), renewal_grace_days=89).value == 0


def test_a_gap_a_year_ago_counts_as_what_was_renewed():
    lines = [line(1000, "2024-06-01", "2025-05-31"), line(900, "2025-08-01")]
    assert retention(*lines) == Kpi(Decimal("0.9"), Status.OK, 1, Decimal(900), Decimal(1000))


def test_a_missing_rate_of_one_line_leaves_retention_unknown():
    assert retention(*THEN_AND_NOW, line(1, "2025-01-01", currency="USD")).status is Status.MIXED_CURRENCY


def test_the_next_renewal_is_the_earliest_end_of_a_live_line():
    lines = [
        line(100, "2026-01-01", "2026-12-31"),
        line(100, "2026-01-01", "2026-08-31"),
        line(100, "2025-01-01", "2026-06-29"),
        line(100, "2026-07-01", "2026-07-31"),
        line(100, "2026-01-01"),
    ]
    renewal = kpi("next_renewal_on", deals=[won("2025-01-01")], line_items=lines)
    assert renewal == Kpi(date(2026, 8, 31), Status.OK, 2)


@pytest.mark.parametrize("deals", [[], [deal("offer", close_date=date(2026, 5, 1))]])
def test_what_is_not_sold_is_not_renewed(deals):
    renewal = kpi("next_renewal_on", deals=deals, line_items=[line(100, "2026-01-01", "2026-12-31")])
    assert renewal == Kpi(None, Status.NO_DATA, 0)
