from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Cursor, FieldAction, FieldSpec, FieldType, Kind, Outcome, Reading, Update
from adapters.catalogue import connect, list_crms
from adapters.errors import FatalError, LimitReachedError, SchemaError, TransientError
from adapters.memory.adapter import OVERLAP, MemoryCRM
from adapters.memory.organisation import MemoryOrganisation, find_organisation
from adapters.settings import ConnectionSettings

MINUTE = timedelta(minutes=1)
CHAMPIONS = FieldSpec(Kind.ACCOUNT, "champions", "playmaker_champions", "Champions", "How many", FieldType.COUNT)
STATUS = FieldSpec(Kind.ACCOUNT, "status", "playmaker_status", "Status", "What is missing", FieldType.TEXT)


@pytest.fixture
def memory():
    return MemoryOrganisation()


@pytest.fixture
def crm(memory):
    return MemoryCRM(memory, page_size=3)


def read(crm, kind=Kind.ACCOUNT, since=None):
    return [record for page in crm.pull(kind, ["name"], since) for record in page.records]


def last_cursor(crm, since=None):
    return max((page.cursor for page in crm.pull(Kind.ACCOUNT, ["name"], since) if page.cursor), default=since)


def test_the_catalogue_finds_it_and_a_connection_reaches_the_organisation_of_its_name():
    assert "memory" in list_crms()
    find_organisation("emea").put(Kind.ACCOUNT, "1", {"name": "Acme"})
    crm = connect("memory", ConnectionSettings("emea", auth={"access_token": "memory-token"}))
    assert [record.id for record in read(crm)] == ["1"]
    with pytest.raises(FatalError, match=r"check auth\.access_token"):
        connect("memory", ConnectionSettings("emea")).check()


def test_records_with_equal_stamps_on_both_sides_of_a_page_all_arrive(memory, crm):
    for number in range(8):
        memory.put(Kind.ACCOUNT, str(number))
    assert [record.id for record in read(crm)] == [str(number) for number in range(8)]
    assert len(read(crm, since=last_cursor(crm))) == 8


def test_a_late_commit_within_the_overlap_is_still_read(memory, crm):
    memory.put(Kind.ACCOUNT, "1")
    cursor = last_cursor(crm)
    memory.put(Kind.ACCOUNT, "late", modified_at=memory.clock - OVERLAP)
    assert [record.id for record in read(crm, since=cursor)] == ["late", "1"]


def test_a_cursor_never_goes_back_into_the_overlap(memory, crm):
    for number in range(4):
        memory.put(Kind.ACCOUNT, str(number))
        memory.advance(MINUTE)
    cursor = last_cursor(crm)
    assert [page.cursor for page in crm.pull(Kind.ACCOUNT, ["name"], cursor)] == [None, None]


def test_a_record_edited_while_others_are_read_hides_none(memory, crm):
    for number in range(6):
        memory.put(Kind.ACCOUNT, str(number))
    pages = crm.pull(Kind.ACCOUNT, ["name"])
    seen = [record.id for record in next(pages).records]
    memory.advance(MINUTE)
    memory.put(Kind.ACCOUNT, "1", {"name": "Edited"})
    seen += [record.id for page in pages for record in page.records]
    assert seen == ["0", "1", "2", "3", "4", "5", "1"]


def test_a_deleted_record_arrives_archived_and_comes_back_when_undeleted(memory, crm):
    memory.put(Kind.ACCOUNT, "1", {"name": "Acme"})
    cursor = last_cursor(crm)
    memory.advance(MINUTE)
    memory.delete(Kind.ACCOUNT, "1")
    assert [record.archived for record in read(crm, since=cursor)] == [True]
    assert read(crm) == []
    assert list(crm.ids(Kind.ACCOUNT)) == []
    memory.put(Kind.ACCOUNT, "1")
    assert [record.archived for record in read(crm, since=cursor)] == [False]


def test_a_merge_forwards_the_loser_and_what_belonged_to_it(memory, crm):
    memory.put(Kind.ACCOUNT, "1")
    memory.put(Kind.ACCOUNT, "2")
    memory.put(Kind.CONTACT, "c", {"account": "2"})
    memory.advance(MINUTE)
    memory.merge(Kind.ACCOUNT, "1", "2")
    loser = next(record for record in read(crm, since=Cursor(memory.clock)) if record.id == "2")
    assert (loser.archived, loser.merged_into) == (True, "1")
    assert memory.get(Kind.CONTACT, "c") == {"account": "1"}


def test_a_vanished_record_is_missed_by_ids_alone(memory, crm):
    memory.put(Kind.ACCOUNT, "1")
    cursor = last_cursor(crm)
    memory.vanish(Kind.ACCOUNT, "1")
    assert read(crm, since=cursor) == []
    assert list(crm.ids(Kind.ACCOUNT)) == []


