"""Writing back: only what changed, only our fields, every refusal kept, every lost answer looked into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from trap_place import NAMES, OBJECTS, OpenPlace, Place, standing_in
from watched import Watched

from sandbox.world.model import World

AMOUNT = {"hubspot": "amount", "salesforce": "Amount"}
MOMENT = {"hubspot": "playmaker_computed_at", "salesforce": "Playmaker_Computed_At__c"}
ABOUT_A_ROW = {"code": "CUSTOM_RULE", "message": "not on Fridays"}
ABOUT_A_VALUE = {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "not on Fridays", "field": "playmaker_status"}


@pytest.fixture(scope="module")
def few(few: World) -> World:
    """Without line items: with them an amount is their sum, and no longer anybody's to change."""
    return replace(few, line_items=[])


@pytest.fixture
def place(open_place: OpenPlace, few: World, crm: str) -> Place:
    return open_place(crm, few, garble=Watched)


def raw(place: Place, kind: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row.get("properties", row) for row in place.records(kind)}


def ours(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if "laymaker_" in name and value not in {None, ""}}


def open_deals(place: Place, world: World) -> Iterator[str]:
    """The ids of the open deals of accounts."""
    closed = {stage.key for stage in world.stages if stage.closed}
    keys = {deal.key for deal in world.deals if deal.account and deal.stage not in closed}
    yield from (row["id"] for row in place.records("deal") if row["key"] in keys)


def set_amount(place: Place, deal: str, amount: int) -> None:
    place.change("deal", deal, {AMOUNT[place.crm]: amount if place.crm == "salesforce" else str(amount)})


def sent_ids(place: Place) -> set[str]:
    return {id_ for id_, _ in place.served.sent}


def kept(place: Place) -> list[dict[str, Any]]:
    return place.admin.good("errors", "--json").json


def test_unchanged_kpis_cause_no_write_calls(place: Place):
    place.sync()
    place.forget_requests()
    place.rename("contact", place.records("contact")[0]["id"], "Edited")
    for arguments in ((), ("--full",), ()):
        assert place.sync(*arguments)["written"] == 0
    assert place.writes() == []


def test_a_push_does_not_make_the_next_two_idle_cycles_push_again(place: Place, few: World):
    for amount in (54_321, 65_432):
        set_amount(place, next(open_deals(place, few)), amount)
        assert place.sync()["written"] > 0
        place.forget_requests()
        for minutes in (3, 90):
            place.pass_time(minutes=minutes)
            place.sync()
        assert place.writes() == []


def test_only_the_kpi_fields_are_sent_and_a_field_edited_by_a_human_meanwhile_is_untouched(place: Place):
    """The human edits the very account that is being written, between our reading and our writing it."""
    account = place.records("account")[0]["id"]
    edit = {NAMES[place.crm]["account"]: "Edited by a human"}
    body = {"properties": edit} if place.crm == "hubspot" else edit
    place.served.before = lambda: place.served.ask("PATCH", place.path("account", account), body)
    before = raw(place, "account")
    place.sync()
    assert account in sent_ids(place)
    assert all("laymaker_" in name for _, values in place.served.sent for name in values)
    before[account] |= edit
    for id_, values in raw(place, "account").items():
        changed = {name for name, value in values.items() if value != before[id_].get(name)}
        assert {name for name in changed if "laymaker_" not in name and "modifi" not in name.lower()} <= {
            "SystemModstamp",
            "hs_object_source_detail_1",
        }


@pytest.mark.parametrize("refusal", [ABOUT_A_ROW, ABOUT_A_VALUE], ids=["a row", "a whole batch"])
def test_one_bad_row_is_reported_with_its_crm_message_and_the_other_rows_are_written(
    place: Place, refusal: dict[str, str]
):
    """HubSpot answers 207 for the first kind: its failed rows are failed. The second makes it refuse all rows."""
    if place.crm == "hubspot":
        place.configure(extra='    api_version: "v3"\n')
    bad, *others = (each["id"] for each in place.records("account"))
    place.fault("refuse_row", object=OBJECTS[place.crm]["account"], id=bad, times=None, **refusal)
    report = place.sync(code=5)
    assert report["refused"] == 1
    assert [(one["id"], one["message"]) for one in kept(place)] == [(bad, "not on Fridays")]
    accounts = raw(place, "account")
    assert ours(accounts[bad]) == {}
    assert all(ours(accounts[other]) for other in others)
    if place.crm == "hubspot":
        statuses = {each["status"] for each in place.writes()}
        assert (207 if refusal is ABOUT_A_ROW else 400) in statuses


def test_a_row_that_failed_is_retried_with_its_current_value_until_it_succeeds(place: Place, few: World):
    """It is never counted as sent."""
    deal = next(open_deals(place, few))
    account = place.live("deal")[deal]["account"] if place.sync("--no-push") else ""
    refused = {"object": OBJECTS[place.crm]["account"], "id": account} | ABOUT_A_ROW
    place.fault("refuse_row", times=None, **refused)
    first = place.sync(code=5)
    assert first["written"] == len(place.records("account")) + len(place.records("deal")) - 1
    set_amount(place, deal, 54_321)
    assert place.sync(code=5)["refused"] == 1
    (error,) = kept(place)
    assert error["attempts"] == 2
    place.mend()
    place.pass_time(hours=1)
    assert place.sync()["written"] == 1
    held = ours(raw(place, "account")[account])
    assert place.sync("--full")["written"] == 0
    assert ours(raw(place, "account")[account]) == held != {}
    assert kept(place) == []


