"""Reading records from the simulated HubSpot account, in both path families."""

from __future__ import annotations

import pytest
from hubspot_portal import CHANGED, Portal, found, people

from sandbox.hubspot.portal.settings import Settings


@pytest.fixture
def portal():
    return Portal()


@pytest.mark.parametrize("root", ["/crm/v3/objects/", "/crm/objects/2026-09/"])
@pytest.mark.parametrize("spelling", ["companies", "COMPANY", "0-2"])
def test_both_families_take_every_spelling_of_an_object_type(portal, root, spelling):
    assert found(portal.ask("GET", root + spelling)) == list(portal.ids("companies").values())


def test_an_unknown_object_type_is_named(portal):
    error = portal.ask("GET", "/crm/v3/objects/invoices", status=400)
    assert error["message"] == "Unable to infer object type from: invoices"


def test_values_are_text_and_absent_ones_null(portal):
    shown = portal.get("companies", portal.ids("companies")["a2"], "potential_revenue", "domain", "strategic_account")
    assert (shown["potential_revenue"], shown["domain"], shown["strategic_account"]) == ("90000", None, None)


def test_unknown_properties_are_left_out(portal):
    shown = portal.get("companies", portal.ids("companies")["a2"], "name", "no_such_property")
    assert shown.keys() == {"name", "createdate", "hs_lastmodifieddate", "hs_object_id"}


def test_contacts_keep_their_modified_date_under_another_name(portal):
    (row, *_) = portal.ask("GET", "/crm/v3/objects/contacts")["results"]
    assert row["properties"]["lastmodifieddate"] == row["updatedAt"] == f"{CHANGED:%Y-%m-%dT%H:%M:%S}.000Z"


def test_a_list_is_paged_by_id():
    portal = Portal(people(120))
    first = portal.ask("GET", "/crm/v3/objects/contacts?limit=100")
    rest = portal.ask("GET", f"/crm/v3/objects/contacts?limit=100&after={first['paging']['next']['after']}")
    assert found(first) + found(rest) == list(portal.ids("contacts").values())
    assert "paging" not in rest


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "limit=51&propertiesWithHistory=dealstage", "after=x"])
def test_a_list_refuses_other_pages(portal, query):
    assert portal.ask("GET", f"/crm/v3/objects/deals?{query}", status=400)["category"] == "VALIDATION_ERROR"


def test_ids_pass_from_n_to_n_plus_1_digits():
    ids = list(Portal(people(60)).ids("contacts").values())
    assert {len(one) for one in ids} == {8, 9}
    assert sorted(ids) != sorted(ids, key=int)


def test_a_batch_leaves_out_unknown_and_archived_ids(portal):
    ids = portal.ids("companies")
    portal.ask("DELETE", f"/crm/v3/objects/companies/{ids['a1']}", status=204)
    body = {"inputs": [{"id": ids["a1"]}, {"id": int(ids["a2"])}, {"id": "12"}], "properties": ["name"]}
    answer = portal.ask("POST", "/crm/v3/objects/companies/batch/read", body, status=207)
    assert found(answer) == [ids["a2"]]
    assert answer["numErrors"] == 1
    assert answer["errors"][0]["context"] == {"ids": [ids["a1"], "12"]}


def test_the_dated_family_reports_missing_rows_with_200(portal):
    body = {"inputs": [{"id": "12"}], "properties": []}
    answer = portal.ask("POST", "/crm/objects/2026-09/companies/batch/read", body)
    assert (answer["results"], answer["numErrors"]) == ([], 1)


@pytest.mark.parametrize(("size", "more"), [(101, {}), (51, {"propertiesWithHistory": ["name"]}), (0, {})])
def test_a_batch_has_a_greatest_size(portal, size, more):
    body = {"inputs": [{"id": str(number)} for number in range(size)], "properties": [], **more}
    portal.ask("POST", "/crm/v3/objects/companies/batch/read", body, status=400)


def test_an_archived_record_is_only_among_the_archived(portal):
    deal = portal.ids("deals")["d1"]
    before = portal.get("deals", deal)["hs_lastmodifieddate"]
    portal.ask("DELETE", f"/crm/v3/objects/deals/{deal}", status=204)
    assert deal not in found(portal.ask("GET", "/crm/v3/objects/deals"))
    (row,) = portal.ask("GET", "/crm/v3/objects/deals?archived=true")["results"]
    assert (row["id"], row["archived"], row["properties"]["hs_lastmodifieddate"]) == (deal, True, before)
    assert row["archivedAt"] > row["updatedAt"]
    assert portal.ask("GET", f"/crm/v3/objects/deals/{deal}", status=404)["category"] == "OBJECT_NOT_FOUND"


