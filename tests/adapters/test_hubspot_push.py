from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hubspot_fake import FakeWire
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import FieldSpec, FieldType, Kind, Outcome, Update
from adapters.errors import SchemaError, TransientError
from adapters.hubspot.push import BATCH, Pusher, split
from adapters.hubspot.refusals import refusal
from adapters.hubspot.schema import Schemas
from adapters.hubspot.transport import Answer

SPECS = {
    "playmaker_n": FieldSpec(Kind.ACCOUNT, "n", "playmaker_n", "N", "", FieldType.NUMBER),
    "playmaker_gone": FieldSpec(Kind.ACCOUNT, "gone", "playmaker_gone", "Gone", "", FieldType.NUMBER),
}
PROPERTIES = {"results": [{"name": "playmaker_n", "label": "N", "type": "number", "fieldType": "number"}]}
PAGES = {
    "/crm/properties/2026-09/companies": PROPERTIES,
    "/crm/properties/2026-09/deals": PROPERTIES,
}
COMPLAINT = [{"isValid": False, "message": "too bad", "error": "INVALID_INTEGER", "name": "playmaker_n"}]
EMBEDDED = json.dumps(
    {"category": "VALIDATION_ERROR", "message": f"Property values were not valid: {json.dumps(COMPLAINT)}"}
).encode()


def update(id_: str, value: object = 1, kind: Kind = Kind.ACCOUNT, name: str = "playmaker_n") -> Update:
    return Update(kind, id_, {name: value})


def portal(write: Callable, gone: frozenset[str]) -> FakeWire:
    """A portal that writes as it is told to, and reads every record but those that are gone."""

    def answer(path, body):
        if path.endswith("/batch/read"):
            return {"results": [{"id": each["id"]} for each in body["inputs"] if each["id"] not in gone]}
        return write(path, body)

    return FakeWire(answer, PAGES)


def push(updates: list[Update], write: Callable, gone: frozenset[str] = frozenset()):
    wire = portal(write, gone)
    return list(Pusher(wire, Schemas(wire), SPECS).push(updates)), wire


def writes(wire: FakeWire) -> list[tuple[str, dict]]:
    return [post for post in wire.posts if post[0].endswith("/batch/update")]


def accept(_path, body):
    return {"status": "COMPLETE", "results": [{"id": each["id"]} for each in body["inputs"]]}


def refuse_whole_batches_with(bad: set[str], body_of_refusal: bytes = EMBEDDED, status: int = 400):
    def answer(path, body):
        if bad & {each["id"] for each in body["inputs"]}:
            raise refusal(Answer(status, {}, body_of_refusal), "emea", "POST somewhere")
        return accept(path, body)

    return answer


def report(errors: list[dict[str, object]], of: set[str]):
    def answer(_path, body):
        asked = {each["id"] for each in body["inputs"]}
        return {
            "results": [{"id": id_} for id_ in sorted(asked - of)],
            "errors": errors if asked & of else [],
            "numErrors": len(errors),
        }

    return answer


@given(st.integers(0, 250), st.sets(st.integers(0, 249), max_size=6))
def test_a_bad_row_is_refused_with_its_words_and_every_other_row_is_written(count, bad):
    bad_ids = {str(id_) for id_ in bad if id_ < count}
    results, wire = push([update(str(id_)) for id_ in range(count)], refuse_whole_batches_with(bad_ids))

    assert [result.id for result in results] == [str(id_) for id_ in range(count)]
    assert {result.id for result in results if result.outcome is Outcome.REFUSED} == bad_ids
    assert all(len(body["inputs"]) <= BATCH for _, body in writes(wire))
    for result in results:
        if result.id in bad_ids:
            assert (result.code, result.message, result.field) == ("INVALID_INTEGER", "too bad", "playmaker_n")


def test_one_bad_row_among_a_hundred_costs_few_calls():
    _, wire = push([update(str(id_)) for id_ in range(100)], refuse_whole_batches_with({"42"}))
    assert len(writes(wire)) <= 15


def test_rows_named_in_a_partial_answer_are_refused_and_the_others_written():
    error = {"category": "VALIDATION_ERROR", "message": "no", "context": {"ids": ["2"]}}
    results, wire = push([update("1"), update("2"), update("3")], report([error], {"2"}))

    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.REFUSED, Outcome.WRITTEN]
    assert (results[1].code, results[1].message) == ("VALIDATION_ERROR", "no")
    assert len(writes(wire)) == 1


def test_an_error_without_context_is_found_by_asking_again_for_the_rows_left_over():
    error = {"status": "error", "category": "VALIDATION_ERROR", "message": "no"}
    results, _ = push([update(str(id_)) for id_ in range(5)], report([error], {"1", "3"}))
    assert [result.id for result in results if result.outcome is Outcome.REFUSED] == ["1", "3"]


