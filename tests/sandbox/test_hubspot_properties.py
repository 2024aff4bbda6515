"""Property definitions of the simulated HubSpot account."""

from __future__ import annotations

import pytest
from hubspot_portal import Portal

ROOTS = pytest.mark.parametrize("root", ["/crm/v3/properties", "/crm/properties/2026-09"])
NUMBER = {"name": "score", "label": "Score", "type": "number", "fieldType": "number", "groupName": "companyinformation"}


@pytest.fixture
def portal():
    return Portal()


def defined(portal: Portal, kind: str, root: str = "/crm/v3/properties") -> dict[str, dict]:
    return {one["name"]: one for one in portal.ask("GET", f"{root}/{kind}")["results"]}


@ROOTS
def test_each_object_type_has_its_standard_properties(portal, root):
    types = {name: (one["type"], one["fieldType"]) for name, one in defined(portal, "deals", root).items()}
    assert types["amount"] == ("number", "number")
    assert types["closedate"] == ("datetime", "date")
    assert types["dealstage"] == ("enumeration", "radio")
    assert types["hs_is_closed"] == ("bool", "booleancheckbox")
    assert "lastmodifieddate" in defined(portal, "contacts", root)
    assert "hs_lastmodifieddate" not in defined(portal, "contacts", root)
    assert {"hs_product_id", "quantity", "price"} <= defined(portal, "line_items", root).keys()


def test_a_definition_says_what_is_writable(portal):
    companies = defined(portal, "companies")
    assert companies["hs_num_child_companies"]["calculated"] is True
    assert companies["hs_num_child_companies"]["modificationMetadata"]["readOnlyValue"] is True
    assert companies["name"]["modificationMetadata"] == {
        "archivable": False, "readOnlyDefinition": True, "readOnlyOptions": False, "readOnlyValue": False,
    }  # fmt: skip
    assert companies["potential_revenue"]["hubspotDefined"] is False
    assert companies["potential_revenue"]["modificationMetadata"]["readOnlyDefinition"] is False


def test_options_come_from_the_account(portal):
    deals, contacts = defined(portal, "deals"), defined(portal, "contacts")
    assert [one["value"] for one in deals["dealstage"]["options"]][:2] == ["qualification", "proposal"]
    assert [one["value"] for one in deals["deal_currency_code"]["options"]] == ["EUR", "USD"]
    assert [one["value"] for one in contacts["stance"]["options"]] == ["Promoter"]
    assert "DECISION_MAKER" in {one["value"] for one in contacts["hs_buying_role"]["options"]}
    assert deals["hubspot_owner_id"]["referencedObjectType"] == "OWNER"
    (industry,) = defined(portal, "companies")["industry"]["options"]
    assert (industry["value"], industry["label"]) == ("COMPUTER_SOFTWARE", "Computer Software")


@ROOTS
def test_a_property_can_be_created_written_and_read(portal, root):
    made = portal.ask("POST", f"{root}/companies", NUMBER, status=201)
    assert (made["name"], made["hubspotDefined"], made["archived"]) == ("score", False, False)
    company = portal.ids("companies")["a1"]
    portal.update("companies", {company: {"score": 0.625}})
    assert portal.get("companies", company, "score")["score"] == "0.625"
    assert portal.ask("GET", f"{root}/companies/score")["type"] == "number"


def test_a_name_is_taken_only_once(portal):
    portal.ask("POST", "/crm/v3/properties/companies", NUMBER, status=201)
    assert portal.ask("POST", "/crm/v3/properties/companies", NUMBER, status=409)["category"] == "CONFLICT"
    portal.ask("POST", "/crm/v3/properties/companies", {**NUMBER, "name": "domain"}, status=409)


@pytest.mark.parametrize(
    "change",
    [
        {"label": ""},
        {"groupName": "nowhere"},
        {"name": "Score"},
        {"name": "1score"},
        {"type": "decimal"},
        {"type": "date"},
        {"numberDisplayHint": "huge"},
        {"type": "enumeration", "fieldType": "select", "options": [{"label": "A"}]},
        {"type": "bool", "fieldType": "booleancheckbox", "options": [{"label": "Yes", "value": "yes"}]},
    ],
)
def test_a_definition_that_cannot_be_is_refused(portal, change):
    error = portal.ask("POST", "/crm/v3/properties/companies", {**NUMBER, **change}, status=400)
    assert error["category"] == "VALIDATION_ERROR"


