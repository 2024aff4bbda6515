"""Fields in the CRM: whose they are, a plan reviewed elsewhere, another identity, taking them away again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml
from admin import TOKEN, Admin

from sandbox.world.model import World

CHAMPIONS = {"hubspot": "playmaker_champions", "salesforce": "Playmaker_Champions__c"}


@pytest.fixture
def alone(open_admin: Callable[..., Admin], tiny_world: World, crm: str) -> Admin:
    """An admin with one CRM and no fields in it."""
    opened = open_admin(tiny_world, crm, limits=False)
    opened.configure()
    return opened


def make_theirs(admin: Admin, crm: str, label: str, type_: str = "number") -> None:
    """A field with the name of one of ours, made by somebody else."""
    if crm == "hubspot":
        body = {"name": CHAMPIONS[crm], "label": label, "type": type_, "groupName": "companyinformation"}
        control = {"number": "number", "string": "text"}[type_]
        admin.call(crm, "POST", "/crm/v3/properties/companies", body | {"fieldType": control})
    else:
        shape = {"type": "Number", "precision": 18, "scale": 0} if type_ == "number" else {"type": "Text", "length": 9}
        field = {"FullName": f"Account.{CHAMPIONS[crm]}", "Metadata": {"label": label, **shape}}
        admin.call(crm, "POST", "/services/data/v64.0/tooling/sobjects/CustomField", field)


def line_of(lines: list[dict], field: str, kind: str = "account") -> dict:
    (line,) = [line for line in lines if line["field"] == field and line["kind"] == kind]
    return line


def test_a_field_of_somebody_else_is_left_until_it_is_adopted_and_never_removed(alone: Admin, crm: str):
    name = CHAMPIONS[crm]
    make_theirs(alone, crm, "Our own count")
    alone.good("fields", "apply")
    assert line_of(alone.good("fields", "plan", "--json").json, name)["action"] == "foreign"
    assert alone.run("fields", "adopt", "no_such_field").code == 2
    (adopted,) = alone.good("fields", "adopt", name, "--json").json
    assert (adopted["kind"], adopted["field"]) == ("account", name)
    assert alone.run("fields", "adopt", name).code == 2, "it is ours already"
    planned = line_of(alone.good("fields", "apply", "--json").json, name)
    assert (planned["action"], planned["mends"]) == ("differs", True)
    assert line_of(alone.good("fields", "plan", "--json").json, name)["action"] == "keep"
    (line,) = alone.good("fields", "remove", name, "--yes", "--json").json
    assert line["action"] == "release"
    assert line_of(alone.good("fields", "plan", "--json").json, name)["action"] == "foreign"


def test_fields_that_we_made_are_removed_when_somebody_says_so(alone: Admin, crm: str):
    alone.good("fields", "apply")
    alone.sync("--as-of", "2026-10-31")
    shown = alone.good("fields", "remove", "--json")
    assert "--yes" in shown.err
    assert {line["action"] for line in shown.json} == {"remove"}
    assert line_of(shown.json, CHAMPIONS[crm])["held"] > 0
    assert {line["action"] for line in alone.good("fields", "plan", "--json").json} == {"keep"}, "only shown"
    assert alone.run("fields", "remove", "amount", "--yes").code == 2
    said = alone.good("fields", "remove", "--yes")
    assert "records are lost" in said.out
    assert {line["action"] for line in alone.good("fields", "plan", "--json").json} == {"create"}
    assert alone.good("fields", "remove", "--yes", "--json").json == []


def test_a_database_that_was_lost_learns_its_fields_again(alone: Admin, crm: str):
    alone.good("fields", "apply")
    (alone.folder / "playmaker.db").unlink()
    assert alone.good("fields", "remove", "--json").json == []
    alone.good("fields", "apply")
    assert line_of(alone.good("fields", "remove", "--json").json, CHAMPIONS[crm])["action"] == "remove"


def test_a_plan_is_applied_elsewhere_as_it_was_reviewed(alone: Admin, crm: str):
    ending = {"hubspot": "yaml", "salesforce": "json"}[crm]
    file = alone.folder / f"plan.{ending}"
    alone.good("fields", "plan", "--inputs", "--out", str(file))
    document = (json.loads if ending == "json" else yaml.safe_load)(file.read_text())
    document["connections"][0] |= {"connection": "sandbox", "organisation": "another"}
    file.write_text(json.dumps(document) if ending == "json" else yaml.safe_dump(document))
    done = alone.good("fields", "apply", str(file), "--json").json
    assert {line["action"] for line in done} == {"create", "mapped"}
    again = alone.good("fields", "apply", str(file), "--json").json
    assert {line["action"] for line in again} == {"keep", "mapped"}


def test_a_plan_that_this_organisation_contradicts_is_not_applied_at_all(alone: Admin, crm: str):
    file = alone.folder / "plan.yaml"
    alone.good("fields", "plan", "--out", str(file))
    make_theirs(alone, crm, "A text", "string")
    refused = alone.run("fields", "apply", str(file))
    assert refused.code == 2
    assert f"account {CHAMPIONS[crm]}: reviewed as create, here it is conflict" in refused.err
    alone.configure(crm, top="language: fr")
    assert alone.run("fields", "apply", str(file)).code == 2
    alone.configure(crm)
    assert "create" in {line["action"] for line in alone.run("fields", "plan", "--json").json}
    file.write_text("fields: [")
    assert alone.run("fields", "apply", str(file)).code == 2


def test_another_identity_creates_the_fields_for_the_one_that_runs(alone: Admin, crm: str):
    path = alone.configure(crm, extra='    auth_setup: {access_token: "${SETUP}"}\n')
    assert "SETUP" in path.read_text()
    alone.environ["SETUP"] = "wrong"
    assert alone.run("fields", "apply").code == 3
    alone.environ["SETUP"] = TOKEN
    alone.good("fields", "apply")
    assert alone.sync("--as-of", "2026-10-31")[crm]["written"] > 0


def test_a_package_is_written_where_fields_can_be_deployed(alone: Admin, crm: str):
    folder = alone.folder / "package"
    if crm == "hubspot":
        assert alone.run("fields", "package", str(folder)).code == 2
        return
    alone.good("fields", "package", str(folder), "--inputs")
    assert (folder / "force-app/main/default/objects/Account/fields/Playmaker_Champions__c.field-meta.xml").exists()
    assert (folder / "force-app/main/default/permissionsets/Playmaker_Planner.permissionset-meta.xml").exists()
    assert {line["action"] for line in alone.good("fields", "plan", "--json").json} == {"create"}
    assert alone.run("fields", "package", str(folder)).code == 2, "it is not empty"
