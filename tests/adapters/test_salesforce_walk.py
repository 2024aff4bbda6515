from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from walked_wire import WalkedWire, make_row

from adapters.base import Cursor
from adapters.errors import TransientError
from adapters.salesforce.keyset import Walk, quote, read_stamp, write_moment
from adapters.salesforce.query import read_rows, walk

ACCOUNTS = Walk("Account", ("Id", "SystemModstamp"))
ROWS = st.lists(st.integers(0, 3), max_size=25).map(
    lambda seconds: [make_row(number, second) for number, second in enumerate(seconds)]
)


def ids(pages):
    return [row["Id"] for page in pages for row in page]


@given(rows=ROWS, page=st.integers(1, 7), lose_at=st.sets(st.integers(1, 30), max_size=3))
def test_dead_locators_cost_no_row_and_repeat_none(rows, page, lose_at):
    pages = walk(WalkedWire(rows, page, lose_at), ACCOUNTS)
    assert ids(pages) == [row["Id"] for row in sorted(rows, key=lambda row: (row["SystemModstamp"], row["Id"]))]


@given(rows=ROWS, page=st.integers(1, 7), lose_at=st.sets(st.integers(1, 30), max_size=3))
def test_a_census_survives_dead_locators_too(rows, page, lose_at):
    pages = walk(WalkedWire(rows, page, lose_at), Walk("Account", ("Id",), by_stamp=False))
    assert ids(pages) == [row["Id"] for row in rows]


def test_a_query_that_is_too_slow_is_narrowed_without_gaps():
    rows = [make_row(number, second=number // 1000) for number in range(5_000)]
    wire = WalkedWire(rows, page=2_000, slow_above=600)
    assert ids(walk(wire, ACCOUNTS)) == [row["Id"] for row in rows]
    assert wire.queries[-1].endswith("LIMIT 500")


def test_a_query_too_slow_for_a_hundred_rows_is_given_up():
    with pytest.raises(TransientError, match="even for few rows of Account"):
        list(walk(WalkedWire([make_row(n) for n in range(50)], slow_above=10), ACCOUNTS))


def test_narrow_queries_end_where_no_row_has_a_place_to_go_on_from():
    wire = WalkedWire([make_row(n) for n in range(300)], page=100, slow_above=100)
    wire.server_time = datetime(2020, 1, 1, tzinfo=UTC)  # each stamp lies beyond Salesforce's own clock
    with pytest.raises(TransientError, match="makes no sense"):
        list(walk(wire, ACCOUNTS))


def test_a_locator_that_never_lives_is_given_up():
    wire = WalkedWire([make_row(n) for n in range(50)], page=3, lose_at=range(1, 100))
    pages = walk(wire, ACCOUNTS)
    assert len(ids(pages)) == 50, "each restart gives one page, which is progress"


class ShortWire(WalkedWire):
    """Loses a row of each page on the way."""

    def _answer(self, start):
        answer = super()._answer(start)
        return answer | {"records": answer["records"][:-1]}


@pytest.mark.parametrize("page", [3, 100])
def test_a_page_with_a_row_missing_is_never_given(page):
    given_pages = []
    with pytest.raises(TransientError, match="breaking off the rows of Account"):
        given_pages.extend(walk(ShortWire([make_row(n) for n in range(10)], page), ACCOUNTS))
    assert given_pages == []


def test_a_small_query_with_a_row_missing_is_an_error():
    with pytest.raises(TransientError, match="breaking off"):
        read_rows(ShortWire([make_row(1)], 10), "SELECT Id FROM User", "User")


def test_a_small_query_that_is_too_slow_is_worth_another_try():
    with pytest.raises(TransientError):
        read_rows(WalkedWire([make_row(1)], 10, slow_above=0), "SELECT Id FROM User", "User")


def test_the_position_after_a_row_is_a_keyset():
    cursor = Cursor(datetime(2026, 11, 22, 10, tzinfo=UTC), "001x")
    assert ACCOUNTS.write_soql(cursor, 500) == (
        "SELECT Id, SystemModstamp FROM Account WHERE (SystemModstamp > 2026-11-22T10:00:00Z OR "
        "(SystemModstamp = 2026-11-22T10:00:00Z AND Id > '001x')) ORDER BY SystemModstamp, Id LIMIT 500"
    )


def test_a_start_is_inclusive():
    start = Walk("Account", ("Id",), start=datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=2))))
    assert "WHERE SystemModstamp >= 2026-11-22T08:00:00Z ORDER BY" in start.write_soql()


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_moment_keeps_its_milliseconds(naive):
    moment = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=UTC)
    assert datetime.fromisoformat(write_moment(moment)) == moment


def test_an_id_cannot_end_its_literal():
    assert quote("Id > {id}", id="x' OR Id != 'y") == "Id > 'x\\' OR Id != \\'y'"


@pytest.mark.parametrize("stamp", [None, "", "yesterday", "2026-11-22T10:00:00"])
def test_a_stamp_that_is_no_instant_is_none(stamp):
    assert read_stamp({"SystemModstamp": stamp}) is None


def test_a_row_without_a_stamp_does_not_move_the_position():
    rows = [make_row(1), make_row(2) | {"SystemModstamp": "rubbish"}]
    assert [ACCOUNTS.locate(row) is not None for row in rows] == [True, False]
