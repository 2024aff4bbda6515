"""Writing many records at once: at most 100 per request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import ApiError, Problem, invalid, invalid_values, row_error
from sandbox.hubspot.endpoints.call import Call, as_id, refuse_other_keys
from sandbox.hubspot.endpoints.new_record import make, prepare, sent_properties
from sandbox.hubspot.endpoints.reading import missing_rows
from sandbox.hubspot.endpoints.writing import is_about_values, shown, writable
from sandbox.hubspot.portal import writing
from sandbox.hubspot.portal.record import Record
from sandbox.refusals import Refusal

BATCH = 100


@dataclass(slots=True)
class Rows:
    """The rows of an update, sorted by what becomes of them."""

    good: list[tuple[Record, dict[str, str]]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)


def update_batch(call: Call) -> Response:
    """POST batch/update: 200, or 207 with the rows that failed; one invalid value refuses the whole batch with 400."""
    inputs = call.inputs(BATCH)
    ids = [as_id(row) for row in inputs]
    for row in inputs:
        refuse_other_keys(row.get("idProperty"))
    _refuse_repeated(ids)
    values = [writing.accepted(call.portal, call.object_type, sent_properties(row)) for row in inputs]
    rows = _sorted(call, ids, values)
    for record, written in rows.good:
        writing.update(call.portal, call.object_type, record, written, call.now)
    results = [shown(call, [record], written)[0] for record, written in rows.good]
    return call.batch(results, [*missing_rows(call.object_type, rows.missing), *rows.errors])


def create_batch(call: Call) -> Response:
    """POST batch/create: 201; rows fail alone only where every input has an objectWriteTraceId of its own."""
    inputs = call.inputs(BATCH)
    traces = {str(row["objectWriteTraceId"]) for row in inputs if row.get("objectWriteTraceId")}
    if len(traces) == len(inputs):
        return _create_each(call, inputs)
    new = [prepare(call, row) for row in inputs]
    records = [make(call, one) for one in new]
    return call.batch([_created(call, record) for record in records], [], 201)


def archive_batch(call: Call) -> Response:
    """POST batch/archive: 204, whatever was there."""
    for row in call.inputs(BATCH):
        record = call.collection.live(as_id(row))
        if record is not None:
            writing.archive(call.portal, call.object_type, record, call.now)
    return bodies.nothing()


def _create_each(call: Call, inputs: list[dict[str, object]]) -> Response:
    results: list[dict[str, object]] = []
    errors: list[dict[str, object]] = []
    for row in inputs:
        trace = str(row["objectWriteTraceId"])
        try:
            results.append({**_created(call, make(call, prepare(call, row))), "objectWriteTraceId": trace})
        except ApiError as error:
            errors.append(_traced(error, trace))
    return call.batch(results, errors, 201)


def _traced(error: ApiError, trace: str) -> dict[str, object]:
    category = str(error.body.get("category", "VALIDATION_ERROR"))
    return row_error(category, str(error), context={"objectWriteTraceId": [trace]})


def _created(call: Call, record: Record) -> dict[str, object]:
    return shown(call, [record], record.properties)[0]


def _refuse_repeated(ids: list[str]) -> None:
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise invalid(f"Duplicate IDs found in batch input: [{', '.join(repeated)}]. IDs must be unique")


def _sorted(call: Call, ids: list[str], values: list[dict[str, str]]) -> Rows:
    """Sorts the rows, having refused the whole batch if the admin's rules call a value of any row invalid."""
    rows = Rows()
    refusals: dict[str, Refusal] = {}
    for record_id, written in zip(ids, values, strict=True):
        record = writable(call, record_id)
        refusal = call.portal.options.refusals.take(call.object_type.value, record_id) if record else None
        if record is None:
            rows.missing.append(record_id)
        elif refusal is not None:
            refusals[record_id] = refusal
        else:
            rows.good.append((record, written))
    _refuse_whole(call, refusals)
    rows.errors = [_row_refused(record_id, refusal) for record_id, refusal in refusals.items()]
    return rows


def _refuse_whole(call: Call, refusals: Mapping[str, Refusal]) -> None:
    problems = [Problem(one.field or "", one.code, one.message) for one in refusals.values() if is_about_values(one)]
    if problems:
        raise invalid_values(problems, call.portal.settings.portal_id)


def _row_refused(record_id: str, refusal: Refusal) -> dict[str, object]:
    return row_error(refusal.code, refusal.message, context={"ids": [record_id]})
