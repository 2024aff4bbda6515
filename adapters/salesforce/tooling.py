"""Custom fields as the Tooling API knows them, whether or not the running user may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.salesforce.failures import garbled
from adapters.salesforce.keyset import quote, select
from adapters.salesforce.wire import Row, Wire

_COLUMNS = ("Id", "DeveloperName", "TableEnumOrId", "Description")


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field by its Tooling id; `description` is what admins read of it."""

    id: str
    description: str


def is_custom(name: str) -> bool:
    """Whether a field is of the customer's own making."""
    return name.endswith("__c")


def find_custom_fields(wire: Wire, sobject: str, names: Iterable[str]) -> dict[str, CustomField]:
    """Those of these fields that exist, by name. FatalError when the user may not look."""
    by_developer_name = {_strip(name): name for name in names if is_custom(name)}
    if not by_developer_name:
        return {}
    condition = quote(
        "TableEnumOrId = {sobject} AND DeveloperName IN {names}", sobject=sobject, names=list(by_developer_name)
    )
    answer = wire.query_tooling(f"{select(_COLUMNS, 'CustomField')} WHERE {condition}", "CustomField")
    rows = answer.get("records")
    if not isinstance(rows, list) or len(rows) != answer.get("totalSize") or not all(map(_is_field, rows)):
        raise garbled("reading CustomField", wire.host)
    return {
        by_developer_name[row["DeveloperName"]]: CustomField(row["Id"], str(row.get("Description") or ""))
        for row in rows
        if row["DeveloperName"] in by_developer_name
    }


def read_metadata(wire: Wire, field_id: str, name: str) -> Row:
    """How a custom field is defined."""
    what = f"reading the definition of {name}"
    answer = wire.get(wire.path_to("tooling/sobjects/CustomField", field_id, what), what)
    metadata: Row = answer.get("Metadata") or {}
    if not isinstance(metadata, dict):
        raise garbled(what, wire.host)
    return metadata


def write_metadata_of(wire: Wire, field_id: str, metadata: Row, name: str) -> None:
    """Define a custom field anew: Tooling takes its definition whole."""
    what = f"changing field {name}"
    path = wire.path_to("tooling/sobjects/CustomField", field_id, what)
    wire.update(path, {"Metadata": metadata}, what)


def delete_custom_field(wire: Wire, field_id: str, name: str) -> None:
    """Delete a custom field; the organisation keeps it with its values for 15 days."""
    what = f"deleting field {name}"
    wire.delete(wire.path_to("tooling/sobjects/CustomField", field_id, what), what)


def _is_field(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) for name in ("Id", "DeveloperName"))


def _strip(name: str) -> str:
    """`acme__Health__c` → `Health`: Tooling keeps the namespace and the ending elsewhere."""
    return name.removesuffix("__c").rpartition("__")[2]
