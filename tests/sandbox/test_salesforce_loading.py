"""The org of a world: what each record becomes, and that no record holds what its fields could not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from salesforce_org import SPRING, SUMMER, one_currency_world, serve_org, small_world

from sandbox.options import Options
from sandbox.salesforce.saving.values import store
from sandbox.salesforce.schema.ids import make_id, read_id, with_checksum
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.salesforce.state.table import Table
from sandbox.world.generator import generate
from sandbox.world.model import Account, Contact, Deal, LineItem, World


@pytest.fixture(scope="module")
def org():
    with serve_org() as served:
        yield served


def build(world: World) -> SalesforceSimulator:
    return SalesforceSimulator(world, Options())


def rows_by_key(simulator: SalesforceSimulator, object_type: str) -> dict[str, dict[str, object]]:
    table = simulator.org.tables[object_type]
    return {table.keys[identity]: row for identity, row in table.rows.items() if identity in table.keys}


def test_an_account_becomes_an_account(org):
    row = rows_by_key(org.simulator, "Account")["a1"]
    expected = {
        "Name": "Acme",
        "Website": "acme.example",
        "Industry": "Banking",
        "BillingCity": "Lyon",
        "AnnualRevenue": Decimal(5_000_000),
        "Strategic_Account__c": True,
        "CurrencyIsoCode": "EUR",
        "OwnerId": org.id_of("User", "u1"),
        "CreatedDate": "2026-03-01T09:30:05.000+0000",
        "SystemModstamp": "2026-07-01T12:00:00.000+0000",
        "IsDeleted": False,
    }
    assert {name: row.get(name) for name in expected} == expected
    assert rows_by_key(org.simulator, "Account")["a2"]["ParentId"] == org.id_of("Account", "a1")


def test_a_contact_becomes_a_contact_with_a_direct_relation(org):
    rows = rows_by_key(org.simulator, "Contact")
    assert (rows["c1"]["Name"], rows["c1"]["Buying_Role__c"]) == ("Eve Noor", "CHAMPION;DECISION_MAKER")
    assert (rows["c1"]["Influence_Level__c"], rows["c3"]["Stance__c"]) == ("high", "Promoter")
    assert (rows["c2"]["Left_Company__c"], rows["c1"]["Left_Company__c"]) == (True, False)
    assert (rows["c4"]["LastName"], "AccountId" in rows["c4"]) == ("[not provided]", False)
    relations = org.query("SELECT ContactId, AccountId, IsDirect, IsActive FROM AccountContactRelation ORDER BY Id")
    assert [(row["ContactId"], row["AccountId"]) for row in relations] == [
        (org.id_of("Contact", contact), org.id_of("Account", account))
        for contact, account in (("c1", "a1"), ("c2", "a1"), ("c3", "a2"))
    ]
    assert all(row["IsDirect"] and row["IsActive"] for row in relations)


def test_a_deal_becomes_an_opportunity_with_its_parts(org):
    row = rows_by_key(org.simulator, "Opportunity")["d1"]
    expected = {
        "StageName": "Proposal",
        "Amount": Decimal("1000.25"),
        "Probability": Decimal(60),
        "CloseDate": "2026-12-31",
        "CurrencyIsoCode": "USD",
        "IsClosed": False,
        "ForecastCategory": "BestCase",
        "ExpectedRevenue": Decimal("600.15"),
        "LastStageChangeDate": "2026-07-01T12:00:00.000+0000",
        "Fiscal": "2026 4",
        "HasOpportunityLineItem": False,
    }
    assert {name: row.get(name) for name in expected} == expected
    roles = org.query("SELECT Role, IsPrimary, CurrencyIsoCode FROM OpportunityContactRole ORDER BY Id")
    assert [(role["Role"], role["IsPrimary"]) for role in roles] == [("Economic Buyer", True), (None, False)]
    (line,) = org.query("SELECT Quantity, UnitPrice, TotalPrice, Product2.Unit_Cost__c FROM OpportunityLineItem")
    assert (line["Quantity"], line["UnitPrice"], line["TotalPrice"]) == (3.0, 100.0, 300.0)
    assert line["Product2"]["Unit_Cost__c"] == 60.0


def test_a_deal_without_a_close_date_closes_on_the_worlds_latest_day(org):
    assert rows_by_key(org.simulator, "Opportunity")["d3"]["CloseDate"] == "2026-12-31"


def test_a_deal_whose_changes_are_unknown_has_the_row_of_its_creation(org):
    soql = "SELECT StageName, CreatedDate FROM OpportunityHistory WHERE Opportunity.Name = 'Small'"
    (row,) = org.query(soql)
    assert (row["StageName"], row["CreatedDate"]) == ("Closed Won", "2026-03-01T09:30:05.000+0000")


def test_rates_are_units_per_unit_of_the_corporate_currency(org):
    (dated,) = org.query("SELECT IsoCode, ConversionRate, StartDate, NextStartDate FROM DatedConversionRate")
    del dated["attributes"]
    assert dated == {"IsoCode": "USD", "ConversionRate": 1.6, "StartDate": "2026-01-01", "NextStartDate": "9999-12-31"}


def test_records_without_an_owner_belong_to_the_integration_user(org):
    (row,) = org.query("SELECT Owner.Name, Owner.IsActive FROM Account WHERE Name LIKE 'Zo%'")
    assert (row["Owner"]["Name"], row["Owner"]["IsActive"]) == ("Integration User", True)
    (left,) = org.query("SELECT Owner.IsActive, LastModifiedBy.Name FROM Account WHERE Name = 'Acme Sub'")
    assert (left["Owner"]["IsActive"], left["LastModifiedBy"]["Name"]) == (False, "Bo Left")


def test_the_same_world_is_the_same_org_and_another_world_another():
    one, same, other = build(small_world()), build(small_world()), build(small_world(accounts=[]))
    assert one.state() == same.state()
    assert one.org.id == same.org.id != other.org.id


def test_the_state_tells_every_record_with_its_key_as_json(org):
    state = json.loads(json.dumps(org.simulator.state()))
    account = state["Account"][0]
    assert (account["key"], account["id"], account["archived"]) == ("a1", org.id_of("Account", "a1"), False)
    assert account["AnnualRevenue"] == 5_000_000
    assert {row["key"] for row in state["Opportunity"]} == {"d1", "d2", "d3"}


def test_a_single_currency_org_has_no_currency_fields():
    simulator = build(one_currency_world())
    assert "CurrencyType" not in simulator.org.tables
    rows = (row for table in simulator.org.tables.values() for row in table.rows.values())
    assert not any("CurrencyIsoCode" in row for row in rows)


def test_ids_grow_in_the_order_of_the_world(org):
    for object_type, keys in (("Account", ["a1", "a2", "a3"]), ("Contact", ["c1", "c2", "c3", "c4"])):
        ids = [org.id_of(object_type, key) for key in keys]
        assert ids == sorted(ids)


def untidy_world() -> World:
    """As a folder of CSV files may hold it: words of any case, texts and figures of any length."""
    contact = Contact("c1", SPRING, SPRING, first_name="x" * 50, last_name="y" * 90, title="t" * 200)
    contact.buying_roles, contact.stance, contact.influence = ["Gatekeeper", "gatekeeper"], "promoter", "5"
    other = Contact("c2", SPRING, SPRING, last_name="z", stance="Promoter", influence="high")
    account = Account(
        "a1", "n" * 300, SPRING, SPRING, annual_revenue=Decimal("12.555"), potential_revenue=Decimal("0.005")
    )
    deal = Deal("d1", "d" * 200, "won", SPRING, SPRING, amount=Decimal("9.999"), probability=Decimal("0.335"))
    line = LineItem("l1", "d1", None, Decimal("0.333"), Decimal("0.001"), Decimal("0.0003"), SPRING, SPRING)
    changes: dict[str, list[object]] = {"deal_contacts": [], "stage_changes": []}
    return small_world(accounts=[account], contacts=[contact, other], deals=[deal], line_items=[line], **changes)


@pytest.mark.parametrize(
    "world",
    [generate(60, 300, 200, seed=3), small_world(), World("EUR"), untidy_world()],
    ids=["made", "small", "empty", "untidy"],
)
def test_no_record_holds_what_its_fields_could_not(world):
    simulator = build(world)
    for table in simulator.org.tables.values():
        for row in table.rows.values():
            assert set(row) <= set(table.definition.fields), table.name
            check_row(simulator, table, row)


def check_row(simulator: SalesforceSimulator, table: Table, row: dict[str, object]) -> None:
    for name, field in table.definition.fields.items():
        value = row.get(name)
        # the last rate of a currency runs to the end of time, which no record could be given by hand
        if value not in {None, "9999-12-31"} and field.type not in {"id", "address"}:
            assert store(field, value) == value, (table.name, name)
        if field.required or field.type == "boolean":
            assert value is not None, (table.name, name)
        if value is not None and field.to in simulator.org.tables:
            assert value in simulator.org.tables[field.to].rows, (table.name, name)


def test_a_generated_world_is_kept_whole():
    world = generate(60, 300, 200, seed=3)
    org = build(world).org
    sizes = {
        "Account": len(world.accounts),
        "Contact": len(world.contacts),
        "Opportunity": len(world.deals),
        "OpportunityContactRole": len(world.deal_contacts),
        "OpportunityLineItem": len(world.line_items),
        "OpportunityStage": len(world.stages),
        "Product2": len(world.products),
        "User": len(world.users) + 1,
    }
    assert {name: len(org.tables[name].rows) for name in sizes} == sizes
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H")
    assert all(stamp[:13] <= now for table in org.tables.values() for stamp, _ in table.stamps)
    assert SPRING < SUMMER


def test_the_checksum_is_that_of_salesforces_own_examples():
    assert with_checksum("001R00000064wdt") == "001R00000064wdtIAA"


@given(st.integers(0, 62**10 - 1), st.integers(0, 62**10 - 1))
def test_ids_sort_as_their_numbers_and_are_known_by_both_lengths(one, other):
    first, second = make_id("001", one), make_id("001", other)
    assert (first < second) == (one < other)
    assert read_id(first) == read_id(first[:15]) == first


@given(st.text("0123456789abcXYZ", min_size=15, max_size=15))
def test_the_checksum_tells_the_case_of_each_letter(short):
    checked = with_checksum(short)
    figures = "".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'.index(figure):05b}"[::-1] for figure in checked[15:])
    restored = "".join(
        letter.upper() if bit == "1" else letter for letter, bit in zip(short.lower(), figures, strict=True)
    )
    assert restored == short


@pytest.mark.parametrize(
    "text", ["", "001", "001Hs000000000", "001Hs0000000001IA", "001Hs0000000001AAA", "001-s0000000001"]
)
def test_what_is_no_id_is_none(text):
    assert read_id(text) is None
