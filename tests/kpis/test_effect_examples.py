"""Worked examples: the twelve months from the start of a plan against the twelve before. Today is 30 June 2026."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from acme import T, deal, kpi, lost, won

from connector.kpis.effect import difference_in_differences, known_on
from connector.kpis.result import Kpi, Status
from connector.kpis.view import AccountView, UnitView
from mappings.account_plan import AccountPlan, Turn
from mappings.entities import Account, LineItem, Product
from mappings.strategy import Plan
from mappings.vocabulary import Role

START = date(2025, 3, 1)


def change(key, *deals, start=START, **company):
    plans = {"acme": AccountPlan(plan=Plan(started_on=start), turns=company.pop("turns", ()))}
    settings = {"min_sample": 0} | company.pop("settings", {})
    return kpi(f"delta_{key}", deals=list(deals), plans=plans, settings=settings, **company)


def test_revenue_after_counts_from_the_plans_first_day_for_twelve_months():
    edges = [won("2024-02-29", amount="9"), won("2024-03-01", amount="400"), won("2025-02-28", amount="1")]
    after = [won("2025-03-01", amount="700"), won("2026-02-28", amount="2"), won("2026-03-01", amount="9")]
    assert change("revenue", *edges, *after) == Kpi(Decimal(702 - 401), Status.OK, 4)


def test_until_the_twelve_months_are_over_nothing_is_known():
    assert change("revenue", won("2026-05-01"), start=date(2025, 6, 30)).value == 1000
    assert change("revenue", won("2026-05-01"), start=date(2025, 7, 1)) == Kpi(None, Status.NO_DATA, 0)
    assert change("revenue", won("2026-05-01"), start=None).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("start", "day"), [(START, date(2026, 3, 1)), (date(2024, 2, 29), date(2025, 2, 28)), (None, None)]
)
def test_the_day_on_which_it_will_be_known_can_be_told(start, day):
    unit = UnitView("acme", Account(), (), (), AccountPlan(plan=Plan(started_on=start)))
    assert known_on(AccountView(None, (unit,))) == day


def test_a_rate_that_one_side_lacks_has_no_change():
    assert change("win_rate", won("2025-05-01")).status is Status.NO_DATA
    both = [won("2024-05-01"), lost("2024-06-01"), won("2025-05-01")]
    assert change("win_rate", *both) == Kpi(Decimal("0.5"), Status.OK, 3)
    assert change("win_rate", *both, settings={"min_sample": 2}).status is Status.LOW_SAMPLE


def test_a_missing_rate_on_one_side_leaves_the_change_unknown():
    assert change("revenue", won("2024-05-01", currency="USD"), won("2025-05-01")).status is Status.MIXED_CURRENCY


def test_the_cycle_below_zero_is_faster():
    deals = [won("2024-06-30", created_at="2024-04-01T00:00:00Z"), won("2025-06-30", created_at="2025-05-01T00:00:00Z")]
    assert change("cycle", *deals).value == -30


def test_product_lines_are_those_that_live_at_the_end_of_each_side():
    items = [LineItem(deal="d1", product="p"), LineItem(deal="d2", product="q")]
    products = {"products": {"p": Product(), "q": Product()}}
    deals = [won("2024-05-01"), won("2025-05-01")]
    assert change("product_lines", *deals, line_items=items, reference=products).value == 1


def test_units_and_countries_are_those_that_bought():
    accounts = {"acme": Account(country="France"), "sub": Account(parent="acme", country="Spain")}
    accounts["third"] = Account(parent="acme", country="france")
    deals = [won("2024-05-01"), won("2025-05-01"), won("2025-06-01", account="sub"), won("2025-07-01", account="third")]
    company = {
        "accounts": accounts,
        "settings": {"rollup": "hierarchy"},
        "reference": {"children": {"acme": ["sub", "third"]}},
    }
    assert change("units", *deals, deal("demo"), **company).value == 2
    assert change("countries", *deals, **company).value == 1


def test_turnover_below_zero_keeps_more_of_those_who_decide():
    long_ago, before, after = (T.replace(year=year) for year in (2023, 2024, 2025))
    turns = [(f"p{n}", "role", Role.USER, long_ago) for n in (1, 2, 3, 4)]
    turns += [("p1", "departed", True, before), ("p2", "departed", True, before), ("p3", "departed", True, after)]
    assert change("turnover", turns=[Turn(*turn) for turn in turns]) == Kpi(
        Decimal("0.5") - Decimal("0.5"), Status.OK, 6
    )


def test_accounts_without_a_plan_take_the_tide_out_of_the_change():
    planned = [Kpi(Decimal(300), Status.OK, 2), Kpi(Decimal(100), Status.OK, 2), Kpi(None, Status.NO_DATA, 0)]
    others = [Kpi(Decimal(50), Status.OK, 1)]
    assert difference_in_differences(planned, others) == Kpi(Decimal(150), Status.OK, 3)
    assert difference_in_differences(planned, []) == Kpi(None, Status.NO_DATA, 2)
