from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Cursor
from adapters.errors import TransientError
from adapters.salesforce.columns import CHUNK_ROOM, FIRST_ROOM, IDS_PER_CHUNK, chunk, chunk_columns, split_columns
from adapters.salesforce.keyset import Walk, quote, select
from adapters.salesforce.wide import Completion

NAMES = st.lists(st.from_regex(r"\A[A-Za-z]\w{0,60}__c\Z"), unique=True, max_size=400)
CALM = 12_288
"""A quarter of the 16,384 bytes stays for the path and the headers, the access token above all."""


@given(NAMES, st.integers(1, 3_000))
def test_splitting_loses_no_column_and_keeps_their_order(names, room):
    first, rest = split_columns(names, room)
    assert first + [name for group in chunk_columns(rest, room) for name in group] == names


def test_a_thousand_long_names_never_make_too_long_an_address():
    names = [f"A_Custom_Field_With_A_Long_Name_{number:05d}__c" for number in range(1_000)]
    first, rest = split_columns(names, FIRST_ROOM)
    ids = quote("Id IN {ids}", ids=["001000000000000AAA"] * IDS_PER_CHUNK)
    after = Cursor(datetime(2026, 11, 22, 10, 0, 0, 1000, tzinfo=UTC), "001000000000000AAA")
    queries = [Walk("AccountContactRelation", tuple(first)).write_soql(after, 10_000)]
    queries += [f"{select(group, 'AccountContactRelation')} WHERE {ids}" for group in chunk_columns(rest, CHUNK_ROOM)]
    assert max(len(urlencode({"q": query})) for query in queries) < CALM


@given(st.lists(st.integers()), st.integers(1, 9))
def test_groups_hold_all_items(items, size):
    groups = list(chunk(items, size))
    assert [item for group in groups for item in group] == items
    assert all(len(group) <= size for group in groups)


class EditedWire:
    """Rows of two columns, read one after the other, while somebody keeps editing them for `edits` queries."""

    host = "acme.my.salesforce.com"

    def __init__(self, edits=0, gone=()):
        self.edits = edits
        self.gone = set(gone)
        self.version = 1
        self.calls = 0

    def row(self, number):
        stamp = f"2026-11-22T10:00:{self.version:02d}.000+0000"
        return {"Id": f"00{number}", "SystemModstamp": stamp, "A": self.version, "B": self.version}

    def query(self, soql, *_about, **_options):
        self.calls += 1
        if self.edits:
            self.edits -= 1
            self.version += 1
        columns = soql.removeprefix("SELECT ").split(" FROM ")[0].split(", ")
        numbers = [number for number in range(4) if f"'00{number}'" in soql and number not in self.gone]
        rows = [{name: self.row(number)[name] for name in columns} for number in numbers]
        return {"totalSize": len(rows), "done": True, "records": rows}


def complete(wire):
    first = ("Id", "SystemModstamp", "A")
    rows = [{name: wire.row(number)[name] for name in first} for number in range(4)]
    return Completion(wire, "Account", first, ("B",)).complete(rows)


def test_a_row_edited_between_two_queries_is_read_again_and_never_mixed():
    rows = complete(EditedWire(edits=1))
    assert [row["Id"] for row in rows] == ["000", "001", "002", "003"]
    assert all(row["A"] == row["B"] == 2 for row in rows)


def test_rows_that_never_rest_are_an_error_and_not_a_mix():
    with pytest.raises(TransientError, match="change faster"):
        complete(EditedWire(edits=100))


def test_a_row_that_is_gone_leaves_the_others():
    assert [row["Id"] for row in complete(EditedWire(gone={2}))] == ["000", "001", "003"]


def test_rows_that_are_complete_cost_no_call():
    wire = EditedWire()
    Completion(wire, "Account", ("Id",), ()).complete([wire.row(0)])
    assert wire.calls == 0
