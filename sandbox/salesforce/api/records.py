"""The resources under sobjects/: the list of objects, their describes, and single records."""

from __future__ import annotations

from werkzeug import Response

from sandbox.salesforce.api.call import Call, answer, empty
from sandbox.salesforce.saving.deletion import delete
from sandbox.salesforce.saving.records import create, find_record, update
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.state.addresses import compose_address
from sandbox.salesforce.state.describe import describe, summarise
from sandbox.salesforce.state.writer import Writer


def list_objects(call: Call) -> Response:
    """Every object of the org."""
    objects = [summarise(table, call.root) for table in call.org.tables.values()]
    return answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})


def show_object(call: Call, name: str) -> Response:
    """The object in one line, and no recent records."""
    return answer({"objectDescribe": summarise(call.table(name), call.root), "recentItems": []})


def describe_object(call: Call, name: str) -> Response:
    """The object and its fields, as the running user sees them."""
    return answer(describe(call.permissions, call.user, call.table(name), call.root))


def show_record(call: Call, name: str, record: str) -> Response:
    """One record: the fields asked for, or all that the user sees."""
    table = call.table(name)
    row = find_record(table, record)
    visible = {one.name: one for one in call.permissions.visible(call.user, table.definition)}
    wanted = call.request.args.get("fields")
    names = [name.strip() for name in wanted.split(",")] if wanted else list(visible)
    unknown = next((name for name in names if name not in visible), None)
    if unknown:
        raise ApiError("INVALID_FIELD", f"No such column '{unknown}' on sobject of type {table.name}")
    address = {"type": table.name, "url": f"{call.root}/sobjects/{table.name}/{row['Id']}"}
    values = {name: compose_address(row, name) if visible[name].type == "address" else row.get(name) for name in names}
    return answer({"attributes": address, "Id": row["Id"]} | values)


def create_record(call: Call, name: str) -> Response:
    """Create one record."""
    table = call.table(name)
    identity = create(Writer(call.org, call.permissions, call.user), table, _read_body(call))
    return answer({"id": identity, "success": True, "errors": []}, 201)


def update_record(call: Call, name: str, record: str) -> Response:
    """Change one record."""
    table = call.table(name)
    update(Writer(call.org, call.permissions, call.user), table, find_record(table, record), _read_body(call))
    return empty()


def _read_body(call: Call) -> dict[str, object]:
    body = call.body()
    if any(name.lower() == "id" for name in body):
        raise ApiError("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    return body


def delete_record(call: Call, name: str, record: str) -> Response:
    """Delete one record."""
    table = call.table(name)
    delete(Writer(call.org, call.permissions, call.user), table, find_record(table, record))
    return empty()
