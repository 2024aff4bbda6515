"""Associations of the simulated HubSpot account, v4 and dated."""

from __future__ import annotations

import pytest
from hubspot_portal import BEGUN, Portal

from sandbox.hubspot.portal.settings import Settings
from sandbox.world.model import Account, Contact, World

BOTH = pytest.mark.parametrize("root", ["/crm/v4/associations", "/crm/associations/2026-09"])


@pytest.fixture
def portal():
    return Portal()


def links(portal: Portal, ends: str, record_id: str, root: str = "/crm/v4/associations") -> dict[str, set[tuple]]:
    """By the other end's id: the types of the link, as (category, type id, label)."""
    body = {"inputs": [{"id": record_id}]}
    response = portal.answer("POST", f"{root}/{ends}/batch/read", body)
    return {
        str(target["toObjectId"]): {
            (one["category"], one["typeId"], one["label"]) for one in target["associationTypes"]
        }
        for result in response.get_json()["results"]
        for target in result["to"]
    }


@BOTH
def test_type_ids_and_labels_are_those_of_the_documentation(portal, root):
    contacts, companies, deals = portal.ids("contacts"), portal.ids("companies"), portal.ids("deals")
    items = portal.ids("line_items")
    plain = "HUBSPOT_DEFINED"
    assert links(portal, "contacts/companies", contacts["c1"], root) == {
        companies["a1"]: {(plain, 279, None), (plain, 1, "Primary")}
    }
    assert links(portal, "deals/companies", deals["d1"], root) == {
        companies["a1"]: {(plain, 341, None), (plain, 5, "Primary")}
    }
    assert links(portal, "line_items/deals", items["l1"], root) == {deals["d1"]: {(plain, 20, None)}}
    assert links(portal, "companies/companies", companies["a2"], root) == {
        companies["a1"]: {(plain, 450, None), (plain, 14, "Parent Company")}
    }


@BOTH
def test_a_role_is_a_label_that_exists_both_ways(portal, root):
    deal, contacts = portal.ids("deals")["d1"], portal.ids("contacts")
    assert links(portal, "deals/contacts", deal, root) == {
        contacts["c1"]: {("HUBSPOT_DEFINED", 3, None), ("USER_DEFINED", 101, "Economic Buyer")},
        contacts["c2"]: {("HUBSPOT_DEFINED", 3, None)},
    }
    back = links(portal, "contacts/deals", contacts["c1"], root)
    assert back == {deal: {("HUBSPOT_DEFINED", 4, None), ("USER_DEFINED", 102, "Economic Buyer")}}
    listed = portal.ask("GET", f"{root}/contacts/deals/labels")["results"]
    assert [(one["typeId"], one["label"]) for one in listed] == [(4, None), (102, "Economic Buyer"), (104, "Coach")]


def test_records_without_associations_are_errors_in_a_207(portal):
    deals = portal.ids("deals")
    body = {"inputs": [{"id": deals["d1"]}, {"id": deals["d3"]}]}
    answer = portal.ask("POST", "/crm/v4/associations/deals/companies/batch/read", body, status=207)
    assert [one["from"]["id"] for one in answer["results"]] == [deals["d1"]]
    assert answer["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": f"No company is associated with deal {deals['d3']}.",
            "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "context": {"fromObjectId": [deals["d3"]], "fromObjectType": ["deal"], "toObjectType": ["company"]},
        }
    ]


def test_the_other_ends_id_is_a_number(portal):
    body = {"inputs": [{"id": portal.ids("deals")["d1"]}]}
    (result,) = portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/read", body)["results"]
    assert all(isinstance(target["toObjectId"], int) for target in result["to"])


def test_each_record_is_paged_by_itself():
    contacts = [Contact(f"c{number}", BEGUN, BEGUN, "a1") for number in range(25)]
    world = World("EUR", accounts=[Account("a1", "Big", BEGUN, BEGUN)], contacts=contacts)
    portal = Portal(world, Settings(association_page=10))
    company = portal.ids("companies")["a1"]
    wish, seen, pages = {"id": company}, [], 0
    while wish:
        (result,) = portal.ask("POST", "/crm/v4/associations/companies/contacts/batch/read", {"inputs": [wish]})[
            "results"
        ]
        seen += [str(target["toObjectId"]) for target in result["to"]]
        pages += 1
        after = result.get("paging", {}).get("next", {}).get("after")
        wish = {"id": company, "after": after} if after else None
    assert (pages, seen) == (3, list(portal.ids("contacts").values()))


def test_a_batch_reads_at_most_a_thousand(portal):
    body = {"inputs": [{"id": str(number)} for number in range(1001)]}
    portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/read", body, status=400)
    body["inputs"].pop()
    assert portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/read", body, status=207)["numErrors"] == 1000


def test_changing_an_association_moves_no_modified_date(portal):
    deal, company = portal.ids("deals")["d1"], portal.ids("companies")["a3"]
    before = portal.rows("deals"), [row["properties"]["hs_lastmodifieddate"] for row in portal.rows("companies")]
    body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]
    answer = portal.ask("PUT", f"/crm/v4/objects/deals/{deal}/associations/companies/{company}", body, status=201)
    assert answer["labels"] == ["Primary"]
    assert before == (
        portal.rows("deals"),
        [row["properties"]["hs_lastmodifieddate"] for row in portal.rows("companies")],
    )


