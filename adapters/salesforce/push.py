"""Writes values in collections of 200 records of one type, each record refused or written on its own.

`PATCH composite/sobjects` answers 200 whatever became of the rows, with one answer for each in their order
(https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm).
Updates are sent in the order given: a caller that keeps the records of one account together keeps them in one batch,
so that they do not wait for each other's locks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from tenacity import Retrying, retry_if_exception_type

from adapters.base import FieldSpec, Kind, Outcome, PushResult, Update
from adapters.errors import CRMError, SchemaError, SkippableError
from adapters.salesforce.describe import Describes
from adapters.salesforce.failures import garbled
from adapters.salesforce.objects import OBJECTS
from adapters.salesforce.values import encode, write_json
from adapters.salesforce.wire import Row, Wire

PER_CALL = 200
_GONE = {"ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"}
_LOCKED = "UNABLE_TO_LOCK_ROW"

_Batch = dict[int, Update]
"""Updates of one kind by their position in the whole."""


class RowsLockedError(CRMError):
    """Some rows were locked by somebody else's transaction; never leaves the adapter."""


class Pusher:
    """Writes the updates of one connection."""

    def __init__(self, wire: Wire, describes: Describes) -> None:
        self._wire = wire
        self._describes = describes
        self._retry_locked: Retrying = wire.retrying.copy(retry=retry_if_exception_type(RowsLockedError))

    def push(self, updates: Sequence[Update], specs: Mapping[str, FieldSpec]) -> Iterator[PushResult]:
        """One result per update, in the order of the updates."""
        results: dict[int, PushResult] = {}
        position = 0
        for batch in make_batches(updates):
            results |= self._push_batch(batch, specs)
            while position in results:
                yield results.pop(position)
                position += 1

    def _push_batch(self, batch: _Batch, specs: Mapping[str, FieldSpec]) -> dict[int, PushResult]:
        """A batch refused whole because a field vanished is judged once more against a fresh describe."""
        try:
            return self._write(batch, specs)
        except SchemaError:
            self._describes.forget(OBJECTS[_get_kind(batch)])
            return self._write(batch, specs)

    def _write(self, batch: _Batch, specs: Mapping[str, FieldSpec]) -> dict[int, PushResult]:
        sobject = OBJECTS[_get_kind(batch)]
        fields = self._describes.require(sobject).fields
        rows: dict[int, Row] = {}
        results: dict[int, PushResult] = {}
        for position, update in batch.items():
            made = _make_row(update, sobject, fields, specs)
            if isinstance(made, PushResult):
                results[position] = made
            else:
                rows[position] = made
        answers = self._send(sobject, rows)
        return results | {position: _read_answer(batch[position].id, answer) for position, answer in answers.items()}

    def _send(self, sobject: str, rows: dict[int, Row]) -> dict[int, Row]:
        """Salesforce's answer for each row; those that were locked are sent again, alone, until patience ends."""
        answers: dict[int, Row] = {}

        def send_pending() -> None:
            pending = [position for position in rows if _is_open(answers.get(position))]
            if pending:
                given = self._send_once(sobject, [rows[position] for position in pending])
                answers.update(zip(pending, given, strict=True))
            if any(map(_is_open, answers.values())):
                raise RowsLockedError(f"rows of {sobject} are locked", code=_LOCKED)

        with suppress(RowsLockedError):
            self._retry_locked(send_pending)
        return answers

    def _send_once(self, sobject: str, rows: list[Row]) -> list[Row]:
        what = f"updating {sobject}"
        body = write_json({"allOrNone": False, "records": rows}).encode()
        answers = self._wire.update_collection(body, what)
        if len(answers) != len(rows):
            raise garbled(what, self._wire.host)
        return answers


def make_batches(updates: Sequence[Update]) -> Iterator[_Batch]:
    """Batches of one kind each, in the order given; a record that comes twice begins a new one."""
    kinds = dict.fromkeys(update.kind for update in updates)
    for kind in kinds:
        batch: _Batch = {}
        ids: set[str] = set()
        for position, update in enumerate(updates):
            if update.kind is not kind:
                continue
            if len(batch) == PER_CALL or update.id in ids:
                yield batch
                batch, ids = {}, set()
            batch[position] = update
            ids.add(update.id)
        yield batch


def _get_kind(batch: _Batch) -> Kind:
    return next(iter(batch.values())).kind


def _make_row(
    update: Update, sobject: str, fields: Mapping[str, Row], specs: Mapping[str, FieldSpec]
) -> Row | PushResult:
    """The row to send, or why it is not sent."""
    row: Row = {"attributes": {"type": sobject}, "id": update.id}
    for name, value in update.values.items():
        if name not in specs:
            return PushResult(update.id, Outcome.REFUSED, "NOT_OURS", f"not sent: {name} is not a field of ours", name)
        if name not in fields:
            message = f"not sent: the running user cannot see {sobject}.{name}; run `fields apply`"
            return PushResult(update.id, Outcome.REFUSED, "INVALID_FIELD", message, name)
        try:
            row[name] = encode(value, fields[name], specs[name])
        except SkippableError as error:
            return PushResult(update.id, Outcome.REFUSED, error.code, error.message, name)
    return row


def _is_open(answer: Row | None) -> bool:
    """Not answered yet, or answered with a lock."""
    return answer is None or (not answer.get("success") and _get_error(answer).get("statusCode") == _LOCKED)


def _get_error(answer: Row) -> Row:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return first if isinstance(first, dict) else {}


def _read_answer(record_id: str, answer: Row) -> PushResult:
    if answer.get("success") is True:
        return PushResult(record_id, Outcome.WRITTEN)
    error = _get_error(answer)
    code = str(error.get("statusCode") or "UNKNOWN_ERROR")
    outcome = Outcome.GONE if code in _GONE else Outcome.REFUSED
    fields = error.get("fields")
    field = str(fields[0]) if isinstance(fields, list) and fields else None
    return PushResult(record_id, outcome, code, str(error.get("message") or ""), field)
