from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hubspot_fake import FakeWire
from hubspot_portal_bench import OVERLAP, serving_portal

from adapters.base import Cursor, Kind
from adapters.errors import SchemaError, TransientError
from adapters.hubspot import search
from adapters.hubspot.changes import Changes
from adapters.hubspot.objects import OBJECTS
from sandbox.hubspot.portal.settings import Settings
from sandbox.options import Options

FAMILIES = ("2026-09", "v3")


@pytest.fixture(scope="module")
def portal():
    """A portal that the tests only read."""
    with serving_portal(settings=Settings(association_page=1, service_hub=True)) as bench:
        yield bench


@pytest.fixture
def own_portal():
    """A portal that one test may change."""
    with serving_portal() as bench:
        yield bench


def records(crm, kind, fields=(), since=None):
    return [record for page in crm.pull(kind, list(fields), since) for record in page.records]


def last_cursor(crm, kind, since=None):
    return [page.cursor for page in crm.pull(kind, [], since) if page.cursor][-1]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", OBJECTS)
def test_both_families_give_every_live_record_with_its_properties(portal, kind, family):
    crm = portal.connect(api_version=family)
    fields = [name for name in crm.describe(kind) if not name.startswith("@")]
    found = {record.id: dict(record.fields) for record in records(crm, kind, fields)}

    raw = portal.live(OBJECTS[kind].name)
    assert found.keys() == raw.keys() == set(crm.ids(kind))
    for id_, row in raw.items():
        # the portal keeps an emptied property as "" and shows it as null
        assert {name: row["properties"].get(name) or None for name in found[id_]} == found[id_]


def test_a_deal_names_its_primary_company_and_a_line_item_its_deal(portal):
    crm = portal.connect()
    raw = portal.sandbox.state()["associations"]
    primary = {
        each["from_id"]: each["to_id"] for each in raw if each["from"] == "deals" and "Primary" in each["labels"]
    }
    deals = {record.id: record.fields["@company"] for record in records(crm, Kind.DEAL, ["@company"])}
    assert {id_: company for id_, company in deals.items() if company} == primary
    assert None in deals.values()
    assert all(record.fields["@deal"] in deals for record in records(crm, Kind.LINE_ITEM, ["@deal"]))


def test_the_contacts_of_a_deal_come_whole_with_their_labels(portal):
    crm = portal.connect()
    raw = [
        each for each in portal.sandbox.state()["associations"] if {each["from"], each["to"]} == {"deals", "contacts"}
    ]
    expected = {
        frozenset({each["from_id"], each["to_id"]}): sorted(label for label in each["labels"] if label) for each in raw
    }
    pages = crm.children(Kind.DEAL_CONTACT, ["@deal", "@contact", "@labels"], list(crm.ids(Kind.DEAL)))
    found = {
        frozenset(record.id.split(":")): sorted(record.fields["@labels"]) for page in pages for record in page.records
    }
    assert found == expected
    assert any(found.values())


def test_the_latest_stage_of_the_history_is_the_stage_of_the_deal(portal):
    crm = portal.connect()
    deals = {record.id: record.fields["dealstage"] for record in records(crm, Kind.DEAL, ["dealstage"])}
    latest = {}
    for page in crm.children(Kind.DEAL_HISTORY, ["@deal", "@at", "dealstage", "amount"], list(deals)):
        latest |= {r.fields["@deal"]: r.fields["dealstage"] for r in page.records if "dealstage" in r.fields}
    assert latest == deals


def test_every_owner_comes_and_those_who_left_are_not_active(portal):
    owners = records(portal.connect(), Kind.USER, ["@name", "@active"])
    assert {owner.fields["@active"] for owner in owners} == {True, False}
    assert len({owner.id for owner in owners}) == len(owners) == len(portal.sandbox.state()["owners"])


def test_a_field_that_hubspot_does_not_have_is_named_before_the_first_page(portal):
    with pytest.raises(SchemaError, match="no_such_field"):
        records(portal.connect(), Kind.DEAL, ["amount", "no_such_field"])


def test_a_property_that_vanishes_while_we_read_does_not_empty_the_field(own_portal, monkeypatch):
    monkeypatch.setattr(search, "PAGE", 5)
    definition = {
        "name": "tier",
        "label": "Tier",
        "type": "string",
        "fieldType": "text",
        "groupName": "dealinformation",
    }
    own_portal.call("POST", "/crm/v3/properties/deals", definition)
    for id_ in own_portal.live("deals"):
        own_portal.edit("deals", id_, tier="gold")

    pages = filter(lambda page: page.records, own_portal.connect().pull(Kind.DEAL, ["tier"]))
    assert {record.fields["tier"] for record in next(pages).records} == {"gold"}
    own_portal.call("DELETE", "/crm/v3/properties/deals/tier")
    with pytest.raises(SchemaError, match="tier"):
        list(pages)


def test_a_property_that_hubspot_leaves_out_where_it_is_empty_is_empty():
    row = {"id": "7", "properties": {"lastmodifieddate": "2026-01-01T00:00:00Z"}}
    doubted = []
    wire = FakeWire(lambda *_: {"results": [row, row | {"id": "8"}]})
    (page,) = Changes(wire, OBJECTS[Kind.CONTACT], ["email"], OVERLAP, doubted.append).pages(None)
    assert [record.fields for record in page.records] == [{"email": None}] * 2
    assert doubted == [["email"]], "once is enough"


def test_an_idle_pull_gives_only_the_overlap(portal):
    crm = portal.connect()
    cursor = last_cursor(crm, Kind.CONTACT)
    again = records(crm, Kind.CONTACT, since=cursor)
    assert 0 < len(again) < len(portal.live("contacts"))
    assert all(record.modified_at >= cursor.modified_at - OVERLAP for record in again)


