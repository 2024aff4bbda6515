"""Writing records: what is kept, what is refused and in which words, one by one and in collections."""

from __future__ import annotations

import pytest
from salesforce_org import OrgClient, serve_org

from sandbox.refusals import Refusal


@pytest.fixture
def org():
    with serve_org() as served:
        yield served


def update(org: OrgClient, values: dict[str, object], object_type: str = "Account", key: str = "a1"):
    return org.send("PATCH", f"/sobjects/{object_type}/{org.id_of(object_type, key)}", values)


def read(org: OrgClient, name: str, object_type: str = "Account", key: str = "a1") -> object:
    return org.get(f"/sobjects/{object_type}/{org.id_of(object_type, key)}", fields=name).json()[name]


def refusal_of(answer) -> tuple[int, str, list[str]]:
    (error,) = answer.json()
    return answer.status_code, error["errorCode"], error.get("fields", [])


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("Potential_Revenue__c", 12.345, 12.35),
        ("Potential_Revenue__c", 12.344, 12.34),
        ("Potential_Revenue__c", "17.5", 17.5),
        ("Potential_Revenue__c", 0, 0.0),
        ("Potential_Revenue__c", None, None),
        ("AnnualRevenue", 1234567.5, 1234568.0),
        ("NumberOfEmployees", 42, 42),
        ("Name", "Zürich 🎈", "Zürich 🎈"),
        ("Site", "", None),
        ("Industry", "Anything goes", "Anything goes"),
        ("Strategic_Account__c", False, False),
        ("Strategic_Account__c", "true", True),
    ],
)
def test_a_value_is_kept_as_the_field_keeps_it(org, name, sent, kept):
    answer = update(org, {name: sent})
    assert (answer.status_code, answer.content) == (204, b"")
    assert read(org, name) == kept


