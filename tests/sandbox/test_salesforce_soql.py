"""SOQL: the rows that a statement finds are those that a naive filter of all rows finds, in the order it says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_soql import FILTERS, KEPT_IN_ORDER, ORDERS, ROWS, SIMULATOR, Row, find_ids, nested
from salesforce_org import select, serve_org

from sandbox.salesforce.soql.bounds import find_boxes, stretches_of_stamps
from sandbox.salesforce.soql.parse import parse


@pytest.fixture(scope="module")
def org():
    with serve_org() as served:
        yield served


def sort_naively(rows: list[Row], order: str) -> list[Row]:
    by_id = sorted(rows, key=lambda row: row["Id"], reverse="DESC" in order)
    return sorted(by_id, key=lambda row: row["SystemModstamp"]) if "SystemModstamp" in order else by_id


@settings(max_examples=300)
@given(FILTERS | nested(KEPT_IN_ORDER), ORDERS)
def test_a_statement_finds_what_a_naive_filter_finds(condition, order):
    found = find_ids(select("Id", "Account", "WHERE", condition.soql, order))
    expected = sort_naively([row for row in ROWS.values() if condition.holds(row)], order)
    assert found == [row["Id"] for row in expected]


@given(FILTERS, ORDERS, st.integers(0, 130), st.integers(0, 130))
def test_limit_and_offset_cut_the_rows_after_sorting(condition, order, limit, offset):
    whole = find_ids(select("Id", "Account", "WHERE", condition.soql, order))
    assert (
        find_ids(select("Id", "Account", "WHERE", condition.soql, order, f"LIMIT {limit} OFFSET {offset}"))
        == (whole[offset : offset + limit])
    )


@given(st.integers(1, 50))
def test_walking_by_stamp_and_id_visits_every_row_once(size):
    seen: list[str] = []
    where = ""
    while page := find_ids(select("Id", "Account", where, f"ORDER BY SystemModstamp, Id LIMIT {size}")):
        seen += page
        stamp = ROWS[page[-1]]["SystemModstamp"].replace("+0000", "Z")
        where = f"WHERE (SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{page[-1]}'))"
    assert sorted(seen) == sorted(ROWS)
    assert len(seen) == len(ROWS)


def test_a_walk_by_stamp_and_id_reads_no_row_that_it_has_passed():
    table = SIMULATOR.org.tables["Account"]
    for place, (stamp, identity) in enumerate(table.stamps):
        moment = stamp.replace("+0000", "Z")
        where = f"WHERE (SystemModstamp > {moment} OR (SystemModstamp = {moment} AND Id > '{identity}'))"
        boxes = find_boxes(parse(select("Id", "Account", where)).where)
        left = len(table.stamps) - place - 1
        assert sum(end - start for start, end in stretches_of_stamps(table, boxes)) == left


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("bank", {"Bank", "bank"}),
        ("BANK%", {"Bank", "bank", "BANKS"}),
        ("%bank%", {"Bank", "bank", "BANKS"}),
        ("_ank", {"Bank", "bank"}),
        ("b", {"b"}),
        (r"%\%", {"100%"}),
        (r"1\_%", {"1_000"}),
        ("1_0%", {"100%", "1_000"}),
        (r"o\'neil", {"O'Neil"}),
        (r"back\\slash", {"back\\slash"}),
        (r"line\nbreak", {"line\nbreak"}),
        (r"zo\u00EB", {"Zoë"}),
        ("line%break", {"line\nbreak"}),
    ],
)
def test_like_knows_wildcards_and_escapes(pattern, expected):
    found = find_ids(select("Id", "Account", f"WHERE Industry LIKE '{pattern}'"))
    assert {ROWS[identity]["Industry"] for identity in found} == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Industry", [None, "Banking", "Fintech"]),
        ("Industry NULLS LAST", ["Banking", "Fintech", None]),
        ("Industry DESC", [None, "Fintech", "Banking"]),
        ("Industry DESC NULLS LAST", ["Fintech", "Banking", None]),
    ],
)
def test_nulls_come_first_unless_it_is_said_otherwise(org, order, expected):
    assert [row["Industry"] for row in org.query(select("Industry", "Account", "ORDER BY", order))] == expected


def test_text_sorts_whatever_its_case(org):
    names = [row["Name"] for row in org.query("SELECT Name FROM Account ORDER BY Name")]
    assert names == ["Acme", "acme Sub", "Zoë & Söhne 🎈"]


def test_a_picklist_sorts_in_the_order_of_its_values(org):
    stages = [row["StageName"] for row in org.query("SELECT StageName FROM Opportunity ORDER BY StageName DESC")]
    assert stages == ["Closed Won", "Proposal", "Qualification"]


def test_ids_are_found_by_their_short_form_and_by_case_only(org):
    known = org.id_of("Account", "a1")
    assert org.query(select("Id", "Account", f"WHERE Id = '{known[:15]}'"))[0]["Id"] == known
    assert org.refusal(select("Id", "Account", f"WHERE Id = '{known.lower()}'")) == "INVALID_QUERY_FILTER_OPERATOR"


def test_parents_are_nested_and_null_without_one(org):
    rows = org.query("SELECT Parent.Owner.Name, Name FROM Account ORDER BY Id")
    assert [row["Parent"] and row["Parent"]["Owner"]["Name"] for row in rows] == [None, "Ada Vale", None]
    assert rows[1]["Parent"]["attributes"]["type"] == "Account"


def test_children_are_nested_and_null_without_any(org):
    rows = org.query("SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1) FROM Account ORDER BY Id")
    assert [row["Contacts"] and [one["LastName"] for one in row["Contacts"]["records"]] for row in rows] == [
        ["Noor"],
        ["Zhu"],
        None,
    ]


def test_an_address_is_a_nested_object(org):
    (row,) = org.query("SELECT BillingAddress FROM Account WHERE Name = 'ACME'")
    assert (row["BillingAddress"]["city"], row["BillingAddress"]["street"]) == ("Lyon", None)
    (other,) = org.query("SELECT Parent.BillingAddress, ShippingAddress FROM Account WHERE ParentId != null")
    assert other["Parent"]["BillingAddress"]["country"] == "France"
    assert other["ShippingAddress"] is None


def test_null_is_false_to_a_checkbox(org):
    assert [row["Name"] for row in org.query("SELECT Name FROM Account WHERE Strategic_Account__c != null")] == ["Acme"]
    assert len(org.query("SELECT Id FROM Account WHERE Strategic_Account__c = null")) == 2


def test_count_gives_a_number_and_no_records(org):
    assert org.get("/query", q="SELECT COUNT() FROM Contact WHERE AccountId != null").json() == {
        "totalSize": 3,
        "done": True,
        "records": [],
    }


def test_names_are_found_whatever_their_case_and_answered_as_described(org):
    (row,) = org.query("select id, bIllingcity from ACCOUNT where bIllingcity = 'LYON'")
    assert row["BillingCity"] == "Lyon"
