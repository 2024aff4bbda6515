"""Merged records of the simulated HubSpot account: a third one, and two that vanish."""

from __future__ import annotations

import pytest
from hubspot_portal import Portal, found, where


@pytest.fixture
def portal():
    return Portal()


def merge(portal: Portal, kind: str, primary: str, other: str, root: str = "/crm/v3/objects") -> str:
    body = {"primaryObjectId": primary, "objectIdToMerge": other}
    return portal.ask("POST", f"{root}/{kind}/merge", body)["id"]


@pytest.mark.parametrize("root", ["/crm/v3/objects", "/crm/objects/2026-09"])
def test_a_merge_makes_a_third_record_and_the_originals_vanish(portal, root):
    ids = portal.ids("companies")
    merged = merge(portal, "companies", ids["a1"], ids["a3"], root)
    assert merged not in ids.values()
    assert set(found(portal.ask("GET", "/crm/v3/objects/companies"))) == {ids["a2"], merged}
    assert found(portal.ask("GET", "/crm/v3/objects/companies?archived=true")) == []
    assert portal.search("companies")["total"] == 2


def test_an_old_id_gives_the_merged_record_under_its_new_id(portal):
    ids = portal.ids("companies")
    merged = merge(portal, "companies", ids["a1"], ids["a3"])
    assert portal.ask("GET", f"/crm/v3/objects/companies/{ids['a3']}")["id"] == merged
    body = {"inputs": [{"id": ids["a1"]}, {"id": ids["a3"]}], "properties": ["name"]}
    answer = portal.ask("POST", "/crm/v3/objects/companies/batch/read", body)
    assert [(row["id"], row["properties"]["name"]) for row in answer["results"]] == [(merged, "Acme")]


def test_the_primarys_values_win_and_the_others_fill_the_gaps(portal):
    ids = portal.ids("companies")
    merged = merge(portal, "companies", ids["a3"], ids["a1"])
    shown = portal.get("companies", merged, "name", "domain", "strategic_account", "hs_object_id")
    assert (shown["name"], shown["domain"], shown["strategic_account"]) == ("Zoë & Søn", "acme.example", "true")
    assert shown["hs_object_id"] == merged


def test_a_company_lists_the_ids_that_were_merged_into_it(portal):
    ids = portal.ids("companies")
    first = merge(portal, "companies", ids["a1"], ids["a3"])
    second = merge(portal, "companies", first, ids["a2"])
    shown = portal.get("companies", second, "hs_merged_object_ids")["hs_merged_object_ids"]
    assert set(shown.split(";")) == {first, ids["a1"], ids["a2"], ids["a3"]}
    assert portal.ask("GET", f"/crm/v3/objects/companies/{ids['a1']}")["id"] == second


def test_a_contact_lists_them_with_times_in_another_property(portal):
    ids = portal.ids("contacts")
    merged = merge(portal, "contacts", ids["c1"], ids["c2"])
    shown = portal.get("contacts", merged, "hs_calculated_merged_vids", "hs_merged_object_ids")
    pairs = [one.split(":") for one in shown["hs_calculated_merged_vids"].split(";")]
    assert {one for one, _ in pairs} == {ids["c1"], ids["c2"]}
    assert all(len(moment) == 13 for _, moment in pairs)
    assert shown["hs_merged_object_ids"] is None


def test_associations_follow_and_the_primarys_company_stays(portal):
    contacts, deals, companies = portal.ids("contacts"), portal.ids("deals"), portal.ids("companies")
    link = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    path = f"/crm/v4/objects/contacts/{contacts['c2']}/associations/companies/{companies['a3']}"
    portal.ask("PUT", path, link, status=201)
    merged = merge(portal, "contacts", contacts["c1"], contacts["c2"])
    assert portal.get("contacts", merged, "associatedcompanyid")["associatedcompanyid"] == companies["a1"]
    page = portal.ask("GET", f"/crm/v4/objects/contacts/{merged}/associations/deals")
    assert [str(one["toObjectId"]) for one in page["results"]] == [deals["d1"], deals["d2"]]


def test_a_merge_is_a_change_that_search_finds(portal):
    ids = portal.ids("deals")
    latest = max(row["properties"]["hs_lastmodifieddate"] for row in portal.rows("deals"))
    merged = merge(portal, "deals", ids["d1"], ids["d2"])
    assert portal.get("deals", merged)["hs_lastmodifieddate"] > latest
    assert found(portal.search("deals", where("hs_object_id", "EQ", merged))) == [merged]
    history = portal.ask("GET", f"/crm/v3/objects/deals/{merged}?propertiesWithHistory=dealstage")
    assert len(history["propertiesWithHistory"]["dealstage"]) == 3


def test_what_cannot_be_merged_is_refused(portal):
    ids = portal.ids("companies")
    same = {"primaryObjectId": ids["a1"], "objectIdToMerge": ids["a1"]}
    unknown = {"primaryObjectId": ids["a1"], "objectIdToMerge": "4711"}
    portal.ask("POST", "/crm/v3/objects/companies/merge", same, status=400)
    portal.ask("POST", "/crm/v3/objects/companies/merge", unknown, status=404)
    portal.ask("POST", "/crm/v3/objects/products/merge", unknown, status=400)


def test_the_control_path_merges_too(portal):
    ids = portal.ids("deals")
    merged = portal.simulator.merge("deals", ids["d1"], ids["d2"])
    assert portal.ask("GET", f"/crm/v3/objects/deals/{ids['d2']}")["id"] == merged
    for kind, other in (("deals", "4711"), ("deals", merged), ("nothing", ids["d3"])):
        with pytest.raises(LookupError):
            portal.simulator.merge(kind, merged, other)
