"""Conditions of SOQL, each with a naive function that says of one row whether it holds; and an org to try them on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from salesforce_org import SPRING, small_world

from sandbox.options import Options
from sandbox.salesforce.simulator import SalesforceSimulator
from sandbox.salesforce.soql.names import Names
from sandbox.salesforce.soql.parse import parse
from sandbox.salesforce.soql.run import find_rows
from sandbox.world.model import Account

TEXTS = [None, "Bank", "bank", "BANKS", "100%", "1_000", "O'Neil", "back\\slash", "Zoë", "zoe", "b", "line\nbreak"]
NUMBERS = [None, Decimal(0), Decimal(5), Decimal(-7), Decimal(10**6)]
HOURS = range(4)
Row = dict[str, Any]


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
