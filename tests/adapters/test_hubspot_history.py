from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hubspot_fake import FakeWire, iso
from hypothesis import given
from hypothesis import strategies as st

from adapters.hubspot.history import to_records
from adapters.hubspot.reading import read_histories

FIELDS = ["@deal", "@at", "dealstage", "amount"]
UPDATED = 50_000


def entry(at: int, value: str | None, source: str = "CRM_UI") -> dict[str, object]:
    return {"value": value, "timestamp": iso(at), "sourceType": source}


def deal(updated: int = UPDATED, **histories: list[dict[str, object]]) -> dict[str, object]:
    return {"id": "7", "updatedAt": iso(updated), "propertiesWithHistory": histories}


def fields_of(row, fields=FIELDS):
    return [dict(record.fields) for record in to_records("7", row, fields)]


def moment(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def test_changes_of_one_moment_become_one_record_and_unchanged_properties_are_left_out():
    row = deal(dealstage=[entry(2000, "won"), entry(1000, "new")], amount=[entry(1000, "5")])
    assert fields_of(row) == [
        {"@deal": "7", "@at": moment(1000), "dealstage": "new", "amount": "5"},
        {"@deal": "7", "@at": moment(2000), "dealstage": "won"},
    ]


def test_a_record_is_known_by_its_deal_and_millisecond():
    (record,) = to_records("7", deal(dealstage=[entry(1234, "new")]), FIELDS)
    assert (record.id, record.modified_at) == ("7@1234", moment(1234))


def test_a_computed_entry_that_repeats_the_value_makes_no_record():
    row = deal(amount=[entry(40_000, "5", "CALCULATED"), entry(1000, "5")])
    assert [values["@at"] for values in fields_of(row)] == [moment(1000)]


def test_a_computed_entry_stamped_now_makes_no_new_record_at_every_run():
    runs = [deal(amount=[entry(now, "5", "CALCULATED")]) for now in (UPDATED + 1, UPDATED + 999)]
    assert [fields_of(run) for run in runs] == [[], []]


def test_a_computed_entry_that_truly_changed_the_value_is_kept():
    row = deal(amount=[entry(40_000, "9", "CALCULATED"), entry(1000, "5", "CALCULATED")])
    assert [values["amount"] for values in fields_of(row)] == ["5", "9"]


def test_a_value_set_back_and_forth_by_people_is_kept():
    row = deal(dealstage=[entry(3000, "new"), entry(2000, "won"), entry(1000, "new")])
    assert [values["dealstage"] for values in fields_of(row)] == ["new", "won", "new"]


def test_of_two_values_of_one_moment_the_later_one_stands():
    row = deal(dealstage=[entry(1000, "second"), entry(1000, "first")])
    assert [values["dealstage"] for values in fields_of(row)] == ["second"]


def test_one_record_without_history_does_not_drop_the_others():
    rows = [{"id": "1"}, {"id": "2", "propertiesWithHistory": None}, deal(dealstage=[entry(1000, "new")])]
    wire = FakeWire(lambda *_: {"results": rows})
    found = read_histories(wire, "deals", ["1", "2", "7", "8"], ["dealstage"])
    assert [record.id for id_, row in found.items() for record in to_records(id_, row, FIELDS)] == ["7@1000"]


def test_entries_without_a_usable_time_are_left_out():
    row = deal(dealstage=[{"value": "x", "timestamp": None}, {"value": "y"}, entry(1000, "new")])
    assert [values["dealstage"] for values in fields_of(row)] == ["new"]


@given(st.lists(st.tuples(st.integers(0, 40_000), st.sampled_from(["a", "b"])), max_size=12))
def test_the_latest_stage_of_the_history_is_the_newest_entry(changes):
    newest_first = sorted(changes, key=lambda change: change[0], reverse=True)
    stages = [values["dealstage"] for values in fields_of(deal(dealstage=[entry(*each) for each in newest_first]))]
    assert stages[-1:] == [value for _, value in newest_first[:1]]