def test_a_lost_answer_after_a_successful_write_makes_no_second_write_and_no_wrong_ledger(place: Place):
    place.fault("reset_after", path={"hubspot": "/batch/update", "salesforce": "composite"}[place.crm], times=None)
    place.sync(code=4)
    arrived = {id_ for id_, values in raw(place, "account").items() if ours(values)}
    assert arrived == {each["id"] for each in place.records("account")}
    place.mend()
    place.served.sent.clear()
    report = place.sync()
    assert report["restored"] == 0
    assert sent_ids(place) == {each["id"] for each in place.records("deal")}
    assert place.sync("--full")["written"] == 0


def test_clearing_a_kpi_writes_null_and_what_is_empty_already_is_not_sent(place: Place):
    place.sync()
    deals = place.live("deal")
    account = max(raw(place, "account"), key=lambda each: sum(deal["account"] == each for deal in deals.values()))
    before = ours(raw(place, "account")[account])
    for deal in (id_ for id_, row in deals.items() if row["account"] == account):
        place.delete("deal", deal)
    place.served.sent.clear()
    place.sync("--force")
    (values,) = [values for id_, values in place.served.sent if id_ == account]
    cleared = {name for name, value in values.items() if value == {"hubspot": "", "salesforce": None}[place.crm]}
    after = ours(raw(place, "account")[account])
    assert cleared == before.keys() - after.keys() != set()
    assert place.sync()["written"] == 0


def test_dates_and_moments_are_sent_alike_in_every_time_zone_of_the_host(open_place: OpenPlace, few: World, crm: str):
    seen = []
    for zone in ("America/New_York", "Pacific/Kiritimati"):
        with standing_in(zone):
            place = open_place(crm, few)
            place.sync()
        seen.append(str([values for kind in ("account", "deal") for values in map(ours, raw(place, kind).values())]))
    assert seen[0] == seen[1]
    assert MOMENT[crm] in seen[0]


@pytest.mark.parametrize("crm", ["salesforce"], indirect=True)
def test_a_row_that_is_locked_is_retried_and_the_children_of_one_account_stay_together(place: Place):
    """Batches go one after the other; those of the same account never wait for each other's locks."""
    place.sync("--no-push")
    owners = {id_: row["account"] for id_, row in place.live("deal").items()}
    locked = {"code": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access to this record"}
    place.fault("refuse_row", object="Opportunity", id=next(iter(owners)), times=2, **locked)
    report = place.sync()
    assert (report["refused"], report["written"]) == (0, len(owners) + len(place.records("account")))
    first_sent = [owners[id_] for id_ in dict.fromkeys(id_ for id_, _ in place.served.sent) if id_ in owners]
    assert [account for account, _ in groupby(first_sent)] == list(dict.fromkeys(first_sent))


@pytest.mark.parametrize("kind", ["account", "deal"])
def test_a_record_deleted_since_the_pull_is_skipped_with_a_reason_and_not_retried_for_ever(place: Place, kind: str):
    gone, *others = (each["id"] for each in place.records(kind))
    place.served.before = lambda: place.served.ask("DELETE", place.path(kind, gone))
    outcome = place.run("sync")
    assert outcome.code == 0
    assert f"{gone} was deleted or merged" in outcome.err
    assert [(one["id"], one["code"]) for one in kept(place)][:1] == [(gone, kept(place)[0]["code"])]
    assert all(ours(raw(place, kind)[other]) for other in others)
    place.sync("--force")
    place.served.sent.clear()
    assert place.sync("--force")["written"] == 0
    assert kept(place) == []
    assert gone not in sent_ids(place)


def test_figures_of_a_record_merged_since_the_pull_are_written_to_the_winner(place: Place):
    winner, loser = (each["id"] for each in place.records("account")[:2])
    survivor: list[str] = []
    objects = OBJECTS[place.crm]["account"]
    place.served.before = lambda: survivor.append(place.simulator.merge(objects, winner, loser))
    place.run("sync")
    place.sync("--force")
    held = ours(raw(place, "account")[survivor[0]])
    assert held
    assert place.sync("--full", "--force")["written"] == 0
    assert ours(raw(place, "account")[survivor[0]]) == held
    assert kept(place) == []


def test_a_number_that_the_crm_cannot_hold_never_leaves_and_the_other_rows_do(
    open_place: OpenPlace, few: World, crm: str
):
    """Nor do infinities and numbers that are none: what leaves is a number in full digits."""
    undecided = [replace(deal, stage="negotiation") for deal in few.deals]
    place = open_place(crm, replace(few, deals=undecided, stage_changes=[]), garble=Watched)
    most = {"hubspot": 10**15, "salesforce": 10**16}[crm]
    place.sync("--no-push")
    deals = place.live("deal")
    account = max(raw(place, "account"), key=lambda each: sum(deal["account"] == each for deal in deals.values()))
    for deal in (each for each, row in deals.items() if row["account"] == account):
        set_amount(place, deal, most * 9 // 10)
    report = place.sync(code=5)
    numbers = [str(value) for _, values in place.served.sent for value in values.values() if is_number(value)]
    assert numbers
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", number) and abs(Decimal(number)) < most for number in numbers)
    assert report["written"] == len(place.records("account")) + len(deals) - report["refused"]
    assert {one["id"] for one in kept(place)} == {account}
    assert all("digits" in one["message"] for one in kept(place))


def is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) or (isinstance(value, str) and value[:1].isdigit() and ":" not in value)
