"""`check` says of each thing that a run needs whether it is there, and how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from admin import TOKEN, Admin

from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.simulator import HubSpotSimulator
from sandbox.options import Options
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.server import start
from sandbox.world.model import World

NOTHING_WRONG = {"ok", "note", "warning"}


def by_subject(lines: list[dict]) -> dict[str, dict]:
    return {line["subject"]: line for line in lines}


def test_every_line_says_how_it_is_and_what_is_wrong_how_to_mend_it(alone: Admin, crm: str):
    alone.configure(crm, extra='    schedule: "0 * * * *"\n')
    alone.sync("--as-of", "2026-10-31")
    lines = alone.good("check", "--json").json
    found = by_subject(lines)
    assert {line["level"] for line in lines} <= NOTHING_WRONG
    assert all(line["mend"] for line in lines if line["level"] == "warning" and "KPIs" not in line["message"])
    for subject in ("database", "credentials", "clock", "fields", "field definitions", "schedule", "cost", "API limit"):
        assert found[subject]["level"] == "ok", found[subject]
    assert found["schedule"]["message"].startswith("24 runs in 24 hours")


def test_what_a_run_costs_is_held_against_our_share(alone: Admin, crm: str):
    share = "    budget: {share_of_daily_limit: 0.0001}\n"
    alone.sync("--as-of", "2026-10-31")
    alone.configure(crm, extra='    schedule: "* * * * *"\n' + share)
    cost = by_subject(alone.run("check", "--json").json).get("cost")
    assert cost is None or cost["level"] == "warning"
    alone.configure(crm, extra='    schedule: "* * * * *"\n    budget: {share_of_daily_limit: 0.01}\n')
    assert by_subject(alone.good("check", "--json").json)["cost"]["level"] == "warning"


def test_a_clock_that_goes_wrong_is_noticed(alone: Admin, crm: str):
    alone.control("POST", crm, "clock", {"advance_seconds": 600})
    clock = by_subject(alone.good("check", "--json").json)["clock"]
    assert clock["level"] == "warning"
    assert "NTP" in clock["mend"]


def test_salesforce_tells_what_it_hides_and_what_our_writes_set_off(small_world: World, tmp_path: Path):
    org = SalesforceSimulator(small_world, Options(token=TOKEN, limits=False))
    with start(org) as running:
        admin = Admin(tmp_path, {"salesforce": running.url})
        admin.configure()
        admin.good("fields", "apply")
        found = by_subject(admin.good("check", "--json").json)
        assert [found[each]["level"] for each in ("Account records seen", "validation rules", "triggers", "flows")] == [
            "ok"
        ] * 4
        assert found["reps"]["message"] == "nobody has Playmaker_Reader"
        _add(
            org.org,
            org.org.tooling["ValidationRule"],
            EntityDefinitionId="Account",
            ValidationName="No_Robots",
            Active=True,
        )
        _add(org.org, org.org.tooling["ApexTrigger"], TableEnumOrId="Opportunity", Name="Recount", Status="Active")
        _add(
            org.org,
            org.org.tables["FlowDefinitionView"],
            TriggerObjectOrEventId="Account",
            ApiName="Notify",
            IsActive=True,
        )
        _allow(org, PermissionsCustomizeApplication=False)
        found = by_subject(admin.good("check", "--json").json)
        assert "Account: No_Robots" in found["validation rules"]["message"]
        assert "Opportunity: Recount" in found["triggers"]["message"]
        assert "Account: Notify" in found["flows"]["message"]
        assert found["Customize Application"]["level"] == "warning"


def test_hubspot_tells_of_validation_rules_on_our_properties(small_world: World, tmp_path: Path):
    ruled = (("companies", "playmaker_champions"), ("deals", "amount"))
    portal = HubSpotSimulator(small_world, Options(token=TOKEN, limits=False), Settings(validated=ruled))
    with start(portal) as running:
        admin = Admin(tmp_path, {"hubspot": running.url})
        admin.configure()
        admin.good("fields", "apply")
        found = by_subject(admin.good("check", "--json").json)
    assert [found[f"rules on {name}"]["level"] for name in ("companies", "deals")] == ["warning", "note"]


def test_the_run_identity_is_tested_without_the_rights_of_the_set_up_identity(tiny_world: World, tmp_path: Path):
    portal = HubSpotSimulator(tiny_world, Options(token=TOKEN, limits=False))
    with start(portal) as running:
        admin = Admin(tmp_path, {"hubspot": running.url}, {"TOKEN": TOKEN, "SETUP": TOKEN})
        admin.configure(extra='    auth_setup: {access_token: "${SETUP}"}\n')
        admin.good("fields", "apply")
        subjects = {line["subject"] for line in admin.good("check", "--json").json}
        assert "set-up identity: create companies properties" in subjects
        assert "create companies properties" not in subjects
        admin.environ["SETUP"] = "wrong"
        assert admin.run("check").code == 3


def test_fields_with_labels_of_another_language_are_noted(alone: Admin, crm: str):
    alone.configure(crm, top="language: fr")
    lines = alone.good("check", "--json").json
    drifted = [line for line in lines if line["subject"] == "définitions des champs"]
    assert drifted
    assert {line["level"] for line in drifted} == {"note"}


def _add(org: Any, table: Any, **values: object) -> None:
    table.add({"Id": org.new_id(table), "SystemModstamp": org.now(), **values})


def _allow(org: SalesforceSimulator, **rights: bool) -> None:
    (row,) = org.org.tables["UserPermissionAccess"].live()
    row.update(rights)
