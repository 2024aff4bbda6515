"""The SFDX project holds what `ensure_fields` makes, no more and no less."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from sandbox_org import SPECS, SandboxOrg

from adapters.base import FieldSpec, FieldType, Kind

STANCE = FieldSpec(
    Kind.CONTACT, "stance", "Playmaker_Stance__c", "Für & gegen <uns>", "Who's for us?", FieldType.CHOICE,
    options=(("champion", "Champion"), ("opponent", "Opponent")), by_reps=True,
)  # fmt: skip
ALL = [*SPECS, STANCE]
ROOT = "force-app/main/default"
XMLNS = "{http://soap.sforce.com/2006/04/metadata}"


@pytest.fixture(scope="module")
def org():
    opened = SandboxOrg()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def files(org):
    crm = org.connect()
    written = crm.package(ALL)
    crm.ensure_fields(ALL)
    return written


def read(element):
    """An element as Tooling would have it: repeated children are lists, leaves are text."""
    if not len(element):
        return element.text
    held = {}
    for child in element:
        held.setdefault(child.tag.removeprefix(XMLNS), []).append(read(child))
    return {
        name: values if name in {"value", "fieldPermissions", "fields"} else values[0] for name, values in held.items()
    }


def plain(value):
    """The same with all leaves as text."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def parse(text):
    return read(ET.fromstring(text.encode()))  # noqa: S314 - written by us a moment ago


def test_each_field_is_deployed_as_it_is_created(org, files):
    rows = org.simulator.org.tooling["CustomField"].live()
    made = {f"{row['TableEnumOrId']}/fields/{row['DeveloperName']}__c": row["Metadata"] for row in rows}
    fields = {path: text for path, text in files.items() if "/fields/" in path}
    assert len(fields) == len(ALL)
    for path, text in fields.items():
        body = parse(text)
        place = path.removeprefix(f"{ROOT}/objects/").removesuffix(".field-meta.xml")
        assert place.endswith(f"/{body.pop('fullName')}")
        assert body == plain(made[place])


def test_each_permission_set_grants_what_is_granted(org, files):
    sets = [row for row in org.simulator.org.tables["PermissionSet"].live() if row["Name"].startswith("Playmaker")]
    paths = {f"{ROOT}/permissionsets/{row['Name']}.permissionset-meta.xml": row for row in sets}
    assert {path for path in files if "/permissionsets/" in path} == paths.keys()
    for path, row in paths.items():
        body = parse(files[path])
        assert (body["label"], body["description"]) == (row["Label"], row["Description"])
        granted = org.simulator.org.tables["FieldPermissions"].find("ParentId", row["Id"])
        assert sorted((one["field"], one["readable"], one["editable"]) for one in body["fieldPermissions"]) == sorted(
            (one["Field"], plain(one["PermissionsRead"]), plain(one["PermissionsEdit"])) for one in granted
        )


def test_the_figures_stand_on_a_compact_layout_of_each_object(files):
    body = parse(files[f"{ROOT}/objects/Account/compactLayouts/Playmaker.compactLayout-meta.xml"])
    assert body["fields"][0] == "Name"
    assert "Playmaker_Champions__c" in body["fields"]
    assert len(body["fields"]) <= 10
    assert json.loads(files["sfdx-project.json"])["sourceApiVersion"]
