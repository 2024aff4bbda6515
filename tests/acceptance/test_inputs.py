"""Reps fill the account plan inside the CRM: fields for it, what becomes of an entry, and that no run writes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from admin import DAY, Admin

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
BARE = dict.fromkeys(("hubspot", "salesforce"), " {}\n")
KINDS = {"hubspot": ("contacts", "companies"), "salesforce": ("Contact", "Account")}


@pytest.fixture
def admin(open_admin: Callable[..., Admin], tiny_world: World, crm: str) -> Admin:
    """An admin with one CRM whose fields are all made, synced once."""
    opened = open_admin(tiny_world, crm, limits=False)
    opened.configure(mapping=BARE)
    opened.good("fields", "apply", "--inputs")
    opened.sync(*AS_OF)
    return opened


def field_of(crm: str, key: str) -> str:
    return f"playmaker_{key}" if crm == "hubspot" else f"Playmaker_{key.title()}__c"


def fill_in(admin: Admin, crm: str, kind: str, id_: str, **values: object) -> None:
    """A rep's entry over the CRM's own API."""
    named = {field_of(crm, key): value for key, value in values.items()}
    if crm == "hubspot":
        admin.call(crm, "PATCH", f"/crm/v3/objects/{kind}/{id_}", {"properties": named})
    else:
        admin.call(crm, "PATCH", f"/services/data/v64.0/sobjects/{kind}/{id_}", named)


def somebody(admin: Admin, crm: str, world: World) -> tuple[str, str]:
    """A person and their account, by the CRM's ids."""
    known = next(one for one in world.contacts if one.account)
    contacts, accounts = ({one["key"]: one["id"] for one in admin.state(crm)[kind]} for kind in KINDS[crm])
    return contacts[known.key], accounts[known.account]


def kpi(admin: Admin, account: str, key: str) -> Any:
    return admin.good("explain", account, key, *AS_OF, "--json").json["value"]


def test_what_a_rep_enters_in_the_crm_is_a_judgement_and_no_run_writes_there(admin: Admin, crm: str, tiny_world: World):
    person, account = somebody(admin, crm, tiny_world)
    champions = kpi(admin, account, "champions")
    contacts, accounts = KINDS[crm]
    fill_in(admin, crm, contacts, person, role="economic", stance="champion", influence="4")
    fill_in(admin, crm, accounts, account, potential_revenue=9_000_000, alignment="5", objective="Open in Spain")
    assert admin.sync(*AS_OF)[crm]["written"] > 0
    shown = admin.good("plan", "show", account, "--json").json
    judged = {one["person"]: one for one in shown["stakeholders"]}[person]
    assert [judged[axis] for axis in ("role", "stance", "influence")] == ["economic", "champion", 4]
    assert [judged["judged"][axis]["source"] for axis in ("role", "stance", "influence")] == ["crm"] * 3
    assert [shown["plan"][field] for field in ("potential_revenue", "alignment", "objective")] == [
        "9000000",
        5,
        "Open in Spain",
    ]
    assert {said["side"] for said in shown["judged"].values()} == {"crm"}
    assert kpi(admin, account, "champions") == champions + 1
    assert kpi(admin, account, "growth_gap") is not None
    told = admin.good("explain", account, "impact", *AS_OF, "--json").json["said"]
    assert {field: (one["value"], one["side"]) for field, one in told.items()} == {
        "potential_revenue": ("9000000", "crm"),
        "alignment": (5, "crm"),
    }
    assert "said by a rep in the CRM" in admin.good("explain", account, "growth_gap", *AS_OF).out
    people = admin.good("explain", account, "stakeholder_coverage", *AS_OF, "--json").json["counted"]
    assert next(one for one in people if one["id"] == person)["judged"]["stance"]["side"] == "crm"
    before = admin.state(crm)
    assert admin.sync(*AS_OF)[crm]["written"] == 0
    assert admin.state(crm) == before


def test_fields_for_reps_are_planned_as_they_are_checked_and_closed_to_other_words(admin: Admin, crm: str):
    lines = [line for line in admin.good("fields", "plan", "--inputs", "--json").json if line["input"]]
    assert len(lines) == 6
    assert {line["action"] for line in lines} == {"keep"}
    with pytest.raises(requests.HTTPError):
        fill_in(admin, crm, KINDS[crm][0], admin.state(crm)[KINDS[crm][0]][0]["id"], stance="fan")
    found = [line for line in admin.good("check", "--json").json if line["subject"] == "fields that reps fill"]
    assert [line["level"] for line in found] == ["ok"]
    admin.configure(mapping=dict.fromkeys(BARE, f"\n      contact: {{stance: {field_of(crm, 'role')}}}\n"))
    ours = admin.good("fields", "plan", "--inputs", "--json").json
    assert [line["field"] for line in ours if line["action"] == "mapped"] == [field_of(crm, "role")]


def test_a_figure_is_never_written_where_reps_fill_in(admin: Admin, crm: str):
    admin.configure(mapping=BARE, extra=f"    kpi_fields: {{revenue: {field_of(crm, 'alignment')}}}\n")
    for command in (["fields", "apply"], ["sync", "--no-push"]):
        refused = admin.run(*command)
        assert refused.code == 2
        assert "reps fill account plans in" in refused.err + refused.out
