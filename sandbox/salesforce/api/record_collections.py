"""The resource composite/sobjects: up to 200 records in one request.

The answer is 200 with one result per record in the order of the request, whatever became of each; a failed row has no
id. With allOrNone one failure undoes all (REST API guide, "Update Records Using sObject Collections").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from werkzeug import Response

from sandbox.salesforce.api.call import Call, answer
from sandbox.salesforce.saving.deletion import delete
from sandbox.salesforce.saving.records import create, find_member, update
from sandbox.salesforce.schema.errors import ApiError, MalformedRequestError
from sandbox.salesforce.schema.ids import read_id
from sandbox.salesforce.state.table import Table
from sandbox.salesforce.state.writer import Writer

MOST_RECORDS = 200
MOST_CHUNKS = 10
"""Runs of records of one object in a request."""
ROLLED_BACK = ApiError(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)
Item: TypeAlias = "dict[str, object]"
Step: TypeAlias = "Callable[[], str]"
Result: TypeAlias = "str | ApiError"


def create_records(call: Call) -> Response:
    """Create records."""
    writer = _writer(call)
    return _run(call, writer, [_creation(call, writer, item) for item in _items(call)])


def update_records(call: Call) -> Response:
    """Change records, each named by its id."""
    writer = _writer(call)
    return _run(call, writer, [_change(call, writer, item) for item in _items(call)])


def delete_records(call: Call) -> Response:
    """Delete the records named in `ids`."""
    writer = _writer(call)
    ids = [identity for identity in call.request.args.get("ids", "").split(",") if identity]
    _check_number(len(ids))
    return _run(call, writer, [_removal(call, writer, identity) for identity in ids])


def _writer(call: Call) -> Writer:
    return Writer(call.org, call.permissions, call.user)


def _items(call: Call) -> list[Item]:
    items = call.body().get("records")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise MalformedRequestError("JSON_PARSER_ERROR", "The request needs a list of records.")
    _check_number(len(items))
    types = [_type_of(item) for item in items]
    if sum(one != other for one, other in pairwise(types)) >= MOST_CHUNKS:
        raise MalformedRequestError("INVALID_INPUT", f"A request holds at most {MOST_CHUNKS} chunks of one type each.")
    return items


def _check_number(records: int) -> None:
    if not 0 < records <= MOST_RECORDS:
        message = f"Record limit reached; cannot submit more than {MOST_RECORDS} records into this call"
        raise MalformedRequestError("EXCEEDED_ID_LIMIT", message)


def _type_of(item: Item) -> str:
    attributes = item.get("attributes")
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(kind, str):
        raise MalformedRequestError("INVALID_INPUT", "Each record needs attributes with a type.")
    return kind


def _table(call: Call, item: Item) -> Table:
    table = call.org.find_table(_type_of(item))
    if table is None:
        message = f"sObject type '{_type_of(item)}' is not supported."
        raise MalformedRequestError("INVALID_TYPE", message)
    return table


def _creation(call: Call, writer: Writer, item: Item) -> Step:
    table = _table(call, item)
    return lambda: create(writer, table, item)


def _change(call: Call, writer: Writer, item: Item) -> Step:
    table = _table(call, item)
    identity = next((value for name, value in item.items() if name.lower() == "id"), None)

    def change() -> str:
        row = find_member(table, identity)
        update(writer, table, row, item)
        return str(row["Id"])

    return change


def _removal(call: Call, writer: Writer, text: str) -> Step:
    def remove() -> str:
        identity = read_id(text) or ""
        tables = call.org.tables.values()
        table = next((one for one in tables if identity.startswith(one.definition.prefix)), None)
        if table is None:
            raise ApiError("MALFORMED_ID", f"malformed id {text}")
        row = find_member(table, identity)
        delete(writer, table, row)
        return str(row["Id"])

    return remove


def _run(call: Call, writer: Writer, steps: Sequence[Step]) -> Response:
    try:
        results = [_attempt(step) for step in steps]
    except MalformedRequestError:
        # a body that cannot be read changes nothing, wherever the fault stands
        writer.rollback()
        raise
    if _is_all_or_none(call) and any(isinstance(result, ApiError) for result in results):
        writer.rollback()
        results = [result if isinstance(result, ApiError) else ROLLED_BACK for result in results]
    return answer([_print(result) for result in results])


def _attempt(step: Step) -> Result:
    try:
        return step()
    except MalformedRequestError:
        raise
    except ApiError as error:
        return error


def _is_all_or_none(call: Call) -> bool:
    if call.request.method == "DELETE":
        return call.request.args.get("allOrNone", "").lower() == "true"
    return call.body().get("allOrNone") is True


def _print(result: Result) -> Item:
    if isinstance(result, ApiError):
        return {"success": False, "errors": [result.row()]}
    return {"id": result, "success": True, "errors": []}
