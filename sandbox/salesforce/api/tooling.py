"""The Tooling API's resource CustomField: make, read and delete."""

from __future__ import annotations

from werkzeug import Response

from sandbox.salesforce.api.call import Call, answer, empty
from sandbox.salesforce.saving.custom_fields import install, make_custom_field, redefine
from sandbox.salesforce.saving.records import find_record
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.state.table import Row, Table


def create_custom_field(call: Call) -> Response:
    """Make a custom field from FullName and Metadata."""
    body = call.body()
    full_name, metadata = body.get("FullName"), body.get("Metadata")
    if not isinstance(full_name, str) or not isinstance(metadata, dict):
        raise ApiError("REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName, Metadata]", ["FullName"])
    field = make_custom_field(call.org, full_name, metadata)
    row = install(call.org, call.org.tables[full_name.partition(".")[0]], field, metadata)
    return answer({"id": row["Id"], "success": True, "errors": [], "warnings": [], "infos": []}, 201)


def show_custom_field(call: Call, record: str) -> Response:
    """One custom field, as the Tooling API lists it."""
    row = find_record(_listed(call), record)
    address = {"type": "CustomField", "url": f"{call.root}/tooling/sobjects/CustomField/{row['Id']}"}
    return answer({"attributes": address, "FullName": _full_name(row)} | row)


def update_custom_field(call: Call, record: str) -> Response:
    """Define a custom field anew: its whole Metadata, of which the type stays as it is."""
    row = find_record(_listed(call), record)
    metadata = call.body().get("Metadata")
    if not isinstance(metadata, dict):
        raise ApiError("REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", ["Metadata"])
    redefine(call.org, row, metadata)
    return empty()


def delete_custom_field(call: Call, record: str) -> Response:
    """Delete a custom field, its values and its permissions; its name is free again."""
    row = find_record(_listed(call), record)
    table = call.org.tables[str(row["TableEnumOrId"])]
    field = f"{row['DeveloperName']}__c"
    table.definition.drop(field)
    for one in table.rows.values():
        one.pop(field, None)
    _listed(call).remove(str(row["Id"]))
    permissions = call.org.tables["FieldPermissions"]
    for granted in permissions.find("Field", _full_name(row)):
        permissions.remove(str(granted["Id"]))
    call.org.revision += 1
    return empty()


def _listed(call: Call) -> Table:
    return call.org.tooling["CustomField"]


def _full_name(row: Row) -> str:
    return f"{row['TableEnumOrId']}.{row['DeveloperName']}__c"
