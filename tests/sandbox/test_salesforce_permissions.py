"""Custom fields: made through the Tooling API, seen only through permission sets."""

from __future__ import annotations

import pytest
from salesforce_org import OrgClient, select, serve_org

NUMBER = {"label": "Health", "type": "Number", "precision": 6, "scale": 2, "inlineHelpText": "0 to 100"}


@pytest.fixture
def org():
    with serve_org() as served:
        yield served


def make_field(org: OrgClient, full_name: str = "Account.Health__c", **metadata: object):
    return org.send("POST", "/tooling/sobjects/CustomField", {"FullName": full_name, "Metadata": NUMBER | metadata})


def create(org: OrgClient, object_type: str, **values: object) -> str:
    answer = org.send("POST", f"/sobjects/{object_type}", values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def make_permission_set(org: OrgClient, name: str = "Ours") -> str:
    return create(org, "PermissionSet", Name=name, Label=name)


def grant(org: OrgClient, permission_set: str, field: str = "Account.Health__c", **flags: bool) -> str:
    flags = flags or {"PermissionsRead": True, "PermissionsEdit": True}
    return create(
        org, "FieldPermissions", ParentId=permission_set, SobjectType=field.partition(".")[0], Field=field, **flags
    )


def assign(org: OrgClient, permission_set: str) -> str:
    identity = org.get("/").json()["identity"].rpartition("/")[2]
    return create(org, "PermissionSetAssignment", AssigneeId=identity, PermissionSetId=permission_set)


def described(org: OrgClient, name: str = "Health__c") -> dict[str, object] | None:
    fields = org.get("/sobjects/Account/describe").json()["fields"]
    return next((field for field in fields if field["name"] == name), None)


def write(org: OrgClient, **values: object) -> tuple[int, str]:
    answer = org.send("PATCH", f"/sobjects/Account/{org.id_of('Account', 'a1')}", values)
    return answer.status_code, answer.json()[0]["errorCode"] if answer.content else ""


def error_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()[0]["errorCode"]


def test_a_new_field_is_invisible_until_a_permission_set_with_it_is_assigned(org):
    answer = make_field(org)
    assert (answer.status_code, answer.json()["success"]) == (201, True)

    def assert_hidden() -> None:
        assert described(org) is None
        assert org.refusal("SELECT Health__c FROM Account") == "INVALID_FIELD"
        assert org.refusal("SELECT Id FROM Contact WHERE Account.Health__c = 1") == "INVALID_FIELD"
        assert write(org, Health__c=5) == (400, "INVALID_FIELD")

    assert_hidden()
    permission_set = make_permission_set(org)
    grant(org, permission_set)
    assert_hidden()
    assign(org, permission_set)
    assert write(org, Health__c=12.345) == (204, "")
    assert [row["Health__c"] for row in org.query("SELECT Health__c FROM Account ORDER BY Id")] == [12.35, None, None]


def test_a_visible_field_is_described_as_it_was_made(org):
    make_field(org)
    permission_set = make_permission_set(org)
    grant(org, permission_set)
    assign(org, permission_set)
    field = described(org)
    assert field is not None
    expected = {
        "label": "Health",
        "type": "double",
        "precision": 6,
        "scale": 2,
        "custom": True,
        "updateable": True,
        "calculated": False,
        "nillable": True,
        "inlineHelpText": "0 to 100",
    }
    assert {key: field[key] for key in expected} == expected


def test_reading_alone_makes_a_field_visible_and_not_writable(org):
    make_field(org)
    permission_set = make_permission_set(org)
    permissions = grant(org, permission_set, PermissionsRead=True)
    assign(org, permission_set)
    field = described(org)
    assert field is not None
    assert field["updateable"] is False
    assert write(org, Health__c=5) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    answer = org.send("PATCH", f"/sobjects/FieldPermissions/{permissions}", {"PermissionsEdit": True})
    assert answer.status_code == 204
    assert write(org, Health__c=5) == (204, "")


def test_a_field_is_hidden_again_when_its_permissions_go(org):
    make_field(org)
    permission_set = make_permission_set(org)
    grant(org, permission_set)
    assignment = assign(org, permission_set)
    assert org.send("DELETE", f"/sobjects/PermissionSetAssignment/{assignment}").status_code == 204
    assert described(org) is None
    assign(org, permission_set)
    assert described(org) is not None
    assert org.send("DELETE", f"/sobjects/PermissionSet/{permission_set}").status_code == 204
    assert described(org) is None
    assert org.query(select("Id", "FieldPermissions", f"WHERE ParentId = '{permission_set}'")) == []


def test_the_tooling_api_knows_fields_that_nobody_sees(org):
    made = make_field(org).json()["id"]
    soql = "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE TableEnumOrId = 'Account' "
    (row,) = org.query(soql + "AND DeveloperName IN ('Health', 'Wealth')", resource="tooling/query")
    assert (row["Id"], row["DeveloperName"], row["TableEnumOrId"]) == (made, "Health", "Account")
    shown = org.get(f"/tooling/sobjects/CustomField/{made}").json()
    assert (shown["FullName"], shown["Metadata"]) == ("Account.Health__c", NUMBER)
    assert org.refusal("SELECT Id FROM CustomField") == "INVALID_TYPE"


def test_a_deleted_field_is_gone_with_its_values_and_can_be_made_again(org):
    made = make_field(org).json()["id"]
    permission_set = make_permission_set(org)
    grant(org, permission_set)
    assign(org, permission_set)
    write(org, Health__c=5)
    assert org.send("DELETE", f"/tooling/sobjects/CustomField/{made}").status_code == 204
    assert described(org) is None
    assert make_field(org).status_code == 201
    grant(org, permission_set)
    assert org.query("SELECT Id FROM Account WHERE Health__c != null") == []


def test_a_checkbox_is_false_from_its_first_moment_on(org):
    make_field(org, "Account.Flag__c", type="Checkbox", defaultValue=False)
    permission_set = make_permission_set(org)
    grant(org, permission_set, "Account.Flag__c")
    assign(org, permission_set)
    assert {row["Flag__c"] for row in org.query("SELECT Flag__c FROM Account")} == {False}


@pytest.mark.parametrize("kind", ["Picklist", "MultiselectPicklist"])
def test_a_restricted_picklist_takes_its_values_only(org, kind):
    values = {"valueSetDefinition": {"value": [{"fullName": "Yes", "label": "Oui", "default": False}]}}
    make_field(org, "Account.Sure__c", type=kind, valueSet=values | {"restricted": True})
    permission_set = make_permission_set(org)
    grant(org, permission_set, "Account.Sure__c")
    assign(org, permission_set)
    field = described(org, "Sure__c")
    assert field is not None
    assert field["restrictedPicklist"] is True
    assert [(one["value"], one["label"]) for one in field["picklistValues"]] == [("Yes", "Oui")]
    assert write(org, Sure__c="Yes") == (204, "")
    assert write(org, Sure__c="No") == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")


def test_two_custom_long_texts_make_pages_small(org):
    table = org.simulator.org.tables["Account"]
    first = next(iter(table.rows.values()))
    for _ in range(300):
        table.add(first | {"Id": org.simulator.org.new_id(table)})
    permission_set = make_permission_set(org)
    for name in ("Account.Story__c", "Account.Saga__c"):
        assert make_field(org, name, type="LongTextArea", length=32_000, visibleLines=4).status_code == 201
        grant(org, permission_set, name)
    assign(org, permission_set)
    assert len(org.get("/query", q="SELECT Id, Story__c FROM Account").json()["records"]) == 303
    assert len(org.get("/query", q="SELECT Id, Story__c, Saga__c FROM Account").json()["records"]) == 200


def test_a_percent_is_kept_as_the_number_shown(org):
    make_field(org, "Account.Share__c", type="Percent", precision=5, scale=2)
    permission_set = make_permission_set(org)
    grant(org, permission_set, "Account.Share__c")
    assign(org, permission_set)
    assert write(org, Share__c=62.5) == (204, "")
    assert org.query("SELECT Share__c FROM Account WHERE Share__c = 62.5")[0]["Share__c"] == 62.5


@pytest.mark.parametrize(
    ("full_name", "metadata", "code"),
    [
        ("Account.Health__c", {"label": "x" * 41}, "STRING_TOO_LONG"),
        ("Account.Health__c", {"label": ""}, "REQUIRED_FIELD_MISSING"),
        ("Account.Health__c", {"inlineHelpText": "x" * 511}, "STRING_TOO_LONG"),
        ("Account.Health__c", {"description": "x" * 1001}, "STRING_TOO_LONG"),
        ("Account." + "H" * 41 + "__c", {}, "STRING_TOO_LONG"),
        ("Account.Health", {}, "INVALID_FIELD"),
        ("Account.9Lives__c", {}, "INVALID_FIELD"),
        ("Account.Two__Bars__c", {}, "INVALID_FIELD"),
        ("Nothing.Health__c", {}, "INVALID_FIELD"),
        ("Account.Health__c", {"precision": 19}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"scale": 7}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"scale": None}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"type": "Text"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"type": "Text", "length": 256}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"type": "LongTextArea", "length": 500}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"type": "Checkbox"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"type": "Picklist"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Health__c", {"type": "Feeling"}, "FIELD_INTEGRITY_EXCEPTION"),
    ],
)
def test_a_field_that_breaks_the_rules_is_refused(org, full_name, metadata, code):
    assert error_of(make_field(org, full_name, **metadata)) == (400, code)