@pytest.mark.parametrize(
    "error",
    [
        {"category": "OBJECT_NOT_FOUND", "message": "no such company", "context": {"ids": ["2"]}},
        {"category": "OBJECT_NOT_FOUND", "message": "no such company"},
    ],
)
def test_a_record_that_is_not_there_any_more_is_gone_and_not_refused(error):
    results, _ = push([update("1"), update("2")], report([error], {"2"}))
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.GONE]


@pytest.mark.parametrize("body", [b"<html>not found</html>", b'{"category":"OBJECT_NOT_FOUND","message":"gone"}'])
def test_a_batch_answered_with_404_is_gone_only_where_the_record_is(body):
    results, _ = push([update("1"), update("2")], refuse_whole_batches_with({"2"}, body, 404))
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.GONE]


def test_a_record_that_is_gone_before_the_push_is_never_written_by_its_old_id():
    results, wire = push([update("1"), update("2"), update("3")], accept, gone=frozenset({"2"}))
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.GONE, Outcome.WRITTEN]
    assert [each["id"] for _, body in writes(wire) for each in body["inputs"]] == ["1", "3"]


def test_a_merge_during_the_write_leaves_the_survivor_with_its_own_value():
    values, merged = {"1": None, "2": None}, set()

    def answer(path, body):
        if path.endswith("/batch/read"):
            return {"results": [{"id": each["id"]} for each in body["inputs"] if each["id"] not in merged]}
        merged.add("2")  # into 1, between our reading and our writing: 2 takes writes for 1 from now on
        for each in body["inputs"]:
            values["1"] = each["properties"]["playmaker_n"]
        return {"results": [{"id": "1"} for _ in body["inputs"]]}

    wire = FakeWire(answer, PAGES)
    results = list(Pusher(wire, Schemas(wire), SPECS).push([update("1", 10), update("2", 20)]))
    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.GONE]
    assert values["1"] == "10"


def test_a_value_that_must_not_leave_is_refused_and_the_rest_of_its_batch_is_written():
    results, wire = push([update("1"), update("2", Decimal("NaN")), update("3", None)], accept)

    assert [result.outcome for result in results] == [Outcome.WRITTEN, Outcome.REFUSED, Outcome.WRITTEN]
    assert writes(wire)[0][1]["inputs"] == [
        {"id": "1", "properties": {"playmaker_n": "1"}},
        {"id": "3", "properties": {"playmaker_n": ""}},
    ]


def test_a_field_that_is_not_ours_is_never_sent():
    results, wire = push([update("1", name="annualrevenue")], accept)
    assert [(result.outcome, result.code) for result in results] == [(Outcome.REFUSED, "NOT_OURS")]
    assert wire.posts == []


def test_a_field_of_ours_that_is_missing_stops_the_push_and_names_the_remedy():
    with pytest.raises(SchemaError, match="fields apply"):
        push([update("1", name="playmaker_gone")], accept)


def test_an_unknown_property_is_no_reason_to_halve_the_batch():
    unknown = EMBEDDED.replace(b"INVALID_INTEGER", b"PROPERTY_DOESNT_EXIST")
    with pytest.raises(SchemaError, match="playmaker_n"):
        push([update("1"), update("2")], refuse_whole_batches_with({"1"}, unknown))


def test_an_answer_that_does_not_mention_a_record_is_garbled():
    with pytest.raises(TransientError, match="what became of a record"):
        push([update("1")], lambda *_: {"results": []})


def test_no_update_means_no_call():
    results, wire = push([], accept)
    assert (results, wire.posts) == ([], [])


def test_results_come_in_the_order_of_updates_of_mixed_kinds():
    updates = [update("1"), update("1", kind=Kind.DEAL), update("2"), update("3")]
    results, wire = push(updates, accept)
    assert [result.id for result in results] == ["1", "1", "2", "3"]
    assert [path.split("/")[4] for path, _ in writes(wire)] == ["companies", "deals", "companies"]


@given(st.lists(st.tuples(st.sampled_from([Kind.ACCOUNT, Kind.DEAL]), st.integers(0, 30)), max_size=300))
def test_batches_keep_the_order_and_hold_no_record_twice(pairs):
    updates = [update(str(id_), kind=kind) for kind, id_ in pairs]
    batches = list(split(updates))

    assert [each for batch in batches for each in batch] == updates
    for batch in batches:
        assert 0 < len(batch) <= BATCH
        assert len({(each.kind, each.id) for each in batch}) == len(batch)
        assert len({each.kind for each in batch}) == 1


def test_a_batch_is_only_sent_when_its_results_are_asked_for():
    wire = portal(accept, frozenset())
    results = Pusher(wire, Schemas(wire), SPECS).push([update(str(id_)) for id_ in range(BATCH + 1)])
    next(results)
    assert len(writes(wire)) == 1