def test_an_edit_comes_with_the_next_pull(own_portal):
    crm = own_portal.connect()
    cursor = last_cursor(crm, Kind.DEAL)
    id_ = next(iter(own_portal.live("deals")))
    own_portal.edit("deals", id_, amount="4711")
    assert {r.id: r.fields["amount"] for r in records(crm, Kind.DEAL, ["amount"], cursor)}[id_] == "4711"


def test_an_edit_that_the_index_learns_of_late_is_not_lost():
    with serving_portal(options=Options(limits=False, index_lag_ms=300_000)) as bench:
        crm = bench.connect()
        cursor = last_cursor(crm, Kind.DEAL)
        early, late = list(bench.live("deals"))[:2]
        bench.edit("deals", early, amount="4711")
        bench.sandbox.options.clock.advance(200)
        bench.edit("deals", late, amount="4712")
        bench.sandbox.options.clock.advance(150)
        # the index knows the first edit by now, not yet the second
        cursor = last_cursor(crm, Kind.DEAL, cursor)
        bench.sandbox.options.clock.advance(300)
        assert late in {record.id for record in records(crm, Kind.DEAL, since=cursor)}


def test_archived_records_come_with_an_incremental_pull(own_portal):
    crm = own_portal.connect()
    cursor = last_cursor(crm, Kind.CONTACT)
    id_ = next(iter(own_portal.live("contacts")))
    own_portal.call("DELETE", f"/crm/v3/objects/contacts/{id_}")

    assert [record.id for record in records(crm, Kind.CONTACT, since=cursor) if record.archived] == [id_]
    assert id_ not in set(crm.ids(Kind.CONTACT))
    assert not any(record.archived for record in records(crm, Kind.CONTACT))


def test_no_cursor_passes_an_archived_record_that_was_not_given_yet(own_portal):
    crm, clock = own_portal.connect(), own_portal.sandbox.options.clock
    cursor = last_cursor(crm, Kind.CONTACT)
    gone, edited = list(own_portal.live("contacts"))[:2]
    clock.advance(1800)
    own_portal.call("DELETE", f"/crm/v3/objects/contacts/{gone}")
    clock.advance(1800)
    own_portal.edit("contacts", edited, jobtitle="Buyer")

    given = []
    for page in crm.pull(Kind.CONTACT, [], cursor):
        given += [record.id for record in page.records if record.archived]
        if page.cursor:
            break
    assert given == [gone]


def test_a_record_that_the_index_still_finds_after_it_was_archived_stays_archived():
    row = {"id": "7", "properties": {"lastmodifieddate": "2026-01-01T00:00:00Z"}}
    bin_ = {"results": [{"id": "7", "archivedAt": "2026-01-01T00:00:01Z"}]}
    wire = FakeWire(lambda *_: {"total": 1, "results": [row]}, {"/crm/objects/2026-09/contacts": bin_})
    since = Cursor(datetime(2026, 1, 1, tzinfo=UTC))

    pages = Changes(wire, OBJECTS[Kind.CONTACT], [], OVERLAP).pages(since)
    assert [(record.id, record.archived) for page in pages for record in page.records] == [("7", True)]


@pytest.mark.parametrize("kind", [Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL])
def test_after_a_merge_the_old_ids_lead_to_the_one_that_is_left(own_portal, kind):
    crm = own_portal.connect()
    cursor = last_cursor(crm, kind)
    object_type = OBJECTS[kind].name
    winner, loser = list(own_portal.live(object_type))[:2]
    merged = own_portal.sandbox.merge(object_type, winner, loser)

    found = records(crm, kind, since=cursor)
    assert {record.id: record.merged_into for record in found if record.merged_into} == {winner: merged, loser: merged}
    assert merged in {record.id for record in found if not record.archived}


def test_as_many_properties_as_there_are_never_make_a_search_too_long(own_portal):
    names = [f"a_rather_long_name_for_a_property_{number}" for number in range(120)]
    for name in names:
        definition = {
            "name": name,
            "label": name,
            "type": "string",
            "fieldType": "text",
            "groupName": "dealinformation",
        }
        own_portal.call("POST", "/crm/v3/properties/deals", definition)
    id_ = next(iter(own_portal.live("deals")))
    own_portal.edit("deals", id_, **{names[-1]: "here"})

    found = {record.id: record for record in records(own_portal.connect(), Kind.DEAL, names)}
    assert found.keys() == own_portal.live("deals").keys()
    assert found[id_].fields[names[-1]] == "here"


def test_the_limit_on_searches_is_waited_out():
    with serving_portal((400, 1300, 1), Options(limits=True), Settings(searches_per_second=2)) as bench:
        crm = bench.connect()
        assert len(records(crm, Kind.CONTACT)) == 1300
        assert crm.limits().calls["search"] > 1300 // 200 + 1


@pytest.mark.parametrize("action", ["reset_before", "reset_after", "truncate", "html"])
def test_a_fault_on_the_way_loses_and_repeats_nothing(own_portal, action):
    own_portal.break_down(action, path="/search", times=2)
    found = [record.id for record in records(own_portal.connect(), Kind.CONTACT)]
    assert sorted(found) == sorted(own_portal.live("contacts"))


def test_a_fault_that_lasts_ends_the_pull_and_gives_no_page(own_portal):
    own_portal.break_down("html", path="/search", times=99)
    with pytest.raises(TransientError):
        records(own_portal.connect(), Kind.CONTACT)


def test_a_listing_of_ids_that_breaks_off_is_an_error():
    with serving_portal((1, 250, 1)) as bench:
        bench.break_down("status", status=503, path="contacts", method="GET", after=1, times=99)
        with pytest.raises(TransientError):
            list(bench.connect().ids(Kind.CONTACT))
