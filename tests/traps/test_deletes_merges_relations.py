"""Deletes, merges, relations: only a complete listing buries, late parents are found, histories stay what they are.

What else belongs here is held by tests/acceptance/test_reconcile.py, tests/pipeline/test_sweep.py and test_merge.py.
"""

from __future__ import annotations

import json

import pytest
from admin import DAY
from garbler import Garbler
from trap_place import OBJECTS, OpenPlace, Place
from watched import Watched

from sandbox.world.model import World

READS = {"hubspot": ("deals/search",), "salesforce": ("FROM+Opportunity+", "FROM%20Opportunity%20")}
STAGE = {"hubspot": "dealstage", "salesforce": "StageName"}


def ids(place: Place, kind: str) -> set[str]:
    return {each["id"] for each in place.records(kind)}


@pytest.mark.parametrize(("days", "is_known"), [(20, True), (5, False)])
def test_after_an_absence_longer_than_the_bin_keeps_deletes_the_ids_are_compared(
    place: Place, days: int, *, is_known: bool
):
    """What was purged meanwhile left no trace."""
    place.sync("--no-push")
    contact, other = (each["id"] for each in place.records("contact")[:2])
    place.delete("contact", contact)
    place.admin.control("POST", place.crm, "purge")
    place.pass_time(days=days)
    place.rename("contact", other, "Edited")
    place.configure(extra="    sweep_hours: 700\n")
    place.sync("--no-push")
    assert (contact not in place.live("contact")) is is_known
    assert place.stored_name("contact", other) == "Edited"


def test_a_full_scan_that_stops_half_way_never_marks_unseen_rows_as_deleted(place: Place):
    place.sync("--no-push")
    before = {kind: ids(place, kind) for kind in OBJECTS[place.crm]}
    place.forget_requests()
    place.sync("--no-push", "--full")
    total = len(place.requests())
    place.pass_time(minutes=1)
    for number, after in enumerate(range(4, total, total // 7)):
        fault = {"status": 429, "policy": "DAILY"} if place.crm == "hubspot" else {"status": 503}
        place.fault("status", after=after, times=None, **fault)
        assert place.sync("--no-push", "--full", code=4)["deleted"] == {}, number
        place.mend()
        assert {kind: place.live(kind).keys() for kind in before} == before
    assert place.sync("--no-push")["deleted"] == {}


def test_a_listing_that_shows_nothing_buries_nothing_that_the_crm_still_knows(
    open_place: OpenPlace, few: World, crm: str
):
    place = open_place(crm, few, garble=Garbler)
    place.sync("--no-push")
    before = {kind: ids(place, kind) for kind in OBJECTS[crm]}
    lists_ids = {"hubspot": {"hs_object_id"}, "salesforce": {"attributes", "Id"}}[crm]

    def show_nothing(body: bytes) -> bytes:
        """An index that is being rebuilt, a permission that was lost: the listing of ids is empty."""
        document = json.loads(body or b"{}")
        rows = document.get("results" if crm == "hubspot" else "records", []) if isinstance(document, dict) else []
        named = [set(row.get("properties", row)) for row in rows]
        if not named or any(
            not names <= lists_ids | {"createdate", "lastmodifieddate", "hs_lastmodifieddate"} for names in named
        ):
            return body
        empty = {"results": []} if crm == "hubspot" else {"totalSize": 0, "done": True, "records": []}
        return json.dumps(empty).encode()

    place.served.spoil(dict.fromkeys(range(500), show_nothing))
    place.run("sync", "--no-push", "--full")
    place.served.spoil({})
    assert {kind: place.live(kind).keys() for kind in before} == before


def create(place: Place, kind: str, values: dict[str, str]) -> str:
    path = place.path(kind, "").rstrip("/")
    answer = place.served.ask("POST", path, {"properties": values} if place.crm == "hubspot" else values)
    return str(json.loads(answer.get_data())["id"])


def sign_a_new_customer(place: Place) -> dict[str, str]:
    """A new account with a deal, in the middle of our reading."""
    if place.crm == "salesforce":
        account = create(place, "account", {"Name": "Late"})
        deal = {"Name": "Early", "StageName": "Qualification", "CloseDate": str(DAY), "AccountId": account}
        return {"account": account, "deal": create(place, "deal", deal)}
    account = create(place, "account", {"name": "Late"})
    deal = create(
        place, "deal", {"dealname": "Early", "dealstage": "qualification", "pipeline": "default", "closedate": str(DAY)}
    )
    link = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]
    place.served.ask("PUT", f"/crm/v4/objects/deals/{deal}/associations/companies/{account}", link)
    return {"account": account, "deal": deal}


def test_a_child_that_arrives_before_its_parent_is_stored_and_linked_when_the_parent_arrives(
    open_place: OpenPlace, few: World, crm: str
):
    place = open_place(crm, few, garble=Watched)
    new: dict[str, str] = {}
    place.served.when = READS[crm]
    place.served.before = lambda: new.update(sign_a_new_customer(place))
    place.sync()
    assert place.stored("deal")[new["deal"]]["account"] == new["account"]
    assert new["account"] not in place.stored("account")
    place.sync()
    assert new["account"] in place.live("account")
    assert new["account"] in {id_ for id_, _ in place.served.sent}
    assert place.sync()["written"] == 0


def test_the_latest_stage_of_the_stage_history_is_the_deal_s_current_stage(place: Place, few: World):
    place.sync("--no-push")
    deal = place.records("deal")[0]["id"]
    for stage in few.stages[1:4]:
        place.pass_time(minutes=20)
        place.change("deal", deal, {STAGE[place.crm]: stage.key if place.crm == "hubspot" else stage.label})
        place.sync("--no-push")
        history = [row for row in place.live("deal_history").values() if row["deal"] == deal and row["stage"]]
        current = place.stored("deal")[deal]["stage"]
        assert max(history, key=lambda row: str(row["at"]))["stage"] == current
        assert current == (stage.key if place.crm == "hubspot" else stage.label)


def test_history_entries_that_hubspot_stamps_now_do_not_create_a_change_on_every_run(hubspot: Place):
    hubspot.configure(mapping={"hubspot": "\n      deal_history: {probability: hs_deal_stage_probability}"})
    hubspot.sync("--no-push")
    before = hubspot.stored("deal_history")
    for minutes in (7, 11):
        hubspot.pass_time(minutes=minutes)
        for row in hubspot.records("deal"):
            hubspot.rename("deal", row["id"], f"Renamed {minutes}")
        hubspot.sync("--no-push")
        assert hubspot.stored("deal_history") == before