def test_display_hints_exist_only_in_the_older_family(portal):
    wish = {**NUMBER, "numberDisplayHint": "percentage", "showCurrencySymbol": False}
    older = portal.ask("POST", "/crm/v3/properties/companies", wish, status=201)
    assert older["numberDisplayHint"] == "percentage"
    dated = portal.ask("POST", "/crm/properties/2026-09/companies", {**wish, "name": "share"}, status=201)
    assert "numberDisplayHint" not in dated


def test_options_need_an_order_since_2026_09(portal):
    wish = {**NUMBER, "type": "enumeration", "fieldType": "select", "options": [{"label": "A", "value": "a"}]}
    portal.ask("POST", "/crm/properties/2026-09/companies", wish, status=400)
    assert portal.ask("POST", "/crm/v3/properties/companies", wish, status=201)["options"][0]["displayOrder"] == 0


def test_a_boolean_gets_its_two_options(portal):
    wish = {**NUMBER, "type": "bool", "fieldType": "booleancheckbox"}
    made = portal.ask("POST", "/crm/v3/properties/companies", wish, status=201)
    assert [one["value"] for one in made["options"]] == ["true", "false"]


@ROOTS
def test_groups_are_created_once(portal, root):
    wish = {"name": "playmaker", "label": "Playmaker", "displayOrder": 3}
    assert portal.ask("POST", f"{root}/companies/groups", wish, status=201)["displayOrder"] == 3
    portal.ask("POST", f"{root}/companies/groups", wish, status=409)
    portal.ask("POST", f"{root}/companies/groups", {"name": "x"}, status=400)
    names = [one["name"] for one in portal.ask("GET", f"{root}/companies/groups")["results"]]
    assert names == ["companyinformation", "playmaker"]
    assert portal.ask("GET", f"{root}/companies/groups/playmaker")["label"] == "Playmaker"
    portal.ask("GET", f"{root}/companies/groups/nowhere", status=404)


def test_a_batch_creates_what_it_can(portal):
    body = {"inputs": [NUMBER, {**NUMBER, "name": "name"}, {**NUMBER, "name": "rank"}]}
    answer = portal.ask("POST", "/crm/v3/properties/companies/batch/create", body, status=207)
    assert [one["name"] for one in answer["results"]] == ["score", "rank"]
    assert [(one["category"], one["context"]["name"]) for one in answer["errors"]] == [("CONFLICT", ["name"])]
    body = {"inputs": [{"name": "rank"}, {"name": "nothing"}]}
    answer = portal.ask("POST", "/crm/properties/2026-09/companies/batch/read", body)
    assert ([one["name"] for one in answer["results"]], answer["numErrors"]) == (["rank"], 1)


def test_a_custom_property_can_be_changed_and_a_standard_one_not(portal):
    changed = portal.ask("PATCH", "/crm/v3/properties/companies/potential_revenue", {"label": "Potential"})
    assert (changed["label"], changed["type"]) == ("Potential", "number")
    portal.ask("PATCH", "/crm/v3/properties/companies/domain", {"label": "Web"}, status=400)
    portal.ask("PATCH", "/crm/v3/properties/companies/nothing", {"label": "Web"}, status=404)


def test_an_archived_property_vanishes_everywhere(portal):
    company = portal.ids("companies")["a2"]
    portal.ask("DELETE", "/crm/v3/properties/companies/potential_revenue", status=204)
    portal.ask("GET", "/crm/v3/properties/companies/potential_revenue", status=404)
    archived = portal.ask("GET", "/crm/v3/properties/companies?archived=true")["results"]
    assert [one["name"] for one in archived] == ["potential_revenue"]
    assert "potential_revenue" not in portal.get("companies", company, "potential_revenue")
    error = portal.update("companies", {company: {"potential_revenue": 1}}, status=400)
    assert "PROPERTY_DOESNT_EXIST" in error["message"]