def test_links_are_read_with_their_parents_where_the_organisation_says_so():
    memory = MemoryOrganisation(children={Kind.DEAL_CONTACT: Kind.DEAL}, absent=frozenset({Kind.ACCOUNT_CONTACT}))
    crm = MemoryCRM(memory, page_size=1)
    for deal in "ab":
        memory.put(Kind.DEAL_CONTACT, f"{deal}:1", {"deal": deal, "contact": "1"})
    assert crm.source(Kind.DEAL_CONTACT).parent is Kind.DEAL
    assert crm.source(Kind.ACCOUNT_CONTACT) is None
    assert crm.source(Kind.STAGE).reading is Reading.WHOLE
    pages = list(crm.children(Kind.DEAL_CONTACT, ["deal"], ["a", "b", "c"]))
    assert [record.id for page in pages for record in page.records] == ["a:1", "b:1"]


def test_a_whole_kind_has_neither_stamps_nor_cursor(memory, crm):
    memory.put(Kind.STAGE, "1", {"code": "won"})
    (page,) = crm.pull(Kind.STAGE, ["code"])
    assert (page.cursor, page.records[0].modified_at) == (None, None)


def test_an_unknown_field_is_named_with_its_neighbour_before_anything_is_read(memory, crm):
    with pytest.raises(SchemaError, match=r"no field nmae on account; did you mean name\?"):
        next(crm.pull(Kind.ACCOUNT, ["nmae"]))
    memory.hide_field(Kind.ACCOUNT, "industry")
    with pytest.raises(SchemaError):
        next(MemoryCRM(memory).pull(Kind.ACCOUNT, ["industry"]))


def test_filling_a_field_that_is_not_there_is_a_fault_of_the_test(memory):
    with pytest.raises(KeyError, match="add_field first"):
        memory.put(Kind.ACCOUNT, "1", {"tier": "A"})
    memory.add_field(Kind.ACCOUNT, "tier")
    memory.put(Kind.ACCOUNT, "1", {"tier": "A"})
    assert memory.get(Kind.ACCOUNT, "1") == {"tier": "A"}


def test_fields_are_created_granted_kept_or_left_in_conflict(memory, crm):
    memory.add_field(Kind.ACCOUNT, "playmaker_status", "number")
    actions = [change.action for change in crm.ensure_fields([CHAMPIONS, STATUS])]
    assert actions == [FieldAction.CREATE, FieldAction.CONFLICT]
    assert crm.describe(Kind.ACCOUNT)["playmaker_status"].type == "number"
    memory.hide_field(Kind.ACCOUNT, "playmaker_champions")
    assert [change.action for change in crm.ensure_fields([CHAMPIONS])] == [FieldAction.GRANT]
    assert [change.action for change in crm.ensure_fields([CHAMPIONS])] == [FieldAction.KEEP]


@pytest.mark.parametrize(
    ("value", "code"),
    [(1.5, "INVALID_VALUE"), (True, "INVALID_VALUE"), ("2", "INVALID_VALUE"), (Decimal("NaN"), "INVALID_VALUE")],
)
def test_a_value_of_another_type_is_refused(memory, crm, value, code):
    memory.put(Kind.ACCOUNT, "1")
    crm.ensure_fields([CHAMPIONS])
    (result,) = crm.push(
        [Update(Kind.ACCOUNT, "1", {"playmaker_champions": value})], {"playmaker_champions": CHAMPIONS}
    )
    assert (result.outcome, result.code, result.field) == (Outcome.REFUSED, code, "playmaker_champions")
    assert memory.get(Kind.ACCOUNT, "1") == {}


def test_each_row_is_written_refused_or_gone_by_itself(memory, crm):
    crm.ensure_fields([STATUS])
    for id_ in ("good", "ruled", "deleted"):
        memory.put(Kind.ACCOUNT, id_)
    memory.delete(Kind.ACCOUNT, "deleted")
    memory.refuse(Kind.ACCOUNT, "ruled", "RULE", "Only finance may", "playmaker_status")
    rows = ["ruled", "good", "deleted", "never there"]
    updates = [Update(Kind.ACCOUNT, id_, {"playmaker_status": "ok"}) for id_ in rows]
    results = list(crm.push(updates, {"playmaker_status": STATUS}))
    assert [result.outcome.value for result in results] == ["refused", "written", "gone", "gone"]
    assert (results[0].code, results[0].message) == ("RULE", "Only finance may")
    memory.accept(Kind.ACCOUNT, "ruled")
    assert next(crm.push(updates, {"playmaker_status": STATUS})).outcome is Outcome.WRITTEN


def test_a_text_that_is_too_long_is_refused(memory, crm):
    crm.ensure_fields([STATUS])
    memory.put(Kind.ACCOUNT, "1")
    (result,) = crm.push([Update(Kind.ACCOUNT, "1", {"playmaker_status": "x" * 256})], {"playmaker_status": STATUS})
    assert result.code == "TOO_LONG"


