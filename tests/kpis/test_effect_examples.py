"""Worked examples: the twelve months from the start of a plan against the twelve before. Today is 30 June 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from acme import T, deal, kpi, lost, won

from connector.kpis.comparison import Drift, Weighed, difference_in_differences
from connector.kpis.facts import Kept
from connector.kpis.result import Kpi, Status
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
    early = change("revenue", won("2026-05-01"), start=date(2025, 7, 1))
    assert early == Kpi(None, Status.NO_DATA, 0, known_on=date(2026, 7, 1))
    assert change("revenue", won("2026-05-01"), start=None).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("start", "day"), [(START, None), (date(2026, 3, 1), date(2027, 3, 1)), (date(2028, 2, 29), date(2029, 2, 28))]
)
def test_the_day_on_which_it_will_be_known_is_told(start, day):
    assert change("win_rate", won("2026-05-01"), start=start).known_on == day


@pytest.mark.parametrize("start", [date.min, date(1, 5, 1), date.max])
def test_a_start_at_either_end_of_the_calendar_stops_nothing(start):
    assert change("units", won("2026-05-01"), start=start).value in {0, None}


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


def test_access_is_what_the_history_of_figures_kept_of_each_sides_last_day():
    """A CRM tells the last activity alone: what the access was a year ago, no record says."""
    half, most = (Kpi(None, Status.OK, n, k, n) for k, n in ((1, 2), (3, 4)))
    begun = datetime(2025, 2, 28, 23, tzinfo=UTC)
    kept = [Kept(begun, T.replace(year=2025), half), Kept(T.replace(year=2025), None, most)]
    known = [replace(one, kpi=replace(one.kpi, value=Decimal(one.kpi.numerator) / one.kpi.n)) for one in kept]
    assert change("c_level_access", access={"acme": known}).value == Decimal("0.25")
    late = [replace(known[0], since=begun + timedelta(hours=1)), known[1]]
    assert change("c_level_access", access={"acme": late}).status is Status.NO_DATA
    assert change("c_level_access").status is Status.NO_DATA


GROUP = {"acme": Account(), "sub": Account(parent="acme"), "third": Account(parent="acme")}
BELOW = {
    "accounts": GROUP,
    "settings": {"rollup": "hierarchy", "min_sample": 0},
    "reference": {"children": {"acme": ["sub", "third"]}},
}


def begun(**starts):
    return {unit: AccountPlan(plan=Plan(started_on=start)) for unit, start in starts.items()}


def test_the_accounts_own_plan_is_for_those_below_it_whatever_plans_these_have():
    plans = begun(acme=START, sub=date(2024, 3, 1))
    deals = [won("2025-02-28", account="sub", amount="5"), won("2025-03-01", account="sub", amount="7")]
    assert kpi("delta_revenue", deals=deals, plans=plans, **BELOW).value == 2


def test_without_a_plan_of_its_own_an_account_has_the_changes_of_those_below_it_as_one():
    plans = begun(sub=START, third=date(2024, 3, 1))
    deals = [
        won("2025-02-28", account="sub", amount="5"),
        won("2025-03-01", account="sub", amount="7"),
        won("2024-02-28", account="third", amount="10"),
        won("2024-03-01", account="third", amount="100"),
        won("2025-05-01", amount="9999"),
    ]
    assert kpi("delta_revenue", deals=deals, plans=plans, **BELOW) == Kpi(Decimal(92), Status.OK, 4)
    young = begun(sub=START, third=date(2026, 3, 1))
    assert kpi("delta_revenue", deals=deals, plans=young, **BELOW).value == 2
    assert kpi("delta_revenue", deals=deals, plans=begun(third=date(2026, 3, 1)), **BELOW).known_on == date(2027, 3, 1)


def test_accounts_without_a_plan_take_the_tide_out_of_the_change():
    """With a plan, won 1 of 2 before and 3 of 4 after: +0.25; without one, 2 of 4 and 3 of 5: +0.1; beyond it 0.15."""
    planned = Drift(Weighed(3, 4), Weighed(1, 2), 1)
    others = Drift(Weighed(3, 5), Weighed(2, 4), 7)
    assert difference_in_differences(planned, others) == Kpi(Decimal("0.15"), Status.OK, 8)
    assert difference_in_differences(planned, Drift()) == Kpi(None, Status.NO_DATA, 1)
    rateless = Drift(Weighed(rate_missing=True), Weighed())
    assert difference_in_differences(planned, rateless).status is Status.MIXED_CURRENCY