@pytest.mark.parametrize(
    ("values", "code", "fields"),
    [
        ({"Potential_Revenue__c": 10**16}, "NUMBER_OUTSIDE_VALID_RANGE", ["Potential_Revenue__c"]),
        ({"Potential_Revenue__c": 9999999999999999.999}, "NUMBER_OUTSIDE_VALID_RANGE", ["Potential_Revenue__c"]),
        ({"NumberOfEmployees": 10**8}, "NUMBER_OUTSIDE_VALID_RANGE", ["NumberOfEmployees"]),
        ({"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
        ({"Name": None}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ({"BillingGeocodeAccuracy": "Galaxy"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["BillingGeocodeAccuracy"]),
        ({"Strategic_Account__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["Strategic_Account__c"]),
        ({"NumberOfEmployees": 1.5}, "INVALID_TYPE_ON_FIELD_IN_RECORD", ["NumberOfEmployees"]),
        ({"SystemModstamp": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["SystemModstamp"]),
        ({"ParentId": "nonsense"}, "MALFORMED_ID", ["ParentId"]),
        ({"ParentId": "001Hs000000zzzzAAA"}, "MALFORMED_ID", ["ParentId"]),
        ({"ParentId": "001Hs000000zzzz"}, "INVALID_CROSS_REFERENCE_KEY", ["ParentId"]),
        ({"Nothing__c": 1}, "INVALID_FIELD", []),
        ({"Id": "001Hs000000zzzz"}, "INVALID_FIELD", []),
        ({"Name": 5}, "JSON_PARSER_ERROR", []),
        ({"AnnualRevenue": "much"}, "JSON_PARSER_ERROR", []),
        ({"AnnualRevenue": True}, "JSON_PARSER_ERROR", []),
        ({"AnnualRevenue": {"EUR": 5}}, "JSON_PARSER_ERROR", []),
    ],
)
def test_a_value_that_the_field_cannot_hold_is_refused(org, values, code, fields):
    assert refusal_of(update(org, values)) == (400, code, fields)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"CloseDate": "2026-02-30"}, "JSON_PARSER_ERROR"),
        ({"CloseDate": "0999-01-01"}, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ({"StageName": "Nowhere"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"CurrencyIsoCode": "GBP"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"IsWon": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"ExpectedRevenue": 5}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ],
)
def test_an_opportunity_refuses_what_it_cannot_be(org, values, code):
    assert refusal_of(update(org, values, "Opportunity", "d1"))[1] == code


def test_dates_and_times_are_kept_to_the_day_and_the_second(org):
    assert update(org, {"CloseDate": "2027-01-02"}, "Opportunity", "d1").status_code == 204
    assert read(org, "CloseDate", "Opportunity", "d1") == "2027-01-02"
    assert update(org, {"EmailBouncedDate": "2026-05-06T07:08:09.987+02:00"}, "Contact", "c1").status_code == 204
    assert read(org, "EmailBouncedDate", "Contact", "c1") == "2026-05-06T05:08:09.000+0000"


def test_a_multi_select_keeps_each_of_its_values_once(org):
    assert update(org, {"Buying_Role__c": "BLOCKER;CHAMPION;BLOCKER"}, "Contact", "c1").status_code == 204
    assert read(org, "Buying_Role__c", "Contact", "c1") == "BLOCKER;CHAMPION"


def test_every_write_moves_the_stamp_even_of_equal_values(org):
    before = read(org, "SystemModstamp")
    org.simulator.options.clock.advance(90)
    assert update(org, {"Name": "Acme"}).status_code == 204
    after = read(org, "SystemModstamp")
    assert after > before
    assert after == read(org, "LastModifiedDate")
    assert after.endswith(".000+0000")


def test_a_row_in_a_collection_fails_alone(org):
    keys = ["a1", "a2", "a3"]
    records = [{"attributes": {"type": "Account"}, "id": org.id_of("Account", key), "Site": key} for key in keys]
    records[1]["Site"] = "x" * 81
    answer = org.send("PATCH", "/composite/sobjects", {"allOrNone": False, "records": records})
    assert answer.status_code == 200
    good, bad, last = answer.json()
    assert good == {"id": org.id_of("Account", "a1"), "success": True, "errors": []}
    assert "id" not in bad
    assert (bad["success"], bad["errors"][0]["statusCode"], bad["errors"][0]["fields"]) == (
        False,
        "STRING_TOO_LONG",
        ["Site"],
    )
    assert last["success"]
    assert [read(org, "Site", key=key) for key in keys] == ["a1", None, "a3"]


def test_all_or_none_takes_the_innocent_rows_back(org):
    before = read(org, "SystemModstamp")
    org.simulator.options.clock.advance(60)
    records = [
        {"attributes": {"type": "Account"}, "id": org.id_of("Account", "a1"), "Site": "new"},
        {"attributes": {"type": "Account"}, "id": org.id_of("Account", "a2"), "Name": None},
    ]
    answer = org.send("PATCH", "/composite/sobjects", {"allOrNone": True, "records": records})
    codes = [row["errors"][0]["statusCode"] for row in answer.json()]
    assert (answer.status_code, codes) == (200, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"])
    assert (read(org, "Site"), read(org, "SystemModstamp")) == (None, before)


def test_an_unknown_field_fails_a_collection_as_a_whole(org):
    records = [
        {"attributes": {"type": "Account"}, "id": org.id_of("Account", "a1"), "Site": "new"},
        {"attributes": {"type": "Account"}, "id": org.id_of("Account", "a2"), "Nothing__c": 1},
    ]
    answer = org.send("PATCH", "/composite/sobjects", {"allOrNone": False, "records": records})
    assert refusal_of(answer) == (400, "INVALID_FIELD", [])
    assert read(org, "Site") is None


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("nonsense", "MALFORMED_ID"),
        ("003Hs0000000001", "MALFORMED_ID"),
        ("001Hs000000zzzz", "INVALID_CROSS_REFERENCE_KEY"),
        ("gone", "ENTITY_IS_DELETED"),
        (None, "MALFORMED_ID"),
    ],
)
def test_a_row_of_a_collection_names_its_record(org, identity, code):
    gone = org.id_of("Account", "a3")
    org.send("DELETE", f"/sobjects/Account/{gone}")
    record = {"attributes": {"type": "Account"}, "id": gone if identity == "gone" else identity, "Site": "x"}
    (row,) = org.send("PATCH", "/composite/sobjects", {"records": [record]}).json()
    assert row["errors"][0]["statusCode"] == code


def test_a_collection_holds_200_records_and_ten_chunks(org):
    account = {"attributes": {"type": "Account"}, "id": org.id_of("Account", "a1"), "Site": "x"}
    contact = {"attributes": {"type": "Contact"}, "id": org.id_of("Contact", "c1"), "Title": "x"}
    whole = org.send("PATCH", "/composite/sobjects", {"records": [account] * 200})
    assert (whole.status_code, len(whole.json())) == (200, 200)
    assert refusal_of(org.send("PATCH", "/composite/sobjects", {"records": [account] * 201}))[0] == 400
    assert org.send("PATCH", "/composite/sobjects", {"records": [account, contact] * 5}).status_code == 200
    assert refusal_of(org.send("PATCH", "/composite/sobjects", {"records": [account, contact] * 6}))[0] == 400


def test_collections_create_and_delete(org):
    records = [{"attributes": {"type": "Contact"}, "LastName": name} for name in ("One", "Two")]
    made = org.send("POST", "/composite/sobjects", {"records": [*records, {"attributes": {"type": "Contact"}}]}).json()
    assert [row["success"] for row in made] == [True, True, False]
    assert made[2]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    ids = ",".join([made[0]["id"], made[1]["id"], "nonsense"])
    gone = org.send("DELETE", f"/composite/sobjects?ids={ids}").json()
    assert [row["success"] for row in gone] == [True, True, False]
    assert org.query("SELECT Id FROM Contact WHERE LastName IN ('One', 'Two')") == []


def test_a_refusal_set_by_an_admin_is_met_once(org):
    rule = Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Not in May", "Account", org.id_of("Account", "a1"), "Site")
    org.simulator.options.refusals.add(rule)
    record = {"attributes": {"type": "Account"}, "id": org.id_of("Account", "a1"), "Site": "x"}
    (row,) = org.send("PATCH", "/composite/sobjects", {"records": [record]}).json()
    assert row == {
        "success": False,
        "errors": [
            {"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Not in May", "fields": ["Site"]},
        ],
    }
    assert org.send("PATCH", "/composite/sobjects", {"records": [record]}).json()[0]["success"]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"Site": NaN}', "null"])
def test_a_body_that_is_no_json_object_is_refused(org, body):
    url = f"{org.root}/sobjects/Account/{org.id_of('Account', 'a1')}"
    answer = org.http.patch(url, data=body, timeout=10)
    assert refusal_of(answer)[:2] == (400, "JSON_PARSER_ERROR")


def test_what_only_the_org_writes_cannot_be_written(org):
    (stage,) = org.query("SELECT Id FROM OpportunityStage WHERE IsWon = true")
    answer = org.send("PATCH", f"/sobjects/OpportunityStage/{stage['Id']}", {"MasterLabel": "Yes!"})
    assert refusal_of(answer)[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