def test_an_archived_record_is_listed_for_ninety_days(portal):
    portal.ask("DELETE", f"/crm/v3/objects/deals/{portal.ids('deals')['d1']}", status=204)
    portal.advance(89 * 86400)
    assert len(found(portal.ask("GET", "/crm/v3/objects/deals?archived=true"))) == 1
    portal.advance(2 * 86400)
    assert found(portal.ask("GET", "/crm/v3/objects/deals?archived=true")) == []


def test_a_company_that_is_gone_is_an_html_page(portal):
    response = portal.answer("GET", "/crm/v3/objects/companies/4711")
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_a_privacy_delete_leaves_no_archived_row(portal):
    contact = portal.ids("contacts")["c1"]
    portal.ask("POST", "/crm/v3/objects/contacts/gdpr-delete", {"objectId": contact}, status=204)
    assert found(portal.ask("GET", "/crm/v3/objects/contacts?archived=true")) == []
    assert contact not in portal.ids("contacts").values()


def test_records_show_their_associations_in_the_older_form(portal):
    ids = portal.ids("contacts")
    deal = portal.ids("deals")["d1"]
    row = portal.ask("GET", f"/crm/v3/objects/deals/{deal}?associations=contacts,companies,line_items")
    assert row["associations"]["contacts"]["results"] == [
        {"id": ids["c1"], "type": "deal_to_contact"},
        {"id": ids["c1"], "type": "deal_to_contact_economic_buyer"},
        {"id": ids["c2"], "type": "deal_to_contact"},
    ]
    types = [one["type"] for one in row["associations"]["companies"]["results"]]
    assert types == ["deal_to_company_unlabeled", "deal_to_company"]
    assert row["associations"]["line items"]["results"][0]["type"] == "deal_to_line_item"


def test_looking_up_by_another_key_is_refused_and_not_guessed(portal):
    error = portal.ask("GET", "/crm/v3/objects/contacts/eva@acme.example?idProperty=email", status=400)
    assert "hs_object_id only" in error["message"]


def test_a_long_url_is_answered_with_a_page(portal):
    response = portal.answer("GET", f"/crm/v3/objects/deals?properties={'x' * 8200}")
    assert (response.status_code, response.mimetype) == (414, "text/html")


def test_an_unknown_path_is_hubspots_own_404(portal):
    error = portal.ask("GET", "/crm/v3/objects", status=404)
    assert (error["status"], error["category"]) == ("error", "OBJECT_NOT_FOUND")


def test_the_account_says_who_it_is(portal):
    older = portal.ask("GET", "/account-info/v3/details")
    assert (older["portalId"], older["timeZone"]) == (Settings().portal_id, "UTC")
    assert (older["companyCurrency"], older["additionalCurrencies"]) == ("EUR", ["USD"])
    assert portal.ask("GET", "/account-info/2026-09/details")["portalName"] == "Sandbox"


def test_owners_have_two_numbers_and_inactive_ones_are_apart(portal):
    (active,) = portal.ask("GET", "/crm/owners/2026-09?limit=100")["results"]
    (inactive,) = portal.ask("GET", "/crm/owners/2026-09?archived=true")["results"]
    assert active["id"] != str(active["userId"])
    assert "userId" not in inactive
    assert inactive["userIdIncludingInactive"]
    owner = portal.get("companies", portal.ids("companies")["a2"], "hubspot_owner_id")["hubspot_owner_id"]
    assert owner == inactive["id"]


def test_owners_are_paged_and_found_by_either_number(portal):
    page = portal.ask("GET", "/crm/v3/owners?limit=1")
    assert "paging" not in page
    owner = page["results"][0]
    assert portal.ask("GET", f"/crm/v3/owners/{owner['userId']}?idProperty=userId")["id"] == owner["id"]
    portal.ask("GET", f"/crm/v3/owners/{owner['userId']}", status=404)


def test_the_pipeline_tells_its_stages_in_texts(portal):
    for path in ("/crm/v3/pipelines/deals", "/crm/pipelines/2026-09/deals"):
        (pipeline,) = portal.ask("GET", path)["results"]
        assert pipeline["id"] == "default"
        assert [(one["id"], one["metadata"]["probability"]) for one in pipeline["stages"]] == [
            ("qualification", "0.2"), ("proposal", "0.6"), ("closedwon", "1.0"), ("closedlost", "0.0"),
        ]  # fmt: skip
    assert portal.ask("GET", "/crm/v3/pipelines/deals?archived=true")["results"] == []
    assert len(portal.ask("GET", "/crm/v3/pipelines/deals/default/stages")["results"]) == 4
