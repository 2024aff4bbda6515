"""Answers of the right outline with nonsense inside: none may end in anything but an error of ours."""

from __future__ import annotations

import pytest
from scripted_org import ScriptedOrg

from adapters.base import FieldSpec, FieldType, Kind
from adapters.errors import TransientError
from adapters.salesforce.adapter import SalesforceCRM
from adapters.salesforce.definitions import read_defined
from adapters.settings import ConnectionSettings
from sandbox.server import start

STAMP = "2026-01-01T00:00:00.000+0000"
WIDE = [f"A_field_with_a_rather_long_name_{number}__c" for number in range(500)]
YES_NO = FieldSpec(Kind.ACCOUNT, "x", "Playmaker_X__c", "X", "Whether.", FieldType.YES_NO)
NONSENSE = [None, "", 5, True, [], {}]


@pytest.fixture
def org():
    return ScriptedOrg()


@pytest.fixture
def crm(org):
    with start(org) as running:
        settings = ConnectionSettings("us", base_url=running.url, auth={"access_token": "T0"})
        connected = SalesforceCRM(settings, sleep=lambda _: None)
        yield connected
        connected.close()


def describe(*names):
    fields = [{"name": name, "type": "string"} for name in ("Id", "SystemModstamp", "IsDeleted", *names)]
    return {"fields": fields, "updateable": True}


def rows(*records):
    return {"totalSize": len(records), "done": True, "records": list(records)}


@pytest.mark.parametrize("row_id", NONSENSE)
def test_a_record_read_by_id_that_has_none_is_worth_another_try(org, crm, row_id):
    org.say(describe("Name"))
    org.say(rows({"Id": row_id, "SystemModstamp": STAMP, "IsDeleted": False, "Name": "Acme"}))
    with pytest.raises(TransientError, match="makes no sense"):
        list(crm.read(Kind.ACCOUNT, ["Name"], ["001000000000001"]))


@pytest.mark.parametrize("org_id", [*NONSENSE, "Martian"])
def test_an_organisation_without_an_id_of_salesforce_is_worth_another_try(org, crm, org_id):
    org.say({"sobjects": [{"name": "Organization"}]})
    org.say(describe("Name"))
    org.say(rows({"Id": org_id, "Name": "Acme"}))
    with pytest.raises(TransientError, match="makes no sense"):
        crm.check()


@pytest.mark.parametrize("row_id", NONSENSE)
def test_a_wide_row_without_an_id_is_kept_for_others_to_set_aside(org, crm, row_id):
    row = dict.fromkeys(WIDE, "x") | {"SystemModstamp": STAMP, "IsDeleted": False}
    good = row | {"Id": "001000000000000001"}
    org.say(describe(*WIDE))
    org.say(rows(row | {"Id": row_id}, good))
    for _ in range(20):
        org.say(rows(good))
    (page,) = crm.pull(Kind.ACCOUNT, WIDE)
    assert [record.id for record in page.records] == ["", "001000000000000001"]
    assert page.records[1].fields[WIDE[-1]] == "x"


@pytest.mark.parametrize(
    "records", [None, 5, [1], [{}], [{"Id": "00N1", "DeveloperName": []}], [{"DeveloperName": "X"}]]
)
def test_definitions_that_make_no_sense_are_worth_another_try(org, crm, records):
    org.say(describe())
    org.say({"totalSize": 1, "done": True, "records": records})
    with pytest.raises(TransientError, match="reading CustomField"):
        list(crm.read(Kind.ACCOUNT, ["X__c"], ["001000000000000001"]))


def test_fewer_definitions_than_counted_do_not_tell_what_is_missing(org, crm):
    org.say(describe())
    org.say({"totalSize": 1, "done": True, "records": []})
    with pytest.raises(TransientError, match="reading CustomField"):
        list(crm.read(Kind.ACCOUNT, ["X__c"], ["001000000000000001"]))


@pytest.mark.parametrize(
    "value_set", [5, {"valueSetDefinition": 5}, *({"valueSetDefinition": {"value": it}} for it in NONSENSE)]
)
def test_a_picklist_whose_values_make_no_sense_has_none_that_are_known(value_set):
    assert read_defined({"type": "Picklist", "valueSet": value_set}).options is None


def test_a_definition_that_is_no_object_is_worth_another_try(org, crm):
    org.say(rows())
    org.say(rows({"Id": "00N1", "DeveloperName": "Playmaker_X"}))
    org.say(describe())
    org.say({"Metadata": 5})
    with pytest.raises(TransientError, match="definition of Playmaker_X__c"):
        crm.plan_fields([YES_NO])


@pytest.mark.parametrize("row", [{"Id": it, "Name": "Playmaker_Reader"} for it in (None, 5, [], {})])
def test_a_permission_set_without_an_id_is_worth_another_try(org, crm, row):
    org.say(rows(row))
    with pytest.raises(TransientError, match="reading PermissionSet"):
        crm.plan_fields([YES_NO])


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00.000+0000", "1969-12-31T23:59:59.000+0000"])
def test_a_stamp_from_before_salesforce_neither_moves_the_cursor_nor_stands_in_the_way(org, crm, stamp):
    first = {"Id": "001000000000000001", "SystemModstamp": STAMP, "IsDeleted": False}
    second = first | {"Id": "001000000000000002", "SystemModstamp": stamp}
    org.say(describe())
    org.say(rows(first) | {"totalSize": 2, "done": False, "nextRecordsUrl": "/services/data/v64.0/query/01g-1"})
    org.say(rows(second) | {"totalSize": 2})
    pages = list(crm.pull(Kind.ACCOUNT, []))
    assert [page.cursor.id for page in pages] == ["001000000000000001"] * 2


def test_a_number_beyond_all_bounds_is_worth_another_try(org, crm):
    org.say('{"totalSize": ' + "1" * 5_000 + "}")
    org.say(rows() | {"totalSize": 7})
    assert crm.count(Kind.ACCOUNT) == 7
