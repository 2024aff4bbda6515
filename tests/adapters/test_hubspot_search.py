from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hubspot_fake import FakeIndex, FakeWire, iso
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.base import Cursor, Kind
from adapters.errors import TransientError
from adapters.hubspot import search
from adapters.hubspot.answers import read_instant, to_epoch_ms
from adapters.hubspot.changes import Changes
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.search import BEGINNING, Search, check_emptiness

OVERLAP = timedelta(minutes=10)
CONTACTS = OBJECTS[Kind.CONTACT]
SMALL_PAGE = 3
NOW = 10**12


@pytest.fixture(autouse=True)
def small_pages():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "PAGE", SMALL_PAGE)
        yield


def walk(index: FakeIndex, start: datetime = BEGINNING, *, server_time: datetime | None = None) -> list[list[int]]:
    wire = FakeWire(index)
    wire.server_time = server_time
    return [[int(hit.id) for hit in hits] for hits in Search(wire, CONTACTS, ["email"], OVERLAP).walk(start)]


def at(milliseconds: int) -> datetime:
    return read_instant(milliseconds)


STAMPS = st.dictionaries(st.integers(1, 10**6), st.integers(0, 6), max_size=30)


@given(STAMPS)
def test_every_record_comes_once_however_many_share_a_millisecond(stamps):
    pages = walk(FakeIndex(stamps, SMALL_PAGE))

    given_ids = [id_ for page in pages for id_ in page]
    assert sorted(given_ids) == sorted(stamps)
    assert [stamps[id_] for id_ in given_ids] == sorted(stamps.values())


@given(STAMPS, st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=8))
def test_a_record_edited_between_two_pages_makes_no_other_one_slip_past(stamps, edits):
    index, ids, call = FakeIndex(stamps, SMALL_PAGE), sorted(stamps), [0]

    def edit() -> None:
        call[0] += 1
        for when, which in edits:
            if when == call[0] and ids:
                index.stamps[ids[which % len(ids)]] = 100 + call[0]

    index.before_answer = edit
    assert {id_ for page in walk(index) for id_ in page} == set(stamps)


@given(STAMPS, st.integers(0, 40))
def test_a_run_that_stops_after_any_page_goes_on_from_its_cursor_without_loss(stamps, stop_after):
    wire = FakeWire(FakeIndex(stamps, SMALL_PAGE), {"/crm/objects/2026-09/contacts": {"results": []}})
    changes = Changes(wire, CONTACTS, ["email"], timedelta(0))
    seen, cursor = set(), None
    for number, page in enumerate(changes.pages(None)):
        seen |= {record.id for record in page.records}
        cursor = page.cursor or cursor
        if number == stop_after:
            break

    for page in changes.pages(cursor):
        seen |= {record.id for record in page.records}
    assert seen == {str(id_) for id_ in stamps}


def test_more_than_ten_thousand_records_of_one_millisecond_come_once_each(monkeypatch):
    monkeypatch.setattr(search, "PAGE", 200)
    stamps = dict.fromkeys(range(1, 10_502), 5) | {20_000: 4, 20_001: 6}

    given_ids = [id_ for page in walk(FakeIndex(stamps, 200)) for id_ in page]
    assert len(given_ids) == len(stamps)
    assert set(given_ids) == set(stamps)


def test_a_hit_that_shows_a_change_of_just_now_does_not_carry_the_position_past_unread_records():
    now = 10**12
    index = FakeIndex({id_: id_ for id_ in range(1, 11)}, SMALL_PAGE)
    index.shown = {3: now}  # edited a moment ago; the index still has it third

    given_ids = [id_ for page in walk(index, server_time=at(now)) for id_ in page]
    assert set(given_ids) >= set(index.stamps) - {3}


