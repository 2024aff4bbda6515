from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sandbox_org import APP, SPECS, SandboxOrg, make_world

from adapters.base import FieldAction, FieldSpec, FieldType, Kind, Ownership
from adapters.errors import CRMError, FatalError
from adapters.salesforce.definitions import write_metadata
from adapters.salesforce.objects import name_field

CREATE, GRANT, KEEP, CONFLICT = FieldAction.CREATE, FieldAction.GRANT, FieldAction.KEEP, FieldAction.CONFLICT


@pytest.fixture
def org():
    opened = SandboxOrg()
    yield opened
    opened.close()


def actions(changes):
    return [change.action for change in changes]


def shape(org):
    """What stands in the organisation of our fields and permissions."""
    sets = {row["Id"]: row["Name"] for row in org.simulator.org.tables["PermissionSet"].live()}
    grants = sorted(
        (sets[row["ParentId"]], row["Field"], row["PermissionsRead"], row["PermissionsEdit"])
        for row in org.simulator.org.tables["FieldPermissions"].live()
        if sets.get(row["ParentId"], "").startswith("Playmaker")
    )
    assigned = sorted(
        sets[row["PermissionSetId"]]
        for row in org.simulator.org.tables["PermissionSetAssignment"].live()
        if sets.get(row["PermissionSetId"], "").startswith("Playmaker")
    )
    names = sorted(
        name for one in ("Account", "Opportunity") for name in org.simulator.org.tables[one].definition.fields
    )
    return grants, assigned, [name for name in names if name.startswith("Playmaker")]


def test_a_plan_changes_nothing_and_tells_what_apply_then_does(org):
    crm = org.connect()
    planned = crm.plan_fields(SPECS)
    assert org.writes() == []
    assert actions(planned) == [CREATE] * len(SPECS)
    assert list(crm.ensure_fields(SPECS)) == list(planned)


def test_new_fields_are_there_for_the_connector_to_write_and_for_reps_to_read(org):
    crm = org.connect()
    crm.describe(Kind.ACCOUNT)
    crm.ensure_fields(SPECS)
    for spec in SPECS:
        assert crm.describe(spec.kind)[spec.name].writable
    grants, assigned, names = shape(org)
    assert len(names) == len(SPECS)
    assert len(grants) == 2 * len(SPECS)
    assert all(edit == (name == "Playmaker_Integration") for name, _, _, edit in grants)
    assert assigned == ["Playmaker_Integration"]


def test_fields_for_reps_are_theirs_to_edit_and_not_for_everybody_to_read(org):
    stance = FieldSpec(
        Kind.CONTACT, "stance", "Playmaker_Stance__c", "Stance", "For us?", FieldType.CHOICE,
        options=(("champion", "Champion"), ("opponent", "Opponent")), by_reps=True,
    )  # fmt: skip
    org.connect().ensure_fields([stance])
    grants, assigned, _ = shape(org)
    field = "Contact.Playmaker_Stance__c"
    assert grants == [("Playmaker_Integration", field, True, True), ("Playmaker_Planner", field, True, True)]
    assert assigned == ["Playmaker_Integration"]
    assert org.simulator.org.tables["Contact"].definition.fields["Playmaker_Stance__c"].restricted
    org.connect().ensure_fields(SPECS)
    assert ("Playmaker_Reader", field, True, False) not in shape(org)[0]
    assert actions(org.connect().plan_fields([stance])) == [KEEP]


def test_a_second_apply_writes_nothing(org):
    crm = org.connect()
    crm.ensure_fields(SPECS)
    org.forget_requests()
    assert actions(crm.ensure_fields(SPECS)) == [KEEP] * len(SPECS)
    assert actions(org.connect().plan_fields(SPECS)) == [KEEP] * len(SPECS)
    assert org.writes() == []


def test_fields_have_their_types_labels_and_help(org):
    crm = org.connect()
    crm.ensure_fields(SPECS)
    fields = crm.describe(Kind.ACCOUNT) | crm.describe(Kind.DEAL)
    shapes = {
        spec.key: (fields[spec.name].type, fields[spec.name].precision, fields[spec.name].scale) for spec in SPECS
    }
    assert shapes == {
        "champions": ("double", 18, 0),
        "win_rate": ("percent", 18, 2),
        "revenue": ("currency", 18, 2),
        "status": ("string", None, None),
        "deal_champion": ("picklist", None, None),
        "computed_at": ("datetime", None, None),
    }
    assert fields["Playmaker_Deal_Champion__c"].options == {"Yes": "Yes", "No": "No"}
    assert (fields["Playmaker_Champions__c"].label, fields["Playmaker_Champions__c"].help) == ("Champions", "How many.")


@pytest.fixture(scope="module")
def undisturbed():
    opened = SandboxOrg()
    opened.connect().ensure_fields(SPECS)
    yield shape(opened), len(opened.writes())
    opened.close()


def test_an_apply_broken_off_at_any_write_is_completed_by_the_next(undisturbed):
    whole, writes = undisturbed
    for number in range(writes):
        org = SandboxOrg()
        org.break_at("status", status=400, policy="LIMIT_EXCEEDED", method="POST", after=number)
        with pytest.raises(FatalError, match="LIMIT_EXCEEDED"):
            org.connect().ensure_fields(SPECS)
        org.connect().ensure_fields(SPECS)
        assert shape(org) == whole
        org.close()


def test_an_apply_whose_answers_are_lost_one_by_one_makes_nothing_twice(undisturbed):
    whole, writes = undisturbed
    for number in range(writes):
        org = SandboxOrg()
        org.break_at("reset_after", method="POST", after=number)
        org.connect().ensure_fields(SPECS)
        assert shape(org) == whole
        org.close()


