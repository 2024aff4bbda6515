"""Reads the values that a client sends for one record, and refuses what the record cannot take."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.salesforce.saving.values import store
from sandbox.salesforce.schema.errors import ApiError, no_such_column
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.state.permissions import Permissions
from sandbox.salesforce.state.table import Row, Table

BESIDE_FIELDS = frozenset({"attributes", "id"})
"""Keys of a record in a collection that name no field."""


def read_values(
    permissions: Permissions, user: str, table: Table, body: Mapping[str, object], *, creating: bool
) -> Row:
    """The new values by field name, None where a field is cleared.

    Raises MalformedRequestError for a field that does not exist or is hidden, and an error of the row for a value or
    field that cannot be written.
    """
    sent = {name: value for name, value in body.items() if name.lower() not in BESIDE_FIELDS}
    fields = {name: _find(permissions, user, table, name) for name in sent}
    closed = [one.name for one in fields.values() if not _is_open(permissions, user, table, one, creating=creating)]
    if closed:
        message = (
            f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of this field "
        )
        message += "and verify that it is read/write for your profile or permission set."
        raise ApiError("INVALID_FIELD_FOR_INSERT_UPDATE", message, closed)
    return {fields[name].name: store(fields[name], value) for name, value in sent.items()}


def _find(permissions: Permissions, user: str, table: Table, name: str) -> Field:
    found = permissions.find(user, table.definition, name)
    if found is None:
        raise no_such_column(name, table.name)
    return found


def _is_open(permissions: Permissions, user: str, table: Table, one: Field, *, creating: bool) -> bool:
    may = one.createable if creating else one.updateable
    return may and permissions.edits(user, table.definition, one)
