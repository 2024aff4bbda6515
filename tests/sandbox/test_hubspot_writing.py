"""Writing to the simulated HubSpot account: batches that fail whole or in part, values by type, computed figures."""

from __future__ import annotations

import json

import pytest
from hubspot_portal import CHANGED, Portal

from sandbox.hubspot.portal.settings import Settings
from sandbox.refusals import Refusal

LONG_DOUBLE = "0.200000000000000011102230246251565404236316680908203125"


@pytest.fixture
def portal():
    return Portal()


def problems(error: dict) -> list[tuple[str, str]]:
    """Name and error word of each entry of the array that the message embeds as text."""
    return [(one["name"], one["error"]) for one in json.loads(error["message"].partition(": ")[2])]


@pytest.mark.parametrize("root", ["/crm/v3/objects", "/crm/objects/2026-09"])
def test_a_batch_update_answers_200_in_the_order_of_its_rows(portal, root):
    ids = portal.ids("companies")
    inputs = [{"id": ids[key], "properties": {"city": key}} for key in ("a3", "a1")]
    answer = portal.ask("POST", f"{root}/companies/batch/update", {"inputs": inputs})
    assert answer["status"] == "COMPLETE"
    assert [row["properties"]["city"] for row in answer["results"]] == ["a3", "a1"]


def test_one_invalid_value_refuses_the_whole_batch_without_naming_the_row(portal):
    ids = portal.ids("companies")
    values = {ids["a1"]: {"city": "Oslo"}, ids["a2"]: {"annualrevenue": "lots", "no_such": "1", "hs_object_id": "2"}}
    error = portal.update("companies", values, status=400)
    assert error["category"] == "VALIDATION_ERROR"
    assert problems(error) == [
        ("annualrevenue", "INVALID_INTEGER"), ("no_such", "PROPERTY_DOESNT_EXIST"), ("hs_object_id", "READ_ONLY_VALUE"),
    ]  # fmt: skip
    assert ids["a2"] not in error["message"]
    assert portal.get("companies", ids["a1"], "city")["city"] is None


def test_vanished_rows_fail_alone(portal):
    ids = portal.ids("companies")
    portal.ask("DELETE", f"/crm/v3/objects/companies/{ids['a2']}", status=204)
    answer = portal.update("companies", {ids["a1"]: {"city": "Oslo"}, ids["a2"]: {"city": "Rom"}, "5": {}}, status=207)
    assert [row["id"] for row in answer["results"]] == [ids["a1"]]
    assert (answer["numErrors"], answer["errors"][0]["category"]) == (1, "OBJECT_NOT_FOUND")
    assert answer["errors"][0]["context"]["ids"] == [ids["a2"], "5"]


def test_the_same_id_twice_refuses_the_batch(portal):
    row = {"id": portal.ids("companies")["a1"], "properties": {"city": "Oslo"}}
    error = portal.ask("POST", "/crm/v3/objects/companies/batch/update", {"inputs": [row, row]}, status=400)
    assert "Duplicate IDs" in error["message"]


@pytest.mark.parametrize("size", [0, 101])
def test_a_batch_has_one_to_a_hundred_rows(portal, size):
    inputs = [{"id": str(number), "properties": {}} for number in range(size)]
    for action in ("update", "create", "archive"):
        portal.ask("POST", f"/crm/v3/objects/companies/batch/{action}", {"inputs": inputs}, status=400)


def test_a_rule_about_a_value_refuses_the_batch_until_its_row_is_alone(portal):
    ids = portal.ids("deals")
    portal.options.refusals.add(Refusal("INVALID_OPTION", "Not now", "deals", ids["d2"], "amount", times=None))
    values = {ids["d1"]: {"amount": "1"}, ids["d2"]: {"amount": "2"}}
    assert problems(portal.update("deals", values, status=400)) == [("amount", "INVALID_OPTION")]
    portal.update("deals", {ids["d1"]: {"amount": "1"}})
    portal.update("deals", {ids["d2"]: {"amount": "2"}}, status=400)
    assert [portal.get("deals", ids[key], "amount")["amount"] for key in ("d1", "d2")] == ["1", "3000"]


def test_another_rule_refuses_only_its_row(portal):
    ids = portal.ids("deals")
    portal.options.refusals.add(Refusal("RULE_VIOLATION", "Locked by finance", "deals", ids["d2"]))
    answer = portal.update("deals", {ids["d1"]: {"amount": "1"}, ids["d2"]: {"amount": "2"}}, status=207)
    assert [row["id"] for row in answer["results"]] == [ids["d1"]]
    assert answer["errors"] == [
        {
            "status": "error",
            "category": "RULE_VIOLATION",
            "message": "Locked by finance",
            "context": {"ids": [ids["d2"]]},
        }
    ]
    portal.update("deals", {ids["d2"]: {"amount": "2"}})


