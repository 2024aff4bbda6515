"""Custom fields as the Tooling API knows them, whether or not the running user may see them."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.salesforce.failures import garbled
from adapters.salesforce.keyset import quote, select
from adapters.salesforce.wire import Row, Wire

_COLUMNS = ("Id", "DeveloperName", "TableEnumOrId")


def is_custom(name: str) -> bool:
    """Whether a field is of the customer's own making."""
    return name.endswith("__c")


def find_custom_fields(wire: Wire, sobject: str, names: Iterable[str]) -> dict[str, str]:
    """The Tooling ids of those of these fields that exist, by name. FatalError when the user may not look."""
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
        by_developer_name[row["DeveloperName"]]: row["Id"] for row in rows if row["DeveloperName"] in by_developer_name
    }


def read_metadata(wire: Wire, field_id: str, name: str) -> Row:
    """How a custom field is defined."""
    what = f"reading the definition of {name}"
    answer = wire.get(wire.path_to("tooling/sobjects/CustomField", field_id, what), what)
    metadata: Row = answer.get("Metadata") or {}
    if not isinstance(metadata, dict):
        raise garbled(what, wire.host)
    return metadata


def _is_field(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) for name in ("Id", "DeveloperName"))


def _strip(name: str) -> str:
    """`acme__Health__c` → `Health`: Tooling keeps the namespace and the ending elsewhere."""
    return name.removesuffix("__c").rpartition("__")[2]
