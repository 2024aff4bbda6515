"""Writing to the simulated HubSpot account: batches that fail whole or in part."""

from __future__ import annotations

import json

import pytest
from hubspot_portal import CHANGED, Portal, problems

from sandbox.hubspot.portal.settings import Settings
from sandbox.refusals import Refusal


@pytest.fixture
def portal():
    return Portal()


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
