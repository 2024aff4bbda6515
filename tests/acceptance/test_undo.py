"""`playmaker undo` and the guard before it, on both simulated CRMs, by the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from admin import DAY, Admin

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
ACCOUNTS = {"hubspot": "companies", "salesforce": "Account"}
CHAMPIONS = {"hubspot": "playmaker_champions", "salesforce": "Playmaker_Champions__c"}
FRACTION = {"hubspot": "playmaker_stakeholder_coverage", "salesforce": "Playmaker_Stakeholder_Coverage__c"}
PATHS = {
    ("hubspot", "account"): "/crm/v3/objects/companies",
    ("hubspot", "contact"): "/crm/v3/objects/contacts",
    ("salesforce", "account"): "/services/data/v64.0/sobjects/Account",
    ("salesforce", "contact"): "/services/data/v64.0/sobjects/Contact",
}


def figures(admin: Admin, crm: str) -> dict[str, dict[str, Any]]:
    """Our fields of every account, as they lie in the CRM."""
    rows = admin.state(crm)[ACCOUNTS[crm]]
    values = {row["id"]: row.get("properties", row) for row in rows if not row["archived"]}
    return {
        id_: {name: value for name, value in one.items() if "laymaker_" in name and value not in {None, ""}}
        for id_, one in values.items()
    }


def edit(admin: Admin, crm: str, id_: str, **fields: Any) -> None:
    """A person edits an account over the CRM's own API."""
    admin.call(crm, "PATCH", f"{PATHS[crm, 'account']}/{id_}", {"properties": fields} if crm == "hubspot" else fields)


def delete_all(admin: Admin, crm: str, kind: str) -> None:
    """Somebody empties the CRM of one kind of record."""
    for row in admin.state(crm)[PATHS[crm, kind].rpartition("/")[2]]:
        admin.call(crm, "DELETE", f"{PATHS[crm, kind]}/{row['id']}", None)


def sync(admin: Admin, *options: str) -> dict[str, Any]:
    return admin.good("sync", "--json", *AS_OF, *options).json


def counts(document: dict[str, Any]) -> dict[str, Any]:
    (one,) = document["connections"]
    return one


def test_undo_puts_back_what_a_run_wrote(alone: Admin, crm: str):
    before = figures(alone, crm)
    run = sync(alone)["run_id"]
    assert figures(alone, crm) != before
    dry = counts(alone.good("undo", run, "--dry-run", "--json").json)
    assert figures(alone, crm) != before, "the dry run changes nothing"
    outcome = alone.good("undo", run, "--json")
    undone = counts(outcome.json)
    assert figures(alone, crm) == before
    assert (dry["values"], dry["records"]) == (undone["values"], undone["records"])
    assert (undone["written"], undone["skipped"]) == (undone["records"], [])
    assert "next sync" in outcome.json["note"]


def test_next_sync_writes_ours_again_and_undoing_the_undo_does_too(alone: Admin, crm: str):
    run = sync(alone)["run_id"]
    ours = figures(alone, crm)
    undo = alone.good("undo", run, "--json").json["run_id"]
    alone.good("undo", undo, "--json")
    assert figures(alone, crm) == ours
    assert counts(sync(alone))["written"] == 0
    alone.good("undo", run, "--json")
    assert counts(sync(alone, "--force"))["written"] > 0
    assert figures(alone, crm) == ours


def test_value_that_somebody_changed_since_is_left_with_the_reason(alone: Admin, crm: str):
    run = sync(alone)["run_id"]
    id_ = next(iter(figures(alone, crm)))
    edit(alone, crm, id_, **{CHAMPIONS[crm]: 77})
    undone = counts(alone.good("undo", run, "--json").json)
    assert undone["skipped"] == [
        {"kind": "account", "id": id_, "field": CHAMPIONS[crm], "reason": "somebody has changed it since"}
    ]
    assert {name: float(value) for name, value in figures(alone, crm)[id_].items()} == {CHAMPIONS[crm]: 77}