@pytest.mark.parametrize("edited", [{15}, {1, 2, 3}, {4, 5, 6, 7, 8, 9, 10}, set(range(1, 20))])
@pytest.mark.parametrize(
    "stamps", [{id_: id_ for id_ in range(1, 20)}, dict.fromkeys(range(1, 20), 5) | {20: 6, 21: 7}]
)
def test_records_that_were_all_edited_just_now_hide_no_others(stamps, edited):
    index = FakeIndex(stamps, SMALL_PAGE)
    index.shown = dict.fromkeys(edited, NOW)

    given_ids = {id_ for page in walk(index, server_time=at(NOW)) for id_ in page}
    assert given_ids >= set(stamps) - edited


@given(STAMPS, st.sets(st.integers(0, 29)), st.integers(0, 40))
@example(dict.fromkeys(range(1, 20), 5), {2}, 1)  # stops after the page in which the one that was edited comes
def test_a_run_that_stops_while_the_index_lags_loses_nothing_once_it_has_caught_up(stamps, edited, stop_after):
    index, ids = FakeIndex(stamps, SMALL_PAGE), sorted(stamps)
    index.shown = dict.fromkeys((ids[which] for which in edited if which < len(ids)), NOW)
    wire = FakeWire(index, {"/crm/objects/2026-09/contacts": {"results": []}})
    wire.server_time = at(NOW)
    seen, cursor = set(), None
    for number, page in enumerate(Changes(wire, CONTACTS, ["email"], OVERLAP).pages(None)):
        seen |= {record.id for record in page.records}
        cursor = page.cursor or cursor
        if number == stop_after:
            break

    index.stamps |= index.shown
    for page in Changes(wire, CONTACTS, ["email"], OVERLAP).pages(cursor):
        seen |= {record.id for record in page.records}
    assert seen == {str(id_) for id_ in stamps}


def test_a_record_whose_change_the_index_learns_of_late_comes_with_the_next_run():
    now = 10**12
    index = FakeIndex({1: now - 5000}, SMALL_PAGE)
    wire = FakeWire(index, {"/crm/objects/2026-09/contacts": {"results": []}})
    wire.server_time = at(now)
    changes = Changes(wire, CONTACTS, ["email"], OVERLAP)
    cursor = [page.cursor for page in changes.pages(None)][-1]

    index.stamps[2] = now - 400_000  # changed before the first run, indexed after it
    assert "2" in {record.id for page in changes.pages(cursor) for record in page.records}


def test_the_cursor_does_not_pass_the_moment_of_the_first_answer():
    now = 10**12
    wire = FakeWire(FakeIndex({1: now - 1, 2: now + 3_600_000}, SMALL_PAGE))
    wire.server_time = at(now)

    cursors = [page.cursor for page in Changes(wire, CONTACTS, ["email"], OVERLAP).pages(None)]
    assert cursors == [Cursor(at(now))]


def test_an_idle_pull_neither_moves_the_cursor_nor_takes_it_back():
    since = Cursor(at(10**12), "7")
    index = FakeIndex({7: 10**12, 8: 10**12 - 1000}, SMALL_PAGE)
    wire = FakeWire(index, {"/crm/objects/2026-09/contacts": {"results": []}})

    pages = list(Changes(wire, CONTACTS, ["email"], OVERLAP).pages(since))
    assert [page.cursor for page in pages] == [None]
    assert [record.id for record in pages[0].records] == ["8", "7"]


@pytest.mark.parametrize("moment", [BEGINNING, datetime.min.replace(tzinfo=UTC)])
def test_a_cursor_at_the_beginning_of_time_is_no_negative_search(moment):
    index = FakeIndex({1: 5}, SMALL_PAGE)
    wire = FakeWire(index, {"/crm/objects/2026-09/contacts": {"results": []}})
    assert list(Changes(wire, CONTACTS, ["email"], OVERLAP).pages(Cursor(moment)))
    assert wire.posts[0][1]["filterGroups"][0]["filters"][0]["value"] == "0"


@pytest.mark.parametrize(("kind", "modified"), [(kind, "hs_lastmodifieddate") for kind in OBJECTS if kind != "contact"])
def test_other_records_than_contacts_are_filtered_on_hs_lastmodifieddate(kind, modified):
    assert OBJECTS[kind].modified == modified


