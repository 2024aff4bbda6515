"""Creates, changes and looks up records, with the checks that Salesforce makes on the way."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.salesforce.saving.intake import read_values
from sandbox.salesforce.saving.rule import Save
from sandbox.salesforce.saving.rules import rule_of
from sandbox.salesforce.schema.errors import ApiError, not_found
from sandbox.salesforce.schema.ids import read_id
from sandbox.salesforce.state.table import Row, Table
from sandbox.salesforce.state.writer import Writer


def find_record(table: Table, text: str) -> Row:
    """The live record of an id in a path. Raises NOT_FOUND or ENTITY_IS_DELETED, both 404."""
    identity = read_id(text)
    row = table.get(identity) if identity else None
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise ApiError("ENTITY_IS_DELETED", "entity is deleted", status=404)
    return row


def find_member(table: Table, text: object) -> Row:
    """The live record of an id in a collection.

    Raises MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY or ENTITY_IS_DELETED.
    """
    identity = read_id(str(text))
    if identity is None or not identity.startswith(table.definition.prefix):
        raise ApiError("MALFORMED_ID", f"{table.definition.label} ID: id value of incorrect type: {text}", ["Id"])
    row = table.get(identity)
    if row is None:
        raise ApiError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row.get("IsDeleted"):
        raise ApiError("ENTITY_IS_DELETED", "entity is deleted")
    return row


def create(writer: Writer, table: Table, body: Mapping[str, object]) -> str:
    """Create a record and tell its id."""
    check_writable(table)
    values = read_values(writer.permissions, writer.user, table, body, creating=True)
    check_refusals(writer, table, "")
    values = _with_defaults(writer, table, values)
    _check_required(table, values)
    _check_references(writer, table, values)
    save = Save(writer, None, dict(values), values)
    rule_of(table.name).before(save)
    save.new = writer.insert(table, save.new)
    rule_of(table.name).after(save)
    return str(save.new["Id"])


def update(writer: Writer, table: Table, old: Row, body: Mapping[str, object]) -> None:
    """Change a record."""
    check_writable(table)
    changes = read_values(writer.permissions, writer.user, table, body, creating=False)
    check_refusals(writer, table, str(old["Id"]))
    new = old | changes
    _check_required(table, new)
    _check_references(writer, table, changes)
    save = Save(writer, old, new, changes)
    rule_of(table.name).before(save)
    save.new = writer.update(table, old, new)
    rule_of(table.name).after(save)


def check_writable(table: Table) -> None:
    """Refuse a write to an object that only the org itself writes."""
    if not table.definition.writable:
        message = f"entity type {table.name} does not support this operation"
        raise ApiError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)


def check_refusals(writer: Writer, table: Table, identity: str) -> None:
    """Refuse a write that an admin's rule forbids."""
    refusal = writer.org.refusals.take(table.name, identity)
    if refusal:
        raise ApiError(refusal.code, refusal.message, [refusal.field] if refusal.field else [])


def _with_defaults(writer: Writer, table: Table, values: Row) -> Row:
    defaults: Row = {one.name: writer.user for one in table.definition.fields.values() if one.owner}
    currency = table.definition.find("CurrencyIsoCode")
    if currency and currency.createable:
        defaults["CurrencyIsoCode"] = writer.org.home_currency
    return defaults | values


def _check_required(table: Table, row: Row) -> None:
    missing = [one.name for one in table.definition.fields.values() if one.required and row.get(one.name) is None]
    if missing:
        raise ApiError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)


def _check_references(writer: Writer, table: Table, values: Row) -> None:
    for name, value in values.items():
        one = table.definition.fields[name]
        target = writer.org.tables.get(one.to or "")
        if value is None or one.type != "reference":
            continue
        row = target.get(str(value)) if target else None
        if row is None:
            raise ApiError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [name])
        if row.get("IsDeleted"):
            raise ApiError("ENTITY_IS_DELETED", "entity is deleted", [name])
