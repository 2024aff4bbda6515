from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from sandbox_org import APP, THEN, SandboxOrg, make_world

from adapters.base import Cursor, Kind, Reading
from adapters.errors import FatalError, SchemaError
from adapters.salesforce.adapter import SalesforceCRM
from adapters.settings import ConnectionSettings

NAME = ["LastName"]


@pytest.fixture
def org():
    opened = SandboxOrg(make_world(contacts=12, spread=3))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def crowded():
    """More contacts than two pages hold, 700 of each stamp."""
    opened = SandboxOrg(make_world(contacts=4_500, spread=700))
    yield opened
    opened.close()


@pytest.fixture
def calm(crowded):
    crowded.mend()
    crowded.forget_requests()
    return crowded


def pull(crm, kind=Kind.CONTACT, fields=NAME, since=None):
    return [record for page in crm.pull(kind, fields, since) for record in page.records]


def ids(records):
    return [record.id for record in records]


def test_a_full_pull_gives_every_row_once_in_pages_whose_cursors_rise(calm):
    pages = list(calm.connect(APP).pull(Kind.CONTACT, NAME))
    assert [len(page.records) for page in pages] == [2_000, 2_000, 500]
    assert sorted(ids(record for page in pages for record in page.records)) == calm.ids("Contact")
    cursors = [page.cursor for page in pages]
    assert cursors == sorted(cursors)
    assert cursors[-1].modified_at == THEN + timedelta(seconds=4_499 // 700)
    assert len(calm.requests()) == 5, "a login, a describe and three pages"


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "expire_session", "path": "/query/01g"},
        {"action": "expire_session", "path": "/query/01g", "after": 1},
        {"action": "reset_before", "path": "/query"},
        {"action": "reset_after", "path": "/query/01g"},
        {"action": "truncate", "path": "/query"},
        {"action": "html", "path": "/query/01g"},
        {"action": "status", "status": 503, "path": "/query", "times": 3},
        {"action": "status", "status": 429, "path": "/query/01g"},
    ],
)
def test_a_pull_survives_what_may_pass_and_loses_no_row(calm, fault):
    calm.break_at(**fault)
    assert sorted(ids(pull(calm.connect(APP)))) == calm.ids("Contact")


def test_a_census_survives_the_end_of_its_session(calm):
    calm.break_at("expire_session", path="/query/01g")
    assert list(calm.connect(APP).ids(Kind.CONTACT)) == calm.ids("Contact")


def test_a_pull_goes_on_from_the_cursor_of_any_page(calm):
    crm = calm.connect(APP)
    pages = crm.pull(Kind.CONTACT, NAME)
    first = next(pages)
    rest = pull(crm, since=first.cursor)
    assert set(ids(first.records)) | set(ids(rest)) == set(calm.ids("Contact"))
    assert len(rest) < 4_500 - 2_000 + 700


def test_the_overlap_is_read_again_and_the_cursor_stays(org):
    crm = org.connect(overlap=timedelta(seconds=2))
    since = Cursor(THEN + timedelta(seconds=3), "zzz")
    page, *more = crm.pull(Kind.CONTACT, NAME, since)
    assert (len(page.records), more) == (9, [])
    assert page.cursor == since


def test_the_overlap_is_a_quarter_of_an_hour_unless_told_otherwise(org):
    crm = org.connect(overlap=None)
    pull(crm, since=Cursor(THEN, ""))
    assert "SystemModstamp >= 2026-03-01T07:45:00Z" in org.requests()[-1]


def test_nothing_new_gives_no_cursor_of_our_own_making(org):
    since = Cursor(THEN + timedelta(days=1), "x")
    assert list(org.connect().pull(Kind.CONTACT, NAME, since)) == []