def test_contacts_are_filtered_on_lastmodifieddate():
    wire = FakeWire(FakeIndex({1: 5}, SMALL_PAGE))
    list(Search(wire, CONTACTS, [], OVERLAP).walk(BEGINNING))
    assert wire.posts[0][1]["filterGroups"] == [
        {"filters": [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": "0"}]}
    ]


def test_a_search_for_everything_that_finds_nothing_is_compared_with_the_list():
    wire = FakeWire(pages={"/crm/objects/2026-09/contacts": {"results": [{"id": "1"}]}})
    with pytest.raises(TransientError, match="finds none of the contacts"):
        check_emptiness(wire, CONTACTS)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"results": None},
        {"results": [1]},
        {"results": [{"properties": {"lastmodifieddate": "2026-01-01T00:00:00Z"}}]},
        {"results": [{"id": "1", "properties": {}}]},
        {"results": [{"id": "1", "properties": {"lastmodifieddate": "soon"}}]},
        {"results": [{"id": "x", "properties": {"lastmodifieddate": "2026-01-01T00:00:00Z"}}]},
    ],
)
def test_an_answer_of_the_wrong_shape_is_never_an_empty_page(answer):
    search_ = Search(FakeWire(lambda *_: answer), CONTACTS, [], OVERLAP)
    with pytest.raises(TransientError, match="cannot be read"):
        list(search_.walk(BEGINNING))


def test_an_index_that_repeats_itself_ends_in_an_error_and_not_in_a_loop():
    same = {"results": [{"id": "1", "properties": {"lastmodifieddate": iso(0)}}] * SMALL_PAGE}
    search_ = Search(FakeWire(lambda *_: same), CONTACTS, [], OVERLAP)
    with pytest.raises(TransientError, match="does not go on by id"):
        list(search_.walk(BEGINNING))


def test_a_long_list_of_properties_is_read_by_id_and_the_search_stays_short():
    wide = [f"a_property_with_a_rather_long_name_{n}" for n in range(1000)]
    index = FakeIndex({1: 5, 2: 6}, SMALL_PAGE)

    def answer(path, body):
        if path.endswith("/batch/read"):
            assert wide[0] in body["properties"]
            row = {"id": "1", "properties": {"lastmodifieddate": iso(9), wide[0]: "yes"}}
            return {"results": [row], "errors": [{"category": "OBJECT_NOT_FOUND", "message": "gone"}]}
        return index(path, body)

    (page,) = Changes(FakeWire(answer), CONTACTS, wide, OVERLAP).pages(None)
    assert [(record.id, record.modified_at, record.fields[wide[0]]) for record in page.records] == [("1", at(9), "yes")]
    assert page.cursor == Cursor(at(6), "2")


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware just below
def test_instants_survive_the_way_to_milliseconds_and_back(naive):
    instant = naive.replace(tzinfo=UTC, microsecond=naive.microsecond // 1000 * 1000)
    assert read_instant(to_epoch_ms(instant)) == instant
    assert read_instant(str(to_epoch_ms(instant))) == instant


@pytest.mark.parametrize(
    "text", ["2026-12-31T00:00:00Z", "2026-12-31T00:00:00.000Z", "2026-12-31T01:00:00+01:00", "1798675200000"]
)
def test_all_spellings_of_an_instant_mean_the_same(text):
    assert read_instant(text) == datetime(2026, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-12-31", "2026-12-31T00:00:00", None, 9 * 10**30, "0001-01-01T00:00:00+14:00", "9" * 5_000],
)
def test_what_is_no_instant_is_none(text):
    assert read_instant(text) is None


def test_the_survivor_of_a_merge_brings_the_tombstones_of_the_old_ids():
    row = {"id": "9", "properties": {"lastmodifieddate": iso(5), "hs_calculated_merged_vids": "3:170000;4:170000;9:1"}}
    (page,) = Changes(FakeWire(lambda *_: {"results": [row]}), CONTACTS, ["email"], OVERLAP).pages(None)

    assert [(r.id, r.archived, r.merged_into) for r in page.records] == [
        ("9", False, None),
        ("3", True, "9"),
        ("4", True, "9"),
    ]
