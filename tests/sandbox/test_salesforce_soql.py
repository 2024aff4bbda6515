"""SOQL: the rows that a statement finds are those that a naive filter of all rows finds, in the order it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from salesforce_org import SPRING, select, serve_org, small_world

from sandbox.options import Options
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.salesforce.soql.bounds import find_boxes, stretches_of_stamps
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.parse import parse
from sandbox.salesforce.soql.run import find_rows
from sandbox.world.model import Account

TEXTS = [None, "Bank", "bank", "BANKS", "100%", "1_000", "O'Neil", "back\\slash", "Zoë", "zoe", "b", "line\nbreak"]
NUMBERS = [None, Decimal(0), Decimal(5), Decimal(-7), Decimal(10**6)]
HOURS = range(4)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def org():
    with serve_org() as served:
        yield served


def _make_simulator() -> SalesforceSimulator:
    accounts = []
    for number in range(120):
        moment = SPRING + timedelta(hours=number * 7 % len(HOURS))
        account = Account(f"a{number}", f"Account {number % 9}", SPRING, moment, strategic=number % 3 == 0)
        account.industry, account.annual_revenue = TEXTS[number % len(TEXTS)], NUMBERS[number % len(NUMBERS)]
        account.parent = f"a{number - 1}" if number % 4 == 0 and number else None
        accounts.append(account)
    empty: dict[str, Any] = {"contacts": [], "deals": [], "deal_contacts": [], "line_items": [], "stage_changes": []}
    return SalesforceSimulator(small_world(accounts=accounts, **empty), Options())


SIMULATOR = _make_simulator()
ROWS: dict[str, Row] = SIMULATOR.org.tables["Account"].rows


def find_ids(soql: str) -> list[str]:
    names = Names(SIMULATOR.org.tables, SIMULATOR.permissions, SIMULATOR.org.user, soql)
    statement = parse(soql)
    return [str(row["Id"]) for row in find_rows(names, names.table(statement), statement)]


@dataclass(frozen=True)
class Filter:
    """A condition twice: as SOQL, and as a plain function."""

    soql: str
    holds: Callable[[Row], bool]

    def __repr__(self) -> str:
        return self.soql


def quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def parent_name(row: Row) -> str | None:
    parent = ROWS.get(row.get("ParentId", ""))
    return parent["Name"] if parent else None


def compare(name: str, get: Callable[[Row], Any], literal: str, value: Any, sign: str) -> Filter:
    def holds(row: Row) -> bool:
        left, right = fold(get(row)), fold(value)
        if sign == "=":
            return left == right
        if sign == "!=":
            return left != right
        return (
            left is not None and {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]
        )

    return Filter(f"{name} {sign} {literal}", holds)


def fold(value: Any) -> Any:
    return value.lower() if isinstance(value, str) and not value.startswith("001") else value


def matches_pattern(text: str, pattern: str) -> bool:
    """LIKE by hand, over a pattern already split into single marks."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(matches_pattern(text[skip:], pattern[1:]) for skip in range(len(text) + 1))
    return bool(text) and pattern[0] in {"_", text[0]} and matches_pattern(text[1:], pattern[1:])


def like(pattern: str) -> Filter:
    def holds(row: Row) -> bool:
        return row.get("Industry") is not None and matches_pattern(row["Industry"].lower(), pattern.lower())

    return Filter(f"Industry LIKE '{pattern}'", holds)


SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
MEMBERSHIP = st.sampled_from(["IN", "NOT IN"])
EQUALS = st.sampled_from(["=", "!="])
SOME_TEXT = st.sampled_from([text for text in TEXTS if text]) | st.text("abKZë%_'\\ ", min_size=1, max_size=4)
MOMENTS = st.sampled_from(HOURS).map(lambda hours: SPRING + timedelta(hours=hours))


def get_field(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


def on_text(name: str, get: Callable[[Row], Any]) -> st.SearchStrategy[Filter]:
    return st.builds(lambda text, sign: compare(name, get, quote(text), text, sign), SOME_TEXT, SIGNS)


def on_null(name: str, get: Callable[[Row], Any]) -> st.SearchStrategy[Filter]:
    return EQUALS.map(lambda sign: compare(name, get, "null", None, sign))


def among(name: str, values: list[str], operator: str) -> Filter:
    wanted = {fold(value) for value in values}
    literals = ", ".join(map(quote, values))
    return Filter(
        f"{name} {operator} ({literals})",
        lambda row: (fold(row.get(name)) in wanted) is (operator == "IN"),
    )


def on_moment(moment: datetime, sign: str) -> Filter:
    printed = f"{moment:%Y-%m-%dT%H:%M:%S.000+0000}"
    return compare("SystemModstamp", get_field("SystemModstamp"), f"{moment:%Y-%m-%dT%H:%M:%SZ}", printed, sign)


KEPT_IN_ORDER = st.one_of(
    st.builds(on_moment, MOMENTS, SIGNS),
    st.builds(
        lambda key, sign: compare("Id", get_field("Id"), quote(key), key, sign), st.sampled_from(sorted(ROWS)), SIGNS
    ),
    st.builds(among, st.just("Id"), st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=9), MEMBERSHIP),
)
LEAVES = st.one_of(
    on_text("Industry", get_field("Industry")),
    on_text("Parent.Name", parent_name),
    on_null("Industry", get_field("Industry")),
    on_null("ParentId", get_field("ParentId")),
    st.text("bBaAnk%_0 ", max_size=4).filter(bool).map(like),
    st.builds(
        lambda number, sign: compare("AnnualRevenue", get_field("AnnualRevenue"), str(number), number, sign),
        st.sampled_from([number for number in NUMBERS if number is not None]),
        SIGNS,
    ),
    st.builds(
        lambda flag, sign: compare("Strategic_Account__c", get_field("Strategic_Account__c"), str(flag), flag, sign),
        st.booleans(),
        EQUALS,
    ),
    st.builds(among, st.just("Industry"), st.lists(SOME_TEXT, min_size=1, max_size=4), MEMBERSHIP),
)


def join(parts: list[Filter], word: str) -> Filter:
    soql = "(" + f" {word} ".join(part.soql for part in parts) + ")"
    return Filter(soql, lambda row: (all if word == "AND" else any)(part.holds(row) for part in parts))


def negate(part: Filter) -> Filter:
    return Filter(f"(NOT ({part.soql}))", lambda row: not part.holds(row))


def joined(parts: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    return st.builds(join, st.lists(parts, min_size=2, max_size=3), st.sampled_from(["AND", "OR"]))


def nested(leaves: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    """Conditions up to three deep, plain ones not drowned by the deep ones."""
    return st.one_of(
        leaves, joined(leaves), joined(leaves | joined(leaves)), joined(leaves | joined(leaves)).map(negate)
    )


FILTERS = nested(LEAVES | KEPT_IN_ORDER)
ORDERS = st.sampled_from(
    ["", "ORDER BY SystemModstamp, Id", "ORDER BY Id", "ORDER BY Id DESC", "ORDER BY SystemModstamp"]
)


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