def test_a_session_that_ends_during_an_apply_is_renewed(org, undisturbed):
    org.break_at("expire_session", path="CustomField", method="POST", after=2)
    org.connect(APP).ensure_fields(SPECS)
    assert shape(org) == undisturbed[0]


def test_a_field_of_another_type_is_a_conflict_and_left_alone(org):
    metadata = {"label": "Mine", "type": "Text", "length": 5}
    body = {"FullName": f"Account.{SPECS[0].name}", "Metadata": metadata}
    org.write("POST", "tooling/sobjects/CustomField", json=body)
    changes = org.connect().ensure_fields(SPECS)
    assert actions(changes) == [CONFLICT] + [CREATE] * (len(SPECS) - 1)
    assert "Text, not Number" in changes[0].detail
    grants, _, _ = shape(org)
    assert not [field for _, field, _, _ in grants if field.endswith(SPECS[0].name)]


def test_a_field_without_its_permissions_is_granted_and_not_made_again(org):
    org.connect().ensure_fields(SPECS)
    table = org.simulator.org.tables["FieldPermissions"]
    lost = next(row["Id"] for row in table.live() if row["Field"] == f"Account.{SPECS[1].name}")
    org.write("DELETE", f"sobjects/FieldPermissions/{lost}")
    crm = org.connect()
    assert actions(crm.plan_fields(SPECS)) == [KEEP, GRANT] + [KEEP] * (len(SPECS) - 2)
    org.forget_requests()
    crm.ensure_fields(SPECS)
    assert len(org.writes()) == 1
    assert actions(org.connect().plan_fields(SPECS)) == [KEEP] * len(SPECS)


def test_a_permission_that_only_reads_is_raised_to_editing(org):
    org.connect().ensure_fields(SPECS)
    sets = {row["Name"]: row["Id"] for row in org.simulator.org.tables["PermissionSet"].live()}
    row = next(
        row
        for row in org.simulator.org.tables["FieldPermissions"].live()
        if row["ParentId"] == sets["Playmaker_Integration"]
    )
    org.write("PATCH", f"sobjects/FieldPermissions/{row['Id']}", json={"PermissionsEdit": False})
    assert GRANT in actions(org.connect().ensure_fields(SPECS))
    assert actions(org.connect().plan_fields(SPECS)) == [KEEP] * len(SPECS)


def test_a_lost_assignment_is_given_back(org):
    org.connect().ensure_fields(SPECS)
    (row,) = [
        row for row in org.simulator.org.tables["PermissionSetAssignment"].live()
        if org.row("PermissionSet", row["PermissionSetId"])["Name"] == "Playmaker_Integration"
    ]  # fmt: skip
    org.write("DELETE", f"sobjects/PermissionSetAssignment/{row['Id']}")
    assert actions(org.connect().ensure_fields(SPECS)) == [GRANT] * len(SPECS)
    assert actions(org.connect().plan_fields(SPECS)) == [KEEP] * len(SPECS)


def test_a_name_that_salesforce_cannot_create_is_a_conflict(org):
    (change,) = org.connect().plan_fields([replace(SPECS[0], name="Champions")])
    assert change.action is CONFLICT
    assert "__c" in change.detail


def test_money_is_a_plain_number_that_names_its_currency_where_there_are_several():
    org = SandboxOrg(make_world(currencies=[("USD", Decimal("1.25"))]))
    crm = org.connect()
    crm.ensure_fields([SPECS[2]])
    field = crm.describe(Kind.ACCOUNT)[SPECS[2].name]
    assert (field.type, field.label) == ("double", "Revenue, 365 days (EUR)")
    org.close()


def test_money_in_a_currency_that_is_not_the_organisations_is_a_plain_number(org):
    crm = org.connect()
    crm.ensure_fields([replace(SPECS[2], currency="USD")])
    assert crm.describe(Kind.ACCOUNT)[SPECS[2].name].type == "double"


def test_a_label_stays_within_forty_characters():
    spec = FieldSpec(Kind.ACCOUNT, "x", "X__c", "A label of exactly forty characters, yes", "h" * 600, FieldType.MONEY)
    metadata = write_metadata(replace(spec, currency="EUR"), "Number")
    assert len(metadata["label"]) <= 40
    assert metadata["label"].endswith(" (EUR)")
    assert len(metadata["inlineHelpText"]) == 510


def test_who_may_not_read_permission_sets_is_told_so(org):
    org.break_at("status", status=403, policy="INSUFFICIENT_ACCESS", path="PermissionSet")
    with pytest.raises(CRMError, match="INSUFFICIENT_ACCESS"):
        org.connect().plan_fields(SPECS)


@pytest.mark.parametrize(
    ("key", "name"),
    [("deal_velocity", "Playmaker_Deal_Velocity__c"), ("champions", "Playmaker_Champions__c")],
)
def test_a_kpi_has_a_field_of_its_name(key, name):
    assert name_field(key) == name


def test_another_user_than_the_one_who_creates_the_fields_gets_the_right_to_write_them(org):
    users = org.simulator.org.tables["User"]
    runner = org.simulator.org.new_id(users)
    users.add(users.rows[org.simulator.org.user] | {"Id": runner})
    ownership = Ownership(user=runner)
    org.connect().ensure_fields(SPECS, ownership)
    assignments = org.simulator.org.tables["PermissionSetAssignment"].live()
    assert runner in [row["AssigneeId"] for row in assignments]
    assert org.simulator.org.user not in [row["AssigneeId"] for row in assignments]
    assert actions(org.connect().plan_fields(SPECS, ownership)) == [KEEP] * len(SPECS)