def test_a_new_primary_company_takes_the_old_ones_place(portal):
    deal, companies = portal.ids("deals")["d1"], portal.ids("companies")
    body = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]
    portal.ask("PUT", f"/crm/objects/2026-09/deals/{deal}/associations/companies/{companies['a3']}", body, status=201)
    assert links(portal, "deals/companies", deal) == {
        companies["a1"]: {("HUBSPOT_DEFINED", 341, None)},
        companies["a3"]: {("HUBSPOT_DEFINED", 341, None), ("HUBSPOT_DEFINED", 5, "Primary")},
    }
    assert links(portal, "companies/deals", companies["a1"])[deal] == {("HUBSPOT_DEFINED", 342, None)}


def test_a_contacts_company_is_its_primary_association(portal):
    contact, companies = portal.ids("contacts")["c3"], portal.ids("companies")
    assert portal.get("contacts", contact, "associatedcompanyid")["associatedcompanyid"] is None
    body = {"inputs": [{"types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}],
                        "from": {"id": contact}, "to": {"id": companies["a2"]}}]}  # fmt: skip
    portal.ask("POST", "/crm/v4/associations/contacts/companies/batch/create", body, status=201)
    assert portal.get("contacts", contact, "associatedcompanyid")["associatedcompanyid"] == companies["a2"]


def test_a_company_knows_its_parent_and_its_children(portal):
    ids = portal.ids("companies")
    assert portal.get("companies", ids["a2"], "hs_parent_company_id")["hs_parent_company_id"] == ids["a1"]
    shown = portal.get(
        "companies", ids["a1"], "hs_num_child_companies", "num_associated_contacts", "num_associated_deals"
    )
    assert (shown["hs_num_child_companies"], shown["num_associated_contacts"]) == ("1", "2")
    assert shown["num_associated_deals"] == "2"


def test_rows_that_cannot_be_linked_fail_alone(portal):
    deal, contact = portal.ids("deals")["d3"], portal.ids("contacts")["c3"]
    plain = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]
    unknown = [{"associationCategory": "USER_DEFINED", "associationTypeId": 999}]
    rows = [
        {"types": plain, "from": {"id": deal}, "to": {"id": contact}},
        {"types": plain, "from": {"id": deal}, "to": {"id": "4711"}},
        {"types": unknown, "from": {"id": deal}, "to": {"id": contact}},
    ]
    answer = portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/create", {"inputs": rows}, status=207)
    assert [one["category"] for one in answer["errors"]] == ["OBJECT_NOT_FOUND", "VALIDATION_ERROR"]
    assert links(portal, "deals/contacts", deal).keys() == {contact}


@BOTH
def test_labels_and_whole_associations_can_be_removed(portal, root):
    deal, contact = portal.ids("deals")["d1"], portal.ids("contacts")["c1"]
    label = {"associationCategory": "USER_DEFINED", "associationTypeId": 101}
    row = {"types": [label], "from": {"id": deal}, "to": {"id": contact}}
    portal.ask("POST", f"{root}/deals/contacts/batch/labels/archive", {"inputs": [row]}, status=204)
    assert links(portal, "contacts/deals", contact) == {deal: {("HUBSPOT_DEFINED", 4, None)}}
    row = {"from": {"id": deal}, "to": [{"id": contact}]}
    portal.ask("POST", f"{root}/deals/contacts/batch/archive", {"inputs": [row]}, status=204)
    assert links(portal, "contacts/deals", contact) == {}


def test_a_plain_association_can_be_made_without_naming_its_type(portal):
    deal, contact = portal.ids("deals")["d3"], portal.ids("contacts")["c3"]
    path = f"/crm/objects/2026-09/deals/{deal}/associations/default/contacts/{contact}"
    assert [one["associationSpec"]["associationTypeId"] for one in portal.ask("PUT", path)["results"]] == [3, 4]
    row = {"from": {"id": deal}, "to": {"id": portal.ids("contacts")["c1"]}}
    portal.ask("POST", "/crm/v4/associations/deals/contacts/batch/associate/default", {"inputs": [row]})
    assert len(links(portal, "deals/contacts", deal)) == 2


def test_what_cannot_be_associated_is_refused(portal):
    product, contact = portal.ids("products")["p1"], portal.ids("contacts")["c1"]
    path = f"/crm/v4/objects/products/{product}/associations/default/contacts/{contact}"
    portal.ask("PUT", path, status=400)


def test_a_label_can_be_defined_once(portal):
    wish = {"label": "Sponsor", "name": "sponsor", "inverseLabel": "Sponsored"}
    made = portal.ask("POST", "/crm/v4/associations/contacts/companies/labels", wish)["results"]
    assert [(one["category"], one["label"]) for one in made] == [
        ("USER_DEFINED", "Sponsor"),
        ("USER_DEFINED", "Sponsored"),
    ]
    portal.ask("POST", "/crm/v4/associations/contacts/companies/labels", wish, status=409)
    listed = portal.ask("GET", "/crm/associations/2026-09/companies/contacts/labels")["results"]
    assert listed[-1]["label"] == "Sponsored"


def test_an_archived_record_loses_its_associations(portal):
    deal = portal.ids("deals")["d1"]
    portal.ask("DELETE", f"/crm/v3/objects/deals/{deal}", status=204)
    assert links(portal, "contacts/deals", portal.ids("contacts")["c1"]) == {}
    assert links(portal, "deals/contacts", deal) == {}


def test_the_dated_family_cannot_list_the_links_of_one_record(portal):
    deal = portal.ids("deals")["d1"]
    assert len(portal.ask("GET", f"/crm/v4/objects/deals/{deal}/associations/contacts")["results"]) == 2
    portal.ask("GET", f"/crm/objects/2026-09/deals/{deal}/associations/contacts", status=404)