def test_a_field_that_is_not_ours_is_never_written(memory, crm):
    memory.put(Kind.ACCOUNT, "1", {"name": "Acme"})
    (result,) = crm.push([Update(Kind.ACCOUNT, "1", {"name": "Theirs"})], {"playmaker_status": STATUS})
    assert result.code == "NOT_OURS"
    assert memory.get(Kind.ACCOUNT, "1") == {"name": "Acme"}


def test_a_write_moves_the_stamp_as_a_real_crm_does(memory, crm):
    memory.put(Kind.ACCOUNT, "1")
    cursor = last_cursor(crm)
    memory.advance(2 * OVERLAP)
    crm.ensure_fields([STATUS])
    assert read(crm, since=Cursor(memory.clock)) == []
    list(crm.push([Update(Kind.ACCOUNT, "1", {"playmaker_status": "ok"})], {"playmaker_status": STATUS}))
    assert [record.id for record in read(crm, since=Cursor(memory.clock))] == ["1"]
    assert last_cursor(crm) > cursor


def test_outages_strike_the_request_they_are_meant_for(memory, crm):
    for number in range(6):
        memory.put(Kind.ACCOUNT, str(number))
    memory.fail(TransientError("reset"), after=2)
    pages = crm.pull(Kind.ACCOUNT, ["name"])
    assert len(next(pages).records) == 3
    with pytest.raises(TransientError, match="reset"):
        next(pages)
    assert len(read(crm)) == 6


def test_the_daily_limit_stops_reading_and_is_told(memory, crm):
    memory.daily_limit = 2
    memory.put(Kind.ACCOUNT, "1")
    with pytest.raises(LimitReachedError):
        read(crm)
    limits = crm.limits()
    assert (limits.daily_limit, limits.daily_used, dict(limits.calls)) == (2, 2, {"describe": 1, "read": 2})


def test_a_missing_permission_is_found_by_the_check_and_stops_the_call(memory, crm):
    assert {finding.level for finding in crm.permissions()} == {"ok"}
    memory.denied |= {("write", Kind.DEAL), ("create", None), ("read", Kind.ACCOUNT)}
    failing = [finding.subject for finding in crm.permissions() if finding.level == "failing"]
    assert failing == ["read account records", "write deal records"]
    assert [(finding.level, finding.subject) for finding in crm.setup_permissions()] == [("warning", "create fields")]
    with pytest.raises(FatalError, match="may not read account records"):
        read(crm)
    with pytest.raises(FatalError, match="may not create fields"):
        crm.ensure_fields([STATUS])


def test_describe_costs_one_call(crm):
    crm.describe(Kind.ACCOUNT)
    crm.describe(Kind.ACCOUNT)
    assert crm.limits().calls == {"describe": 1}


def test_dates_and_moments_are_told_apart(memory, crm):
    due = FieldSpec(Kind.ACCOUNT, "due", "playmaker_due", "Due", "", FieldType.DATE)
    crm.ensure_fields([due])
    memory.put(Kind.ACCOUNT, "1")
    values = [date(2026, 12, 31), datetime(2026, 12, 31, tzinfo=UTC)]
    updates = [Update(Kind.ACCOUNT, "1", {"playmaker_due": value}) for value in values]
    assert [result.outcome.value for result in crm.push(updates, {"playmaker_due": due})] == ["written", "refused"]


@given(
    edits=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.booleans()), max_size=40),
    page_size=st.integers(1, 4),
    stops=st.lists(st.integers(1, 3), max_size=10),
)
def test_whatever_happens_between_interrupted_pulls_a_reader_ends_up_with_the_truth(edits, page_size, stops):
    memory = MemoryOrganisation()
    known: dict[str, str] = {}
    cursor = None
    stops = iter(stops)
    for number, (row, minutes, deletes) in enumerate(edits):
        memory.advance(timedelta(minutes=minutes))
        if deletes and str(row) in memory.rows[Kind.ACCOUNT]:
            memory.delete(Kind.ACCOUNT, str(row))
        else:
            memory.put(Kind.ACCOUNT, str(row), {"name": f"edit {number}"})
        if number % 4 == 0:
            cursor = pull_some(MemoryCRM(memory, page_size=page_size), known, cursor, next(stops, None))
    pull_some(MemoryCRM(memory, page_size=page_size), known, cursor, None)
    assert known == {row.id: row.fields["name"] for row in memory.live(Kind.ACCOUNT)}


def pull_some(crm, known, cursor, pages):
    """Apply so many pages as a sync does (all when None), and return the cursor it would keep."""
    for number, page in enumerate(crm.pull(Kind.ACCOUNT, ["name"], cursor)):
        if number == pages:
            break
        for record in page.records:
            if record.archived:
                known.pop(record.id, None)
            else:
                known[record.id] = record.fields["name"]
        cursor = page.cursor or cursor
    return cursor