def test_a_deleted_row_comes_archived_to_those_who_ask_for_changes(org):
    gone = org.ids("Contact")[0]
    org.write("DELETE", f"sobjects/Contact/{gone}")
    crm = org.connect()
    changed = {record.id: record for record in pull(crm, since=Cursor(THEN, ""))}
    assert changed[gone].archived
    assert gone not in ids(pull(crm))
    assert gone not in list(crm.ids(Kind.CONTACT))


def test_an_undeleted_row_comes_back(org):
    gone = org.ids("Contact")[0]
    org.write("DELETE", f"sobjects/Contact/{gone}")
    org.simulator.undelete("Contact", gone)
    back = next(record for record in pull(org.connect(), since=Cursor(THEN, "")) if record.id == gone)
    assert not back.archived


def test_a_merged_account_says_where_it_went(org):
    winner, loser, _ = org.ids("Account")
    org.merge("Account", winner, loser)
    accounts = {record.id: record for record in pull(org.connect(), Kind.ACCOUNT, ["Name"], Cursor(THEN, ""))}
    assert accounts[loser].archived
    assert accounts[loser].merged_into == winner
    assert accounts[winner].merged_into is None


def test_a_field_that_was_never_created_is_named_before_the_first_page(org):
    with pytest.raises(SchemaError, match=r"Contact\.Nope__c was never created"):
        pull(org.connect(), fields=["LastName", "Nope__c"])


def test_a_field_that_security_hides_is_told_from_one_that_is_not_there(org):
    metadata = {"label": "Secret", "type": "Text", "length": 10}
    org.write("POST", "tooling/sobjects/CustomField", json={"FullName": "Contact.Secret__c", "Metadata": metadata})
    with pytest.raises(SchemaError, match=r"Contact\.Secret__c exists but is hidden .* field-level security"):
        pull(org.connect(), fields=["Secret__c"])


def test_where_definitions_may_not_be_read_both_reasons_are_given(org):
    org.break_at("status", status=403, policy="INSUFFICIENT_ACCESS", path="/tooling/")
    with pytest.raises(SchemaError, match="was never created, or is hidden"):
        pull(org.connect(), fields=["Nope__c"])


def test_a_field_that_vanishes_between_describe_and_query_is_described_afresh(org):
    crm = org.connect()
    org.break_at("status", status=400, policy="INVALID_FIELD", path="/query")
    with pytest.raises(SchemaError):
        pull(crm)
    assert len(pull(crm)) == 12
    assert sum("/describe" in each for each in org.requests()) == 2


def add_fields(org, names):
    """Many custom fields, seen by the integration user."""
    for name in names:
        metadata = {"label": "Wide", "type": "Text", "length": 20}
        org.write("POST", "tooling/sobjects/CustomField", json={"FullName": f"Contact.{name}", "Metadata": metadata})
    set_id = org.write("POST", "sobjects/PermissionSet", json={"Name": "Wide", "Label": "Wide"}).json()["id"]
    user = org.simulator.org.user
    org.write("POST", "sobjects/PermissionSetAssignment", json={"AssigneeId": user, "PermissionSetId": set_id})
    for start in range(0, len(names), 200):
        rows = [
            {
                "attributes": {"type": "FieldPermissions"}, "ParentId": set_id, "SobjectType": "Contact",
                "Field": f"Contact.{name}", "PermissionsRead": True, "PermissionsEdit": True,
            }
            for name in names[start : start + 200]
        ]  # fmt: skip
        org.write("POST", "composite/sobjects", json={"records": rows})


def test_four_hundred_fields_with_long_names_are_read_in_addresses_that_fit(org):
    names = [f"A_Custom_Field_With_A_Long_Name_{number:05d}__c" for number in range(400)]
    add_fields(org, names)
    contact = org.ids("Contact")[3]
    org.write("PATCH", f"sobjects/Contact/{contact}", json={names[0]: "first", names[-1]: "last"})
    records = pull(org.connect(), fields=names)
    assert len(records) == 12
    row = next(record for record in records if record.id == contact)
    assert (row.fields[names[0]], row.fields[names[-1]]) == ("first", "last")
    assert all(len(urlsplit(each).query) < 16_384 for each in org.requests())