def test_a_name_is_taken_once_whatever_its_case(org):
    assert make_field(org).status_code == 201
    assert error_of(make_field(org, "Account.HEALTH__c")) == (400, "DUPLICATE_DEVELOPER_NAME")
    assert make_field(org, "Opportunity.Health__c").status_code == 201


@pytest.mark.parametrize("field", ["Account.Nothing__c", "Account.Name", "Account.Id", "Contact.Strategic_Account__c"])
def test_what_cannot_be_granted_is_refused(org, field):
    body = {"ParentId": make_permission_set(org), "SobjectType": "Account", "Field": field, "PermissionsRead": True}
    answer = org.send("POST", "/sobjects/FieldPermissions", body)
    assert error_of(answer) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")


def test_permissions_are_given_once(org):
    make_field(org)
    permission_set = make_permission_set(org)
    twice = {"ParentId": permission_set, "SobjectType": "Account", "Field": "Account.Health__c"}
    without_reading = org.send("POST", "/sobjects/FieldPermissions", twice | {"PermissionsEdit": True})
    assert error_of(without_reading) == (400, "FIELD_INTEGRITY_EXCEPTION")
    grant(org, permission_set)
    again = org.send("POST", "/sobjects/FieldPermissions", twice | {"PermissionsRead": True})
    assert error_of(again) == (400, "DUPLICATE_VALUE")
    assign(org, permission_set)
    user = org.get("/").json()["identity"].rpartition("/")[2]
    assignment = {"AssigneeId": user, "PermissionSetId": permission_set}
    assert error_of(org.send("POST", "/sobjects/PermissionSetAssignment", assignment)) == (400, "DUPLICATE_VALUE")
    named = {"Name": "Ours", "Label": "Ours"}
    assert error_of(org.send("POST", "/sobjects/PermissionSet", named)) == (400, "DUPLICATE_DEVELOPER_NAME")