def test_a_single_write_is_refused_likewise(portal):
    deal = portal.ids("deals")["d1"]
    portal.options.refusals.add(Refusal("RULE_VIOLATION", "Locked by finance"))
    error = portal.ask("PATCH", f"/crm/v3/objects/deals/{deal}", {"properties": {"amount": 1}}, status=400)
    assert (error["category"], error["message"]) == ("RULE_VIOLATION", "Locked by finance")
    portal.ask("PATCH", f"/crm/v3/objects/deals/{deal}", {"properties": {"amount": 1}})
    portal.ask("PATCH", "/crm/v3/objects/deals/4711", {"properties": {"amount": 1}}, status=404)


def test_any_write_moves_the_modified_date_even_without_a_change(portal):
    company = portal.ids("companies")["a1"]
    answer = portal.update("companies", {company: {"name": "Acme"}})
    assert answer["results"][0]["updatedAt"] > f"{CHANGED:%Y-%m-%dT%H:%M:%S}.000Z"


def test_an_answer_to_a_write_shows_what_was_computed(portal):
    answer = portal.update("deals", {portal.ids("deals")["d2"]: {"dealstage": "closedwon"}})
    shown = answer["results"][0]["properties"]
    assert (shown["dealstage"], shown["hs_is_closed"], shown["hs_is_closed_won"]) == ("closedwon", "true", "true")
    assert (shown["hs_deal_stage_probability"], shown["hs_closed_amount"]) == ("1", "3000")


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
    changes = [{}, {"amount": 1000}, {"closedate": "2026-03-01"}, {"closedate": ""}, {"deal_currency_code": "EUR"}]
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


def test_a_batch_create_answers_201_with_the_associations_asked_for(portal):
    company = portal.ids("companies")["a1"]
    link = {"to": {"id": company}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]}
    body = {"inputs": [{"properties": {"dealname": "New", "dealstage": "proposal"}, "associations": [link]}]}
    answer = portal.ask("POST", "/crm/v3/objects/deals/batch/create", body, status=201)
    deal = answer["results"][0]["id"]
    assert {"deals": deal, "companies": company} in [
        {one["from"]: one["from_id"], one["to"]: one["to_id"]} for one in portal.simulator.state()["associations"]
    ]


def test_a_create_that_cannot_be_leaves_nothing_behind(portal):
    link = {"to": {"id": "4711"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]}
    inputs = [{"properties": {"dealname": "Fine"}}, {"properties": {"dealname": "Bad"}, "associations": [link]}]
    portal.ask("POST", "/crm/v3/objects/deals/batch/create", {"inputs": inputs}, status=404)
    assert len(portal.rows("deals")) == 3


def test_rows_of_a_create_fail_alone_when_each_has_a_trace_of_its_own(portal):
    inputs = [
        {"objectWriteTraceId": "t1", "properties": {"email": "new@acme.example"}},
        {"objectWriteTraceId": "t2", "properties": {"email": "EVA@acme.example"}},
    ]
    answer = portal.ask("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": inputs}, status=207)
    assert [row["objectWriteTraceId"] for row in answer["results"]] == ["t1"]
    assert (answer["errors"][0]["category"], answer["errors"][0]["context"]) == (
        "CONFLICT", {"objectWriteTraceId": ["t2"]},
    )  # fmt: skip
    known = portal.ids("contacts")["c1"]
    inputs[1].pop("objectWriteTraceId")
    error = portal.ask("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": inputs[1:]}, status=409)
    assert error["message"] == f"Contact already exists. Existing ID: {known}"


def test_a_batch_archive_answers_204_whatever_was_there(portal):
    inputs = [{"id": portal.ids("deals")["d1"]}, {"id": "4711"}]
    portal.ask("POST", "/crm/v3/objects/deals/batch/archive", {"inputs": inputs}, status=204)
    assert [row["archived"] for row in portal.rows("deals")] == [True, False, False]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"inputs": {}}', b'{"inputs": [{"properties": {}}]}', b"\xff"])
def test_a_body_that_is_not_what_it_should_be_is_refused(portal, body):
    response = portal.answer("POST", "/crm/v3/objects/deals/batch/update", sent=body)
    assert (response.status_code, json.loads(response.get_data())["category"]) == (400, "VALIDATION_ERROR")


def test_writes_by_merged_away_ids_can_be_missed(portal):
    ids = portal.ids("companies")
    merged = portal.simulator.merge("companies", ids["a1"], ids["a2"])
    portal.update("companies", {ids["a2"]: {"city": "Oslo"}})
    assert portal.get("companies", merged, "city")["city"] == "Oslo"
    strict = Portal(settings=Settings(old_ids_take_writes=False))
    ids = strict.ids("companies")
    strict.simulator.merge("companies", ids["a1"], ids["a2"])
    assert strict.update("companies", {ids["a2"]: {"city": "Oslo"}}, status=207)["results"] == []
