"""Values in the simulated HubSpot account: what each type takes, how it is kept, what is computed from it."""

from __future__ import annotations

import pytest
from hubspot_portal import Portal, problems

LONG_DOUBLE = "0.200000000000000011102230246251565404236316680908203125"


@pytest.fixture
def portal():
    return Portal()


def test_computed_numbers_are_printed_doubles(portal):
    shown = portal.get("deals", portal.ids("deals")["d2"], "hs_deal_stage_probability", "hs_exchange_rate")
    assert (shown["hs_deal_stage_probability"], shown["hs_exchange_rate"]) == (LONG_DOUBLE, "1")


def test_a_deals_own_probability_holds_until_its_stage_changes(portal):
    deal = portal.ids("deals")["d3"]
    odds = [float(portal.get("deals", deal, "hs_deal_stage_probability")["hs_deal_stage_probability"])]
    for values in ({"dealname": "Still loose"}, {"dealstage": "qualification"}):
        portal.update("deals", {deal: values})
        odds.append(float(portal.get("deals", deal, "hs_deal_stage_probability")["hs_deal_stage_probability"]))
    assert odds == [0.4, 0.4, 0.2]


def test_the_home_amount_follows_amount_currency_and_close_date(portal):
    deal = portal.ids("deals")["d1"]
    changes = [{}, {"amount": 1000}, {"closedate": "2026-01-01"}, {"closedate": ""}, {"deal_currency_code": "EUR"}]
    seen = []
    for values in changes:
        portal.update("deals", {deal: values})
        shown = portal.get("deals", deal, "hs_exchange_rate", "amount_in_home_currency")
        seen.append((float(shown["hs_exchange_rate"]), float(shown["amount_in_home_currency"])))
    # half a year's dated rate, the next one's, and without a date the current one
    assert seen == [(0.625, 3125), (0.625, 625), (0.5, 500), (0.8, 800), (1, 1000)]


def test_a_line_item_is_worth_quantity_times_price_less_discount(portal):
    item = portal.ids("line_items")["l1"]
    assert portal.get("line_items", item, "amount")["amount"] == "4900"
    portal.update("line_items", {item: {"quantity": "10"}})
    assert portal.get("line_items", item, "amount")["amount"] == "1250"
    portal.update("line_items", {item: {"hs_discount_percentage": "20"}})
    assert float(portal.get("line_items", item, "amount")["amount"]) == 1000


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("amount", 12.5, "12.5"),
        ("amount", "", None),
        ("amount", None, None),
        ("closedate", "2026-12-31", "2026-12-31T00:00:00Z"),
        ("closedate", 1798675200000, "2026-12-31T00:00:00Z"),
        ("closedate", "2026-12-31T10:30:00+02:00", "2026-12-31T08:30:00.000Z"),
        ("hs_manual_forecast_category", "COMMIT", "COMMIT"),
        ("description", "Tschüß 👋", "Tschüß 👋"),
    ],
)
def test_values_are_kept_as_text_in_hubspots_form(portal, name, sent, kept):
    deal = portal.ids("deals")["d2"]
    portal.update("deals", {deal: {name: sent}})
    assert portal.get("deals", deal, name)[name] == kept


@pytest.mark.parametrize(
    ("kind", "name", "sent", "error"),
    [
        ("deals", "amount", "1,234", "INVALID_INTEGER"),
        ("deals", "amount", "NaN", "INVALID_INTEGER"),
        ("deals", "amount", "1e999", "INVALID_INTEGER"),
        ("deals", "closedate", "31.12.2026", "INVALID_DATE"),
        ("deals", "closedate", "2026-12-31T10:30:00", "INVALID_DATE"),
        ("deals", "dealstage", "nowhere", "INVALID_OPTION"),
        ("deals", "deal_currency_code", "JPY", "INVALID_OPTION"),
        ("deals", "hubspot_owner_id", "1", "INVALID_OWNER_ID"),
        ("deals", "hs_is_closed", "true", "READ_ONLY_VALUE"),
        ("contacts", "hs_buying_role", "CHAMPION;KING", "INVALID_OPTION"),
        ("contacts", "left_company", "perhaps", "INVALID_OPTION"),
        ("contacts", "associatedcompanyid", "1", "READ_ONLY_VALUE"),
        ("line_items", "hs_recurring_billing_start_date", "1798675200001", "INVALID_DATE"),
        ("line_items", "hs_recurring_billing_start_date", "20261231", "INVALID_DATE"),
        ("companies", "description", "x" * 65_537, "PROPERTY_VALUE_TOO_LONG"),
    ],
)
def test_values_are_refused_by_type(portal, kind, name, sent, error):
    record = next(iter(portal.ids(kind).values()))
    assert problems(portal.update(kind, {record: {name: sent}}, status=400)) == [(name, error)]


def test_a_date_is_a_day_or_midnight_utc_in_milliseconds(portal):
    item = portal.ids("line_items")["l1"]
    for sent in ("2026-12-31", 1798675200000):
        portal.update("line_items", {item: {"hs_recurring_billing_start_date": sent}})
        shown = portal.get("line_items", item, "hs_recurring_billing_start_date")
        assert shown["hs_recurring_billing_start_date"] == "2026-12-31"


def test_several_options_are_joined_by_semicolons(portal):
    contact = portal.ids("contacts")["c2"]
    portal.update("contacts", {contact: {"hs_buying_role": "DECISION_MAKER;CHAMPION", "left_company": True}})
    shown = portal.get("contacts", contact, "hs_buying_role", "left_company")
    assert (shown["hs_buying_role"], shown["left_company"]) == ("DECISION_MAKER;CHAMPION", "true")
