"""Worked examples: money, rates and what is sold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from acme import deal, kpi, numbered, result, won
from companies import EVERYTHING

from adapters.base import Kind
from connector.kpis.figures import kpi_document
from connector.kpis.result import Kpi, Status
from mappings.entities import Account, LineItem, Product, Rate

DOLLARS = {"currency": "USD", "amount": "100"}


def rate(per_home, start=None, end=None, currency="USD"):
    on = [None if text is None else date.fromisoformat(text) for text in (start, end)]
    return Rate(currency=currency, per_home=Decimal(per_home), start=on[0], end=on[1])


def revenue(deals, crm_rates=(), **terms):
    return kpi("revenue", deals=deals, reference={"rates": list(crm_rates)}, **terms)


def test_a_dated_rate_holds_from_its_first_day_to_before_its_last():
    rates = [rate("1.25", "2026-01-01", "2026-04-01"), rate("2", "2026-04-01"), rate("5")]
    on_the_days = {"2025-12-31": 20, "2026-01-01": 80, "2026-03-31": 80, "2026-04-01": 50}
    for day, euros in on_the_days.items():
        assert revenue([won(day, **DOLLARS)], rates).value == euros


def test_where_no_dated_rate_follows_the_current_one_holds():
    assert revenue([won("2026-04-01", **DOLLARS)], [rate("1.25", "2026-01-01", "2026-04-01"), rate("5")]).value == 20


def test_a_missing_rate_is_never_one_to_one():
    mixed = revenue([won("2026-05-01", **DOLLARS), won("2026-05-01")])
    assert mixed == Kpi(None, Status.MIXED_CURRENCY, 2)


def test_a_missing_rate_is_reported_with_its_currency():
    problems = result(deals=[won("2026-05-01", **DOLLARS)]).problems
    assert problems == ["1 deal (d1) in a currency without an exchange rate (USD): give it one under `rates`"]


def test_configured_rates_stand_in_where_the_crm_has_none():
    assert revenue([won("2026-05-01", **DOLLARS)], rates={"USD": Decimal("0.92")}).value == 92


def test_the_crms_rate_goes_before_a_configured_one():
    assert revenue([won("2026-05-01", **DOLLARS)], [rate("1.25")], rates={"USD": Decimal("0.92")}).value == 80


def test_the_amount_that_the_crm_converted_itself_is_taken_as_it_is():
    converted = won("2026-05-01", **DOLLARS, home_amount="81.37", exchange_rate="0.8137")
    assert revenue([converted]).value == Decimal("81.37")


def test_a_rate_per_deal_serves_where_the_converted_amount_is_missing():
    assert revenue([won("2026-05-01", **DOLLARS, exchange_rate="0.8")]).value == 80


def test_home_amounts_go_on_to_the_reporting_currency():
    francs = revenue([won("2026-05-01", **DOLLARS, home_amount="80")], currency="CHF", rates={"EUR": Decimal("0.95")})
    assert francs.value == 76


def test_a_deal_without_a_currency_is_in_the_organisations_own():
    euros = [won("2026-05-01", amount="100")]
    assert revenue(euros).value == 100
    assert revenue(euros, currency="USD", rates={"EUR": Decimal("1.1")}).value == 110


def test_an_organisation_whose_currency_is_unknown_has_no_rate_for_it():
    unknown = kpi("revenue", deals=[won("2026-05-01")], reference={"home": None})
    assert unknown.status is Status.MIXED_CURRENCY


def test_a_deal_without_an_amount_counts_but_is_not_summed():
    deals = [won("2026-05-01"), won("2026-05-01", amount=None)]
    assert revenue(deals) == Kpi(Decimal(1000), Status.OK, 1)
    assert kpi("win_rate", deals=deals).n == 2


def test_revenue_of_nothing_is_zero_and_its_growth_unknown():
    assert revenue([]) == Kpi(Decimal(0), Status.OK, 0)
    assert kpi("revenue_growth", deals=[won("2026-05-01")]).status is Status.NO_DATA


def test_growth_compares_two_windows():
    growth = kpi("revenue_growth", deals=[won("2026-06-30", amount="500"), won("2025-06-30", amount="400")])
    assert growth == Kpi(Decimal("0.25"), Status.OK, 2, Decimal(500), Decimal(400))


def test_growth_over_a_window_that_adds_up_to_zero_is_unknown():
    before = [won("2025-06-30", amount="400"), won("2025-06-30", amount="-400")]
    assert kpi("revenue_growth", deals=[won("2026-06-30"), *before]).status is Status.ZERO_DENOMINATOR


def test_revenue_from_a_field_is_unknown_where_the_field_is_empty():
    chosen = {"settings": {"revenue_source": "field"}}
    rich = {"acme": Account(annual_revenue=Decimal(7000))}
    assert kpi("revenue", **chosen).status is Status.NO_DATA
    assert kpi("revenue", accounts=rich, **chosen).value == 7000


def test_revenue_from_a_field_that_nobody_mapped_is_not_configured():
    mapped = EVERYTHING - {(Kind.ACCOUNT, "annual_revenue")}
    unmapped = kpi("revenue", settings={"revenue_source": "field"}, reference={"mapped": mapped})
    assert unmapped == Kpi(None, Status.NOT_CONFIGURED, 0)


def test_margin_speaks_only_of_items_whose_cost_is_known():
    items = [
        LineItem(deal="d1", amount=Decimal(100), quantity=Decimal(2), unit_cost=Decimal(30)),
        LineItem(deal="d1", amount=Decimal(300)),
    ]
    company = {"deals": [won("2026-05-01")], "line_items": items}
    assert kpi("margin_rate", **company) == Kpi(Decimal("0.4"), Status.OK, 1, Decimal(40), Decimal(100))
    assert kpi("margin_known_share", **company) == Kpi(Decimal("0.25"), Status.OK, 2, Decimal(100), Decimal(400))


def test_a_products_cost_is_in_the_organisations_currency():
    sold = won("2026-05-01", currency="USD", exchange_rate="0.8")
    items = [LineItem(deal="d1", product="p", amount=Decimal(100), quantity=Decimal(1))]
    products = {"p": Product(unit_cost=Decimal(20))}
    margin = kpi("margin_rate", deals=[sold], line_items=items, reference={"products": products})
    assert margin.value == Decimal("0.75")


def test_an_item_without_an_amount_is_worth_quantity_times_price():
    items = [LineItem(deal="d1", quantity=Decimal(3), unit_price=Decimal(50), unit_cost=Decimal(20))]
    assert kpi("margin_rate", deals=[won("2026-05-01")], line_items=items).denominator == 150


PRODUCTS = {
    "p1": Product(family="Core", active=True),
    "p2": Product(family="Core", active=False),
    "p3": Product(active=True),
    "p4": Product(family="Old", active=False),
}


def penetration(deals, items, **company):
    return result(deals=deals, line_items=items, reference={"products": PRODUCTS}, **company).kpis


def test_penetration_counts_active_lines_and_a_line_lives_while_one_product_does():
    items = [LineItem(deal="d1", product=product) for product in ("p2", "p4")]
    found = penetration([won("2026-05-01")], items)
    assert found["product_penetration"] == Kpi(Decimal("0.5"), Status.OK, 2, 1, 2)
    assert found["product_lines_sold"].value == 2
    assert found["whitespace_lines"].value == 1


def test_what_is_on_offer_is_neither_sold_nor_white_space():
    found = penetration([deal("offer")], [LineItem(deal="d1", product="p3")])
    assert (found["product_penetration"].value, found["whitespace_lines"].value) == (0, 1)


@pytest.mark.parametrize(("closed", "lines"), [("2023-07-01", 1), ("2023-06-30", 0)])
def test_a_sale_without_an_end_lives_for_three_years(closed, lines):
    assert penetration([won(closed)], [LineItem(deal="d1", product="p1")])["product_lines_sold"].value == lines


@pytest.mark.parametrize(("end", "value"), [(date(2026, 6, 30), 1200), (date(2026, 6, 29), 0)])
def test_recurring_revenue_lives_through_its_last_day(end, value):
    item = LineItem(deal="d1", recurring_annual=Decimal(1200), recurring_start=date(2026, 1, 1), recurring_end=end)
    assert kpi("recurring_revenue", deals=[won("2025-12-01")], line_items=[item]).value == value


def test_subsidiaries_are_units_of_their_own_under_a_hierarchy():
    accounts = {"acme": Account(), "sub": Account(parent="acme")}
    deals = numbered("d", [won("2026-05-01"), won("2026-05-01", account="sub", amount="50")])
    company = {
        "accounts": accounts,
        "deals": list(deals.values()),
        "line_items": [LineItem(deal="d2", product="p1")],
        "reference": {"products": PRODUCTS, "children": {"acme": ["sub"]}},
    }
    whole = result(settings={"rollup": "hierarchy"}, **company).kpis
    alone = result(**company).kpis
    assert (whole["revenue"].value, alone["revenue"].value) == (1050, 1000)
    assert whole["product_penetration"] == Kpi(Decimal("0.25"), Status.OK, 4, 1, 4)


def test_a_loop_of_parents_is_reported_and_walked_once():
    accounts = {"acme": Account(parent="sub"), "sub": Account(parent="acme")}
    looped = result(
        settings={"rollup": "hierarchy"},
        accounts=accounts,
        deals=[won("2026-05-01"), won("2026-05-01", account="sub")],
        reference={"children": {"acme": ["sub"], "sub": ["acme"]}},
    )
    assert looped.kpis["revenue"].value == 2000
    assert "account acme comes back to itself" in looped.problems[0]


def test_amounts_beyond_any_sum_of_money_do_not_break_the_run():
    huge = revenue([won("2026-05-01", amount="1.7E+308"), won("2026-05-01", amount="0.01")])
    assert huge.value - Decimal("1.7E+308") < 1
    assert kpi_document("revenue", huge)["value"] == 1.7e308
