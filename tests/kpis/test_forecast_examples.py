"""Worked examples: forecasts frozen at the start of quarters, and what came of them. Today is 30 June 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from acme import deal, kpi, won
from companies import EVERYTHING

from adapters.base import Kind
from connector.kpis.forecasting import is_committed
from connector.kpis.months import add_months, quarter_of, quarters_before
from connector.kpis.result import Kpi, Status
from mappings.entities import DealHistory
from mappings.forecast import FrozenDeal

JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)
CREATED = datetime(2025, 11, 1, tzinfo=UTC)


def told(deal_id, at, **fields):
    return DealHistory.model_validate({"deal": deal_id, "at": at, **fields})


def frozen(deal_id, day, amount, closes, **fields):
    return FrozenDeal(deal_id, day, Decimal(amount), None, date.fromisoformat(closes), **fields)


def accuracy(deals, key="forecast_accuracy", **company):
    settings = {"min_sample": 0, "forecast": "commit", **company.pop("settings", {})}
    return kpi(key, deals=deals, settings=settings, **company)


TWO_QUARTERS = {
    "deals": [won("2026-03-15", amount="1000"), won("2026-05-15", amount="400"), deal("offer", amount="1")],
    "frozen": [
        frozen("d1", JANUARY, 900, "2026-03-31", forecast_category="Commit"),
        frozen("d2", APRIL, 400, "2026-06-30", forecast_category="COMMIT"),
        frozen("d3", APRIL, 100, "2026-06-30", forecast_category="Closed"),
        frozen("d3", JANUARY, 5000, "2026-03-31", forecast_category="Pipeline"),
    ],
    "reference": {"frozen_days": frozenset({JANUARY, APRIL}), "mapped": EVERYTHING - {(Kind.DEAL_HISTORY, "amount")}},
}


def test_accuracy_adds_up_the_errors_of_the_quarters_whatever_their_side():
    assert accuracy(**TWO_QUARTERS) == Kpi(1 - Decimal(200) / 1400, Status.OK, 3, Decimal(200), Decimal(1400))


def test_in_the_bias_errors_to_both_sides_cancel_each_other_out():
    assert accuracy(key="forecast_bias", **TWO_QUARTERS) == Kpi(Decimal(0), Status.OK, 3, Decimal(0), Decimal(1400))


def test_a_forecast_of_few_deals_is_low_in_sample():
    assert accuracy(**TWO_QUARTERS, settings={"min_sample": 4}).status is Status.LOW_SAMPLE


def test_without_a_snapshot_and_without_history_nobody_knows():
    unmapped = {"mapped": EVERYTHING - {(Kind.DEAL_HISTORY, "amount")}}
    assert accuracy([won("2026-03-15")], reference=unmapped) == Kpi(None, Status.NO_DATA, 0)


HISTORY = [
    told("d1", CREATED, amount="800", close_date="2026-03-01", stage="demo", forecast_category="Pipeline"),
    told("d1", datetime(2026, 1, 1, tzinfo=UTC), amount="900", stage="offer", forecast_category="Forecast"),
    told("d1", datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC), amount="1000", close_date="2026-07-01"),
]


def test_the_crms_history_tells_what_a_deal_was_at_the_start_of_the_day():
    deals = [won("2026-03-15", amount="1000", created_at=CREATED)]
    assert accuracy(deals, history=HISTORY) == Kpi(Decimal("0.9"), Status.OK, 1, Decimal(100), Decimal(1000))


def test_weighted_a_forecast_takes_the_probability_of_the_stage_of_then():
    deals = [won("2026-03-15", amount="1000", created_at=CREATED)]
    weighted = accuracy(deals, history=HISTORY, settings={"forecast": "weighted"})
    assert weighted.value == 1 - (1000 - 900 * Decimal("0.8")) / 1000


def test_a_probability_that_the_history_tells_goes_before_the_stages():
    deals = [won("2026-03-15", amount="1000", created_at=CREATED)]
    history = [*HISTORY, told("d1", CREATED, probability="0.5")]
    assert accuracy(deals, history=history, settings={"forecast": "weighted"}).numerator == 550


@pytest.mark.parametrize(("used", "value"), [(True, Decimal("0.9")), (False, Decimal("0.72"))])
def test_without_a_choice_a_forecast_goes_by_categories_where_deals_have_them(used, value):
    deals = [won("2026-03-15", amount="1000", created_at=CREATED)]
    found = accuracy(deals, history=HISTORY, settings={"forecast": None}, reference={"uses_categories": used})
    assert found.value == value


def test_the_day_on_which_a_forecast_is_frozen_begins_in_the_configured_zone():
    deals = [won("2026-03-15", amount="1000", created_at=CREATED)]
    late = [HISTORY[0], told("d1", datetime(2025, 12, 31, 23, 30, tzinfo=UTC), forecast_category="Commit")]
    assert accuracy(deals, history=late).numerator == 200
    assert accuracy(deals, history=late, zone="Europe/Paris").numerator == 1000


def test_a_deal_made_after_the_day_was_not_forecast():
    deals = [won("2026-03-15", amount="1000", created_at=datetime(2026, 1, 2, tzinfo=UTC))]
    assert accuracy(deals) == Kpi(Decimal(0), Status.OK, 1, Decimal(1000), Decimal(1000))


def test_a_quarter_with_a_deal_of_which_nothing_is_told_is_left_out():
    silent = deal("offer", created_at=CREATED)
    assert accuracy([won("2026-03-15", created_at=datetime(2026, 1, 2, tzinfo=UTC)), silent]).status is Status.NO_DATA
    settled = won("2025-12-31", created_at=CREATED)
    known = accuracy([won("2026-03-15", created_at=datetime(2026, 1, 2, tzinfo=UTC)), settled])
    assert (known.status, known.denominator) == (Status.OK, 1000 + 1000)


def test_quarters_that_add_up_to_nothing_have_no_accuracy():
    deals = [deal("offer", created_at=CREATED)]
    none_won = accuracy(deals, history=HISTORY)
    assert none_won == Kpi(None, Status.ZERO_DENOMINATOR, 1, Decimal(900), Decimal(0))


def test_a_forecast_in_a_currency_without_a_rate_is_unknown():
    dollars = [won("2026-03-15", currency="USD", created_at=CREATED)]
    assert accuracy(dollars, history=HISTORY) == Kpi(None, Status.MIXED_CURRENCY, 1)


def test_a_way_to_forecast_that_no_field_feeds_is_not_configured():
    mapped = EVERYTHING - {(Kind.DEAL, "forecast_category"), (Kind.DEAL_HISTORY, "forecast_category")}
    assert accuracy([], reference={"mapped": mapped}).status is Status.NOT_CONFIGURED
    assert accuracy([], reference={"mapped": mapped}, settings={"forecast": "weighted"}).status is Status.NO_DATA


@pytest.mark.parametrize("word", ["Commit", "COMMIT", "Forecast", "Closed", "CLOSED"])
def test_each_crms_words_for_commit_and_closed_are_known(word):
    assert is_committed(word)


@pytest.mark.parametrize("word", ["Pipeline", "BestCase", "BEST_CASE", "MostLikely", "OMIT", "Omitted", "", None])
def test_what_nobody_stands_for_is_no_commitment(word):
    assert not is_committed(word)


def test_fiscal_quarters_follow_the_month_in_which_the_year_begins():
    quarter = quarter_of(date(2026, 2, 14), 2)
    assert (quarter.first, quarter.last) == (date(2026, 2, 1), date(2026, 4, 30))
    assert quarter_of(date(2026, 1, 31), 2).first == date(2025, 11, 1)


def test_a_quarter_that_ends_today_is_closed():
    assert next(quarters_before(date(2026, 6, 30), 1)).last == date(2026, 6, 30)
    assert next(quarters_before(date(2026, 6, 29), 1)).last == date(2026, 3, 31)


def test_a_month_that_is_too_short_gives_its_last_day():
    assert add_months(date(2026, 5, 31), 1) == date(2026, 6, 30)
    assert add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)
