"""Writes our fields in batches, with one result per record.

HubSpot's batch update is only sometimes partial: an answer may name the records it refused (207, or `errors` beside
the results), or one bad value makes it refuse the whole batch (400). A batch refused whole is halved until the culprit
stands alone; what was written meanwhile is simply written again, with the same values.

Each batch is read before it is written: an id that a merge put an end to may still take writes, and they would land in
the surviving record, over its own values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.base import FieldSpec, Kind, Outcome, PushResult, Schema, Update
from adapters.errors import SchemaError
from adapters.hubspot.answers import read_errors, read_id, read_rows
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.reading import read_records
from adapters.hubspot.refusals import Complaint, RequestRefusedError, complaint, is_absent
from adapters.hubspot.schema import Schemas
from adapters.hubspot.values import UnfitValueError, to_wire
from adapters.hubspot.wire import Json, Wire

BATCH = 100

_Results = dict[str, PushResult]


@dataclass(frozen=True, slots=True)
class _Input:
    id: str
    properties: Mapping[str, str]


class Pusher:
    """Writes to one portal. `specs`: the fields of ours, by name; nothing else is ever sent."""

    def __init__(self, wire: Wire, schemas: Schemas, specs: Mapping[str, FieldSpec]) -> None:
        self._wire = wire
        self._schemas = schemas
        self._specs = specs

    def push(self, updates: Sequence[Update]) -> Iterator[PushResult]:
        """One result per update, in order. Raises SchemaError when one of our fields is not there."""
        for batch in split(updates):
            results = self._push_batch(batch[0].kind, batch)
            yield from (results[update.id] for update in batch)

    def _push_batch(self, kind: Kind, batch: Sequence[Update]) -> _Results:
        results: _Results = {}
        inputs: list[_Input] = []
        schema = self._schemas.of(kind)
        for update in batch:
            try:
                inputs.append(_Input(update.id, self._properties(update, schema)))
            except UnfitValueError as unfit:
                results[update.id] = _refused(update.id, Complaint(unfit.code, unfit.message, unfit.field))
        object_type = OBJECTS[kind].name
        gone = self._find_gone(object_type, inputs)
        return results | gone | self._deliver(object_type, [each for each in inputs if each.id not in gone])

    def _properties(self, update: Update, schema: Schema) -> dict[str, str]:
        return {name: self._value(update, name, schema) for name in update.values}

    def _value(self, update: Update, name: str, schema: Schema) -> str:
        if name not in self._specs:
            raise UnfitValueError(f"{name}: not a field of ours; not sent", code="NOT_OURS", field=name)
        if name not in schema:
            raise SchemaError(
                f"{self._wire.connection}: HubSpot has no {update.kind.value} property {name}. "
                "Run `playmaker fields apply`.",
                code="PROPERTY_DOESNT_EXIST",
            )
        return to_wire(update.values[name], schema[name], self._specs[name])

    def _find_gone(self, object_type: str, inputs: Sequence[_Input]) -> _Results:
        """The records that do not answer under their own id any more: deleted, or merged into another."""
        there = read_records(self._wire, object_type, [each.id for each in inputs], ["hs_object_id"])
        return {each.id: _gone(each.id) for each in inputs if each.id not in there}

    def _deliver(self, object_type: str, inputs: Sequence[_Input]) -> _Results:
        if not inputs:
            return {}
        body = {"inputs": [{"id": each.id, "properties": dict(each.properties)} for each in inputs]}
        try:
            answer = self._wire.post(self._wire.paths.batch_update(object_type), body, "write")
        except RequestRefusedError as refusal:
            if len(inputs) > 1:
                return self._halve(object_type, inputs)
            return {inputs[0].id: _result(inputs[0].id, refusal.complaint, absent=refusal.absent)}
        return self._settle(object_type, inputs, answer)

    def _halve(self, object_type: str, inputs: Sequence[_Input]) -> _Results:
        middle = len(inputs) // 2
        return self._deliver(object_type, inputs[:middle]) | self._deliver(object_type, inputs[middle:])

    def _settle(self, object_type: str, inputs: Sequence[_Input], answer: Json) -> _Results:
        """Match the answer with what was sent; whatever it does not account for is sent again, more apart."""
        results, errors = self._read_results(object_type, answer)
        rest = [each for each in inputs if each.id not in results]
        if not rest:
            return {each.id: results[each.id] for each in inputs}
        if gone := self._find_gone(object_type, rest):
            # merged while we wrote: its values may stand in a record of this batch, whose own are written once more
            again = [each for each in inputs if each.id not in gone and not _is_settled(results.get(each.id))]
            return results | gone | self._deliver(object_type, again)
        if len(inputs) == 1:
            return {rest[0].id: self._judge_alone(object_type, rest[0].id, errors)}
        if len(rest) == len(inputs):
            return self._halve(object_type, rest)
        return results | self._deliver(object_type, rest)

    def _read_results(self, object_type: str, answer: Json) -> tuple[_Results, list[Json]]:
        path = self._wire.paths.batch_update(object_type)
        written = [read_id(self._wire, path, row) for row in read_rows(self._wire, path, answer)]
        errors = read_errors(self._wire, path, answer)
        return _named(errors) | {each: PushResult(each, Outcome.WRITTEN) for each in written}, errors

    def _judge_alone(self, object_type: str, identity: str, errors: Sequence[Json]) -> PushResult:
        if errors:
            return _result(identity, complaint(errors[0]), absent=is_absent(errors[0]))
        path = self._wire.paths.batch_update(object_type)
        raise self._wire.garbled(path, "it does not say what became of a record")


def split(updates: Sequence[Update]) -> Iterator[Sequence[Update]]:
    """Batches in order: of one kind, of at most BATCH, and no record twice, which HubSpot would refuse."""
    batch: list[Update] = []
    for update in updates:
        if batch and (len(batch) == BATCH or update.kind is not batch[0].kind or update.id in {x.id for x in batch}):
            yield batch
            batch = []
        batch.append(update)
    if batch:
        yield batch


def _named(errors: Sequence[Json]) -> _Results:
    """The results of the error entries that say which records they mean."""
    return {
        identity: _result(identity, complaint(error), absent=is_absent(error))
        for error in errors
        for identity in _ids(error)
    }


def _ids(error: Json) -> list[str]:
    context = error.get("context")
    details = context if isinstance(context, dict) else {}
    listed = details.get("ids") or details.get("id") or []
    return [str(each) for each in listed] if isinstance(listed, list) else [str(listed)]


def _result(identity: str, words: Complaint, *, absent: bool) -> PushResult:
    if absent:
        return PushResult(identity, Outcome.GONE, words.code, words.message)
    return _refused(identity, words)


def _is_settled(result: PushResult | None) -> bool:
    """Whether writing once more could change nothing: the record was refused, or is gone."""
    return result is not None and result.outcome is not Outcome.WRITTEN


def _gone(identity: str) -> PushResult:
    return PushResult(
        identity, Outcome.GONE, "OBJECT_NOT_FOUND", "deleted or merged into another record since it was read"
    )


def _refused(identity: str, words: Complaint) -> PushResult:
    return PushResult(identity, Outcome.REFUSED, words.code, words.message, words.field)
