"""Search in the simulated HubSpot account: its bounds, its index, its operators."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hubspot_portal import BEGUN, CHANGED, Portal, found, people, where
from hypothesis import given
from hypothesis import strategies as st

from sandbox.hubspot.schema.instants import to_ms
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.world.model import Contact, World

CHANGED_MS = to_ms(CHANGED)


@pytest.fixture(scope="module")
def portal():
    return Portal(limits=False)


def names(portal: Portal, kind: str, name: str, *filters: dict) -> set[str]:
    return {row["properties"][name] for row in portal.search(kind, *filters, properties=[name])["results"]}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (where("amount", "EQ", 3000), {"Service"}),
        (where("amount", "GT", 3000), {"Presses"}),
        (where("amount", "BETWEEN", "2999.5", highValue="5000"), {"Presses", "Service"}),
        (where("amount", "NEQ", 3000), {"Presses"}),
        (where("amount", "NOT_HAS_PROPERTY"), {"Loose end"}),
        (where("amount", "HAS_PROPERTY"), {"Presses", "Service"}),
        (where("dealstage", "IN", values=["proposal", "closedwon"]), {"Presses", "Loose end"}),
        (where("dealstage", "NOT_IN", values=["proposal"]), {"Presses", "Service"}),
        (where("dealname", "EQ", "SERVICE"), {"Service"}),
        (where("dealname", "IN", values=["Service"]), set()),
        (where("dealname", "IN", values=["service"]), {"Service"}),
        (where("dealname", "CONTAINS_TOKEN", "loose"), {"Loose end"}),
        (where("dealname", "CONTAINS_TOKEN", "*ess*"), {"Presses"}),
        (where("dealname", "NOT_CONTAINS_TOKEN", "end"), {"Presses", "Service"}),
        (where("hs_is_closed", "EQ", "true"), {"Presses"}),
        (where("closedate", "LT", to_ms(CHANGED)), {"Presses"}),
        (where("num_associated_contacts", "GTE", 1), {"Presses", "Service"}),
    ],
)
def test_each_operator_compares_by_the_type_of_the_property(portal, condition, expected):
    assert names(portal, "deals", "dealname", condition) == expected


def test_groups_are_alternatives_and_their_filters_add_up(portal):
    body = {
        "filterGroups": [
            {"filters": [where("amount", "GT", 1000), where("dealname", "EQ", "service")]},
            {"filters": [where("dealname", "EQ", "loose end")]},
        ],
        "properties": ["dealname"],
    }
    answer = portal.ask("POST", "/crm/v3/objects/deals/search", body)
    assert [row["properties"]["dealname"] for row in answer["results"]] == ["Service", "Loose end"]


def test_a_record_that_passes_two_groups_is_found_once(portal):
    group = {"filters": [where("amount", "GT", 1000)]}
    answer = portal.ask("POST", "/crm/v3/objects/deals/search", {"filterGroups": [group, group]})
    assert (answer["total"], len(answer["results"])) == (2, 2)


def test_contacts_filtered_by_the_others_modified_property_are_none_and_no_error(portal):
    assert portal.search("contacts", where("hs_lastmodifieddate", "GTE", 0))["total"] == 0
    assert portal.search("contacts", where("lastmodifieddate", "GTE", 0))["total"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [where("amount", "HAS_PROPERTY")] * 7}]},
        {"filterGroups": [{"filters": [where("amount", "HAS_PROPERTY")] * 5}] * 4},
        {"sorts": ["amount", "dealname"]},
        {"limit": 201},
        {"after": 9900, "limit": 101},
        {"filterGroups": [{"filters": [where("no_such_property", "EQ", 1)]}]},
        {"filterGroups": [{"filters": [where("hs_lastmodifieddate", "GTE", "2026-01-01T00:00:00Z")]}]},
        {"filterGroups": [{"filters": [where("amount", "EQ", "many")]}]},
        {"filterGroups": [{"filters": [where("amount", "LIKE", 1)]}]},
        {"filterGroups": [{"filters": [where("dealname", "CONTAINS_TOKEN", "two words")]}]},
        {"filterGroups": [{"filters": [where("hs_object_id", "GT", "12.5")]}]},
        {"filterGroups": [{"filters": [where("dealstage", "IN")]}]},
        {"query": "press"},
        {"associatedWith": []},
        {"properties": ["x" * 50] * 60},
    ],
)
def test_what_search_cannot_answer_is_refused(portal, body):
    error = portal.ask("POST", "/crm/v3/objects/deals/search", body, status=400)
    assert error["category"] == "VALIDATION_ERROR"


def test_a_body_may_have_three_thousand_characters(portal):
    for length, status in ((3000, 200), (3001, 400)):
        body = {"limit": 1, "properties": ["x" * (length - len(json.dumps({"limit": 1, "properties": [""]})))]}
        assert len(json.dumps(body)) == length
        portal.ask("POST", "/crm/v3/objects/deals/search", body, status=status)


def test_search_returns_at_most_ten_thousand_of_what_it_counts():
    portal = Portal(people(10_050), limits=False)
    last = portal.search("contacts", limit=200, after="9800")
    assert (last["total"], last["paging"]["next"]["after"]) == (10_050, "10000")
    body = {"limit": 200, "after": "10000"}
    portal.ask("POST", "/crm/v3/objects/contacts/search", body, status=400)
    rest = portal.search("contacts", where("hs_object_id", "GT", found(last)[-1]), limit=200)
    assert rest["total"] == 50


def test_after_may_be_a_number_or_a_text(portal):
    pages = [portal.search("deals", limit=1, after=after) for after in (1, "1")]
    assert found(pages[0]) == found(pages[1]) == [portal.ids("deals")["d2"]]


def test_records_of_one_millisecond_come_in_no_order_of_ids_but_always_the_same():
    portal = Portal(people(30))
    sort = [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]
    once, again = (found(portal.search("contacts", sorts=sort, limit=30)) for _ in range(2))
    assert once == again
    assert once != sorted(once, key=int)
    by_id = found(
        portal.search("contacts", where("lastmodifieddate", "EQ", CHANGED_MS), sorts=["hs_object_id"], limit=30)
    )
    assert by_id == sorted(once, key=int)


def test_a_change_is_found_only_after_the_index_lag():
    portal = Portal(index_lag_ms=60_000)
    company = portal.ids("companies")["a1"]
    portal.update("companies", {company: {"name": "Renamed"}})
    since = where("hs_lastmodifieddate", "GT", CHANGED_MS)
    assert portal.get("companies", company, "name")["name"] == "Renamed"
    assert portal.search("companies", since)["total"] == 0
    assert names(portal, "companies", "name", where("hs_object_id", "EQ", company)) == {"Acme"}
    portal.advance(61)
    assert names(portal, "companies", "name", since) == {"Renamed"}


def test_a_new_record_is_found_after_the_lag_and_an_archived_one_never():
    portal = Portal(index_lag_ms=60_000)
    made = portal.ask("POST", "/crm/v3/objects/companies", {"properties": {"name": "New"}}, status=201)["id"]
    portal.ask("DELETE", f"/crm/v3/objects/companies/{portal.ids('companies')['a1']}", status=204)
    new = where("hs_object_id", "EQ", made)
    assert (portal.search("companies")["total"], portal.search("companies", new)["total"]) == (2, 0)
    portal.advance(61)
    assert (portal.search("companies")["total"], portal.search("companies", new)["total"]) == (3, 1)
    portal.update("companies", {made: {"name": "Newer"}})
    portal.ask("DELETE", f"/crm/v3/objects/companies/{made}", status=204)
    portal.advance(61)
    assert portal.search("companies", new)["total"] == 0


def test_a_quickly_indexed_change_is_found_before_an_earlier_slow_one_which_then_takes_no_place_of_it():
    portal = Portal(index_lag_ms=60_000)
    ids = portal.ids("companies")
    portal.update("companies", {ids["a1"]: {"name": "Slow"}, ids["a2"]: {"name": "Slow"}})
    portal.simulator.options.index_lag_ms = 0
    portal.update("companies", {ids["a2"]: {"name": "Quick"}})
    since = where("hs_lastmodifieddate", "GT", CHANGED_MS)
    assert names(portal, "companies", "name", since) == {"Quick"}
    portal.advance(61)
    assert names(portal, "companies", "name", since) == {"Slow", "Quick"}


def test_a_search_repeated_after_a_change_sees_the_change():
    portal = Portal(limits=False)
    ids = portal.ids("companies")
    until = where("hs_lastmodifieddate", "LTE", CHANGED_MS)
    assert found(portal.search("companies", until, sorts=["hs_object_id"])) == list(ids.values())
    portal.update("companies", {ids["a2"]: {"city": "Oslo"}})
    assert found(portal.search("companies", until, sorts=["hs_object_id"])) == [ids["a1"], ids["a3"]]


def test_sorting_by_any_property_puts_missing_values_first(portal):
    answer = portal.search("deals", sorts=[{"propertyName": "amount", "direction": "ASCENDING"}], properties=["amount"])
    assert [row["properties"]["amount"] for row in answer["results"]] == [None, "3000", "5000.00"]
    down = portal.search("deals", sorts=["-amount"], properties=["amount"])
    assert [row["properties"]["amount"] for row in down["results"]] == ["5000.00", "3000", None]


@given(
    minutes=st.lists(st.integers(0, 6), min_size=1, max_size=25),
    since=st.integers(0, 6),
    until=st.integers(0, 6),
    beyond=st.integers(0, 25),
    sort=st.sampled_from(["lastmodifieddate", "-lastmodifieddate", "hs_object_id", "-hs_object_id", "lastname"]),
)
def test_bounds_find_exactly_the_records_that_lie_within(minutes, since, until, beyond, sort):
    contacts = [Contact(f"c{n}", BEGUN, BEGUN + timedelta(minutes=m), last_name=str(m)) for n, m in enumerate(minutes)]
    portal = Portal(World("EUR", contacts=contacts), limits=False)
    ids = sorted(map(int, portal.ids("contacts").values()))
    low, high = (to_ms(BEGUN + timedelta(minutes=one)) for one in (since, until))
    filters = [
        where("lastmodifieddate", "BETWEEN", low, highValue=str(high)),
        where("hs_object_id", "GTE", ids[0] + beyond),
    ]
    answer = portal.search("contacts", *filters, sorts=[sort], limit=200)
    expected = {str(one) for one, m in zip(ids, minutes, strict=True) if since <= m <= until and one >= ids[0] + beyond}
    assert set(found(answer)) == expected
    assert (answer["total"], len(answer["results"])) == (len(expected), len(expected))
    pages = [
        portal.search("contacts", *filters, sorts=[sort], limit=3, after=start) for start in range(0, len(expected), 3)
    ]
    assert [one for page in pages for one in found(page)] == found(answer)


class Counting(dict):
    """A dict that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, key):
        self.looks += 1
        return super().__getitem__(key)


def test_a_page_looks_only_at_the_records_it_shows():
    portal = Portal(people(2_000), limits=False)
    index = portal.simulator.portal.collection(ObjectType.CONTACTS).index
    index.snapshots = snapshots = Counting(index.snapshots)
    for page in range(10):
        bounds = where("lastmodifieddate", "GTE", 0), where("hs_object_id", "GT", 99_999_950 + 200 * page)
        shown = portal.search("contacts", *bounds, sorts=["hs_object_id"], limit=200)["results"]
        shown += portal.search("contacts", bounds[0], sorts=["lastmodifieddate"], limit=200, after=200 * page)[
            "results"
        ]
        assert len(shown) == 400
    assert snapshots.looks == 4000
