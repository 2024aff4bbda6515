"""Making custom fields through the Tooling API (Tooling API guide, CustomField; Metadata API guide, CustomField)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.schema.fields import DEFAULT_LENGTHS, Choice, Field
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row, Table

Metadata = Mapping[str, Any]
TYPES = {
    "Number": "double", "Percent": "percent", "Currency": "currency", "Text": "string", "TextArea": "textarea",
    "LongTextArea": "textarea", "Date": "date", "DateTime": "datetime", "Checkbox": "boolean", "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist", "Email": "email", "Phone": "phone", "Url": "url",
}  # fmt: skip
"""What the Metadata API calls a type → what the describe calls it. Others are not simulated."""
LONGEST_LABEL = LONGEST_NAME = 40
LONGEST_HELP = 510
LONGEST_DESCRIPTION = 1000
MOST_DIGITS = 18
FULL_NAME = re.compile(r"(?P<object>\w+)\.(?P<name>[A-Za-z](?:_?[A-Za-z0-9])*)__c")
"""Letters, digits and single underscores, beginning with a letter and not ending with an underscore."""


def make_custom_field(org: Org, full_name: str, metadata: Metadata) -> Field:
    """Check what was sent and make the field. Raises the API's errors."""
    match = FULL_NAME.fullmatch(full_name)
    table = org.tables.get(match["object"]) if match else None
    if match is None or table is None or not table.definition.writable:
        raise ApiError("INVALID_FIELD", f"{full_name} is not a valid name of a custom field", ["FullName"])
    _check_texts(match["name"], metadata)
    if table.definition.find(match["name"] + "__c"):
        raise ApiError("DUPLICATE_DEVELOPER_NAME", f"There is already a field named {match['name']} on {table.name}.")
    return _make(match["name"] + "__c", metadata)


def _check_texts(name: str, metadata: Metadata) -> None:
    label = metadata.get("label")
    if not label or not isinstance(label, str):
        raise ApiError("REQUIRED_FIELD_MISSING", "Required fields are missing: [MasterLabel]", ["MasterLabel"])
    texts = {
        "Label": (label, LONGEST_LABEL),
        "DeveloperName": (name, LONGEST_NAME),
        "InlineHelpText": (metadata.get("inlineHelpText") or "", LONGEST_HELP),
        "Description": (metadata.get("description") or "", LONGEST_DESCRIPTION),
    }
    for what, (text, longest) in texts.items():
        if len(text) > longest:
            message = f"{what}: data value too large: {text} (max length={longest})"
            raise ApiError("STRING_TOO_LONG", message, [what])


def _make(name: str, metadata: Metadata) -> Field:
    kind = TYPES.get(str(metadata.get("type")))
    if kind is None:
        raise _refuse("type", f"the type {metadata.get('type')} is not one that the sandbox can make")
    precision, scale = _digits(metadata, kind)
    values = metadata.get("valueSet")
    return Field(
        name, metadata["label"], kind, _length(metadata), precision, scale,
        required=bool(metadata.get("required")), custom=True, help=metadata.get("inlineHelpText"),
        choices=_choices(values or {}) if kind in {"picklist", "multipicklist"} else [],
        restricted=bool(values and values.get("restricted")),
        unique=bool(metadata.get("unique")), external_id=bool(metadata.get("externalId")),
    )  # fmt: skip


def _digits(metadata: Metadata, kind: str) -> tuple[int, int]:
    if kind not in {"double", "percent", "currency"}:
        return 0, 0
    precision, scale = metadata.get("precision"), metadata.get("scale")
    if not isinstance(precision, int) or not isinstance(scale, int):
        raise _refuse("precision", "a number needs precision and scale")
    if not (1 <= precision <= MOST_DIGITS and 0 <= scale <= precision):
        raise _refuse("precision", f"precision is 1 to {MOST_DIGITS} digits, scale at most the precision")
    return precision, scale


def _length(metadata: Metadata) -> int:
    kind, length = metadata["type"], metadata.get("length")
    if kind == "Text" and not (isinstance(length, int) and 1 <= length <= DEFAULT_LENGTHS["string"]):
        raise _refuse("length", "a text needs a length of 1 to 255")
    if kind == "LongTextArea" and not (isinstance(length, int) and metadata.get("visibleLines")):
        raise _refuse("length", "a long text needs length and visibleLines")
    if kind == "Checkbox" and metadata.get("defaultValue") is None:
        raise _refuse("defaultValue", "a checkbox needs a default value")
    return int(length or DEFAULT_LENGTHS.get(TYPES[kind], 0))


def _choices(value_set: Metadata) -> list[Choice]:
    values = value_set.get("valueSetDefinition", {}).get("value", [])
    if not values:
        raise _refuse("valueSet", "a picklist needs values")
    names = [str(value.get("fullName") or value.get("valueName")) for value in values]
    if len({name.lower() for name in names}) < len(names):
        raise ApiError("DUPLICATE_VALUE", "Duplicate values in the picklist", ["valueSet"])
    return [Choice(name, str(value.get("label") or name)) for name, value in zip(names, values, strict=True)]


def _refuse(field: str, message: str) -> ApiError:
    return ApiError("FIELD_INTEGRITY_EXCEPTION", f"Can not specify the field: {message}", [field])


def describe_custom_field(table: Table, field: Field, metadata: Metadata) -> Row:
    """The row by which the Tooling API knows a custom field."""
    values: Row = {
        "TableEnumOrId": table.name,
        "DeveloperName": field.name.removesuffix("__c"),
        "InlineHelpText": field.help,
        "Description": metadata.get("description"),
        "Length": field.length or None,
        "Precision": field.precision or None,
        "Scale": field.scale if field.precision else None,
        "ManageableState": "unmanaged",
    }
    return {name: value for name, value in values.items() if value is not None}


def install(org: Org, table: Table, field: Field, metadata: Metadata) -> Row:
    """Add a field to its object and to the Tooling API's list; a new checkbox is false everywhere."""
    if field.type == "boolean":
        for row in table.rows.values():
            row.setdefault(field.name, False)
    table.definition.add(field)
    org.revision += 1
    listed = org.tooling["CustomField"]
    now = org.now()
    stamps: Row = {"CreatedDate": now, "CreatedById": org.user, "LastModifiedDate": now, "LastModifiedById": org.user}
    row = {"Id": org.new_id(listed), "SystemModstamp": now} | stamps | describe_custom_field(table, field, metadata)
    # not a column: only the resource of the single field tells it
    row["Metadata"] = dict(metadata)
    listed.add(row)
    return row


def redefine(org: Org, row: Row, metadata: Metadata) -> None:
    """Replace a custom field's definition; one of another type is refused."""
    table, name = org.tables[str(row["TableEnumOrId"])], f"{row['DeveloperName']}__c"
    _check_texts(str(row["DeveloperName"]), metadata)
    field = _make(name, metadata)
    if field.type != table.definition.fields[name].type:
        raise _refuse("type", "its type cannot be changed while it holds values")
    table.definition.add(field)
    org.revision += 1
    row.update(describe_custom_field(table, field, metadata))
    row["Metadata"] = dict(metadata)