def test_dependent_rows_are_read_by_their_own_changes(org):
    crm = org.connect()
    dependent = [Kind.ACCOUNT_CONTACT, Kind.DEAL_CONTACT, Kind.LINE_ITEM, Kind.DEAL_HISTORY]
    assert {crm.source(kind).reading for kind in dependent} == {Reading.INCREMENTAL}
    with pytest.raises(SchemaError):
        crm.children(Kind.LINE_ITEM, [], ["006"])


def test_what_an_organisation_lacks_has_no_source():
    org = SandboxOrg(contacts_to_multiple_accounts=False)
    crm = org.connect()
    assert crm.source(Kind.ACCOUNT_CONTACT) is None
    assert crm.source(Kind.RATE) is None
    assert crm.describe(Kind.RATE) == {}
    org.close()


def test_stages_come_whole_in_one_page(org):
    (page,) = org.connect().pull(Kind.STAGE, ["ApiName", "SortOrder"])
    assert page.cursor is None
    assert "Open" in [record.fields["ApiName"] for record in page.records]


def test_rates_tell_the_corporate_currency_and_their_dates():
    start = date(2026, 1, 1)
    rates = [("USD", Decimal("1.25")), ("USD", Decimal("1.6"), start), ("EUR", Decimal(1), start)]
    org = SandboxOrg(make_world(currencies=rates))
    crm = org.connect()
    fields = ["IsoCode", "ConversionRate", "StartDate", "NextStartDate", "IsCorporate"]
    (page,) = crm.pull(Kind.RATE, fields)
    current = {record.fields["IsoCode"]: record.fields for record in page.records if not record.fields["StartDate"]}
    assert current["USD"]["ConversionRate"] == Decimal("1.25")
    assert current["EUR"]["IsCorporate"] is True
    dated = {record.fields["IsoCode"]: record.fields for record in page.records if record.fields["StartDate"]}
    assert dated["USD"]["ConversionRate"] == Decimal("1.6")
    assert (dated["USD"]["StartDate"], dated["USD"]["IsCorporate"]) == ("2026-01-01", False)
    assert set(fields) <= crm.describe(Kind.RATE).keys()
    assert crm.check().currency == "EUR"
    assert crm.check().multi_currency
    org.close()


def test_a_single_currency_organisation_says_which():
    org = SandboxOrg()
    found = org.connect().check()
    assert (found.currency, found.multi_currency) == ("EUR", False)
    assert found.id == org.simulator.org.id
    org.close()


def test_an_indispensable_object_that_is_not_to_be_seen_is_an_error_and_not_an_absence(org):
    org.break_at("status", status=404, policy="NOT_FOUND", path="/sobjects/Account/describe")
    with pytest.raises(FatalError, match="no object Account"):
        org.connect().source(Kind.ACCOUNT)


def test_an_api_version_that_is_not_served_is_named(org):
    settings = ConnectionSettings("us", base_url=org.url, auth={"access_token": "sandbox-token"}, api_version="99.0")
    crm = SalesforceCRM(settings)
    with pytest.raises(FatalError, match=r"version 99\.0; check base_url and api_version"):
        crm.check()
    crm.close()


def test_check_reports_each_object_and_the_api(org):
    findings = {finding.subject: finding for finding in org.connect().permissions()}
    assert {finding.level for finding in findings.values()} == {"ok", "warning"}
    assert findings["Account"].message.endswith("updateable")
    assert "daily requests used" in findings["API"].message
    assert findings["CurrencyType"].level == "warning"


def test_an_api_that_is_switched_off_is_the_only_finding(org):
    org.break_at("status", status=403, policy="API_DISABLED_FOR_ORG", times=5)
    (finding,) = org.connect().permissions()
    assert (finding.level, finding.subject) == ("failing", "API")
