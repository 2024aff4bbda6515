"""Property histories of the simulated HubSpot account."""

from __future__ import annotations

import pytest
from hubspot_portal import Portal, small_world


@pytest.fixture
def portal():
    return Portal()


def history(portal: Portal, kind: str, record_id: str, name: str) -> list[tuple[str, str]]:
    """Values and times, as they come."""
    row = portal.ask("GET", f"/crm/v3/objects/{kind}/{record_id}?propertiesWithHistory={name}")
    return [(one["value"], one["timestamp"]) for one in row["propertiesWithHistory"][name]]


def test_a_deals_stages_come_newest_first_and_end_with_the_present_one(portal):
    deal = portal.ids("deals")["d1"]
    assert history(portal, "deals", deal, "dealstage") == [
        ("closedwon", "2025-06-30T15:00:00.000Z"),
        ("proposal", "2025-04-02T10:00:00.000Z"),
        ("qualification", "2025-03-01T09:30:00.000Z"),
    ]
    assert portal.get("deals", deal, "dealstage")["dealstage"] == "closedwon"


def test_amount_and_close_date_have_only_the_moments_at_which_they_changed(portal):
    deal = portal.ids("deals")["d1"]
    assert [value for value, _ in history(portal, "deals", deal, "amount")] == ["5000.00", "4000"]
    assert [value[:10] for value, _ in history(portal, "deals", deal, "closedate")] == ["2025-06-30", "2025-05-31"]


def test_a_value_never_changed_has_one_revision_from_creation(portal):
    deal = portal.ids("deals")["d2"]
    assert history(portal, "deals", deal, "dealstage") == [("qualification", "2025-03-01T09:30:00.000Z")]
    assert history(portal, "deals", portal.ids("deals")["d3"], "amount") == []


def test_stage_changes_that_tell_no_amount_leave_the_present_one_as_it_is():
    world = small_world()
    for change in world.stage_changes:
        change.amount = change.close_date = None
    portal = Portal(world)
    deal = portal.ids("deals")["d1"]
    assert history(portal, "deals", deal, "amount") == [("5000.00", "2025-03-01T09:30:00.000Z")]
    assert len(history(portal, "deals", deal, "dealstage")) == 3


def test_a_write_adds_a_revision_and_an_unchanged_value_none(portal):
    deal = portal.ids("deals")["d2"]
    for amount in ("3000", "3500", "3500", ""):
        portal.update("deals", {deal: {"amount": amount}})
    assert [value for value, _ in history(portal, "deals", deal, "amount")] == ["", "3500", "3000"]


@pytest.mark.parametrize(("kind", "name", "kept"), [("companies", "city", 20), ("contacts", "jobtitle", 45)])
def test_only_the_latest_revisions_are_kept(portal, kind, name, kept):
    record = next(iter(portal.ids(kind).values()))
    for number in range(60):
        portal.update(kind, {record: {name: f"v{number}"}})
    seen = [value for value, _ in history(portal, kind, record, name)]
    assert seen == [f"v{number}" for number in range(59, 59 - kept, -1)]


def test_a_calculated_propertys_history_is_stamped_now(portal):
    deal = portal.ids("deals")["d1"]
    path = f"/crm/v3/objects/deals/{deal}?propertiesWithHistory=hs_is_closed"
    first, second = (portal.ask("GET", path)["propertiesWithHistory"]["hs_is_closed"] for _ in range(2))
    assert [one["sourceType"] for one in first] == ["CALCULATED"]
    portal.advance(60)
    third = portal.ask("GET", path)["propertiesWithHistory"]["hs_is_closed"]
    assert third[0]["timestamp"] > second[0]["timestamp"]


def test_a_batch_reads_histories_with_the_present_values(portal):
    inputs = [{"id": record_id} for record_id in portal.ids("deals").values()]
    body = {"inputs": inputs, "properties": ["dealname"], "propertiesWithHistory": ["dealstage", "no_such"]}
    for root in ("/crm/v3/objects", "/crm/objects/2026-09"):
        rows = portal.ask("POST", f"{root}/deals/batch/read", body)["results"]
        assert [len(row["propertiesWithHistory"]["dealstage"]) for row in rows] == [3, 1, 1]
        assert rows[0]["properties"]["dealstage"] == "closedwon"


def test_the_latest_entry_of_a_stage_is_an_unlisted_property(portal):
    deal = portal.ids("deals")["d1"]
    name = "hs_v2_date_entered_proposal"
    assert portal.get("deals", deal, name)[name] == "2025-04-02T10:00:00.000Z"
    assert portal.get("deals", portal.ids("deals")["d2"], name)[name] is None
    listed = {one["name"] for one in portal.ask("GET", "/crm/v3/properties/deals")["results"]}
    assert name not in listed


def test_a_close_date_at_midnight_comes_without_milliseconds(portal):
    ids = portal.ids("deals")
    shown = [portal.get("deals", ids[key], "closedate")["closedate"] for key in ("d1", "d2")]
    assert shown[0] == "2025-06-30T00:00:00Z"
    assert shown[1].startswith("2026-12-31T")
    assert shown[1].endswith(".000Z")