def test_value_that_a_later_run_wrote_and_a_record_that_is_gone_are_left_with_their_reasons(alone: Admin, crm: str):
    run = sync(alone)["run_id"]
    gone = next(iter(figures(alone, crm)))
    delete_all(alone, crm, "contact")
    later = sync(alone, "--force")["run_id"]
    held = figures(alone, crm)
    alone.call(crm, "DELETE", f"{PATHS[crm, 'account']}/{gone}", None)
    skipped = counts(alone.good("undo", run, "--json").json)["skipped"]
    assert {one["reason"] for one in skipped if one["id"] == gone} == {"the record was deleted or merged"}
    left = {one["id"]: one["reason"] for one in skipped if one["field"] == CHAMPIONS[crm] and one["id"] != gone}
    assert set(left.values()) == {f"run {later} has written it since"}
    now = figures(alone, crm)
    assert [now[id_][CHAMPIONS[crm]] for id_ in left] == [held[id_][CHAMPIONS[crm]] for id_ in left]


def test_undo_of_a_run_that_never_was_is_refused(alone: Admin):
    outcome = alone.run("undo", "nosuchrun")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there was no run nosuchrun" in outcome.err


def test_undo_in_words_names_what_it_left(alone: Admin, crm: str):
    run = sync(alone)["run_id"]
    id_ = next(iter(figures(alone, crm)))
    edit(alone, crm, id_, **{CHAMPIONS[crm]: 77})
    outcome = alone.good("undo", run)
    assert "somebody has changed it since" in outcome.out
    assert f"Run {run} undone" in outcome.out
    assert "next sync" in outcome.err


@pytest.mark.parametrize("field", [CHAMPIONS, FRACTION])
def test_field_of_ours_that_a_person_edited_is_restored_and_counted_and_two_idle_cycles_write_nothing(
    alone: Admin, crm: str, field: dict[str, str]
):
    sync(alone)
    ours = figures(alone, crm)
    id_ = next(id_ for id_, values in ours.items() if field[crm] in values)
    edit(alone, crm, id_, **{field[crm]: "3"})
    report = counts(sync(alone))
    assert (report["written"], report["restored"]) == (1, 1)
    assert figures(alone, crm) == ours
    for _ in range(2):
        alone.control("POST", crm, "clock", {"advance_seconds": 3600})
        alone.control("DELETE", crm, "log")
        assert counts(sync(alone))["written"] == 0
        writes = [one for one in alone.requests(crm) if one["method"] == "PATCH" or "batch/update" in one["path"]]
        assert writes == []


def test_emptied_crm_stops_the_run_before_its_first_write(alone: Admin, crm: str):
    sync(alone)
    before = figures(alone, crm)
    delete_all(alone, crm, "contact")
    outcome = alone.run("sync", *AS_OF)
    assert outcome.code == 2
    assert "max_change" in outcome.err
    assert len([line for line in outcome.err.splitlines() if "max_change" in line]) == 1
    assert figures(alone, crm) == before
    assert alone.run("sync", *AS_OF, "--dry-run").code == 2
    alone.good("sync", *AS_OF, "--force")
    assert figures(alone, crm) != before


def test_retry_makes_refused_records_due(alone: Admin, crm: str):
    id_ = next(row["id"] for row in alone.state(crm)[ACCOUNTS[crm]])
    alone.fault(crm, action="refuse_row", object=ACCOUNTS[crm], id=id_, code="CUSTOM", message="not on Fridays")
    assert alone.run("sync", *AS_OF).code == 5
    assert counts(sync(alone))["waiting"] == 1
    alone.control("DELETE", crm, "faults")
    assert "1" in alone.good("retry", "--record", id_).out
    assert alone.good("retry", "--json").json == [{"connection": crm, "records": 1}]
    assert counts(sync(alone))["written"] == 1
    assert alone.good("errors", "--json").json == []


def test_search_index_that_still_shows_the_time_before_our_write_wakes_nobody(
    open_admin: Callable[..., Admin], small_world: World
):
    late = open_admin(small_world, "hubspot", limits=False, index_lag_ms=120_000)
    late.configure()
    late.good("fields", "apply")
    late.control("POST", "hubspot", "clock", {"advance_seconds": 600})
    sync(late)
    delete_all(late, "hubspot", "contact")
    sync(late, "--force")
    for _ in range(3):
        report = counts(sync(late))
        assert (report["written"], report["restored"]) == (0, 0)
        late.control("POST", "hubspot", "clock", {"advance_seconds": 100})
