"""What the org checks when permission sets are made, filled and assigned."""

from __future__ import annotations

from sandbox.salesforce.saving.rule import Rule, Save
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.state.org import Org


def _check_permission_set(save: Save) -> None:
    save.new["IsCustom"], save.new["Type"] = True, "Regular"
    if save.others("PermissionSet", "Name"):
        message = "The developer name already exists. Please enter a unique name."
        raise ApiError("DUPLICATE_DEVELOPER_NAME", message, ["Name"])


def _check_field_permissions(save: Save) -> None:
    new = save.new
    _check_field(save.org, str(new["SobjectType"]), str(new["Field"]))
    if new.get("PermissionsEdit") and not new.get("PermissionsRead"):
        message = "You must enable Read permission in order to enable Edit permission."
        raise ApiError("FIELD_INTEGRITY_EXCEPTION", message, ["PermissionsEdit"])
    if save.old is None and any(row["Field"] == new["Field"] for row in save.others("FieldPermissions", "ParentId")):
        raise _duplicate()


def _check_assignment(save: Save) -> None:
    save.new["IsActive"] = True
    assigned = save.others("PermissionSetAssignment", "AssigneeId")
    if any(row["PermissionSetId"] == save.new["PermissionSetId"] for row in assigned):
        raise _duplicate()


def _check_field(org: Org, object_type: str, field: str) -> None:
    table = org.tables.get(object_type)
    prefix, _, name = field.partition(".")
    found = table.definition.fields.get(name) if table and prefix == object_type else None
    if found is None or found.required or not (found.createable or found.calculated):
        message = f"Field Name: bad value for restricted picklist field: {field}"
        raise ApiError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ["Field"])


def _duplicate() -> ApiError:
    message = "duplicate value found: <unknown> duplicates value on record with id: <unknown>"
    return ApiError("DUPLICATE_VALUE", message)


PERMISSION_SET_RULE = Rule(_check_permission_set)
FIELD_RULE = Rule(_check_field_permissions)
ASSIGNMENT_RULE = Rule(_check_assignment)
