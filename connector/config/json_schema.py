"""The JSON Schema of the configuration, by which editors complete and check it while it is written."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from adapters.base import Kind
from adapters.catalogue import list_crms
from connector.config.auth import Auth
from connector.config.connection import ALL
from connector.config.settings import Settings
from mappings.fields import field_types, usable_converters
from mappings.overlay import list_mappings

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_REFERENCE = {"type": "string", "pattern": r"\$\{[^}]+\}"}
"""Any value may be kept elsewhere."""


def describe_settings(kpis: Collection[str]) -> dict[str, Any]:
    """The schema; `kpis`: the keys that kpi_fields may name."""
    schema = Settings.model_json_schema()
    parts = schema["$defs"]
    connection = parts["Connection"]["properties"]
    schema["properties"]["database"] |= {"type": "string"}
    schema["properties"]["timezone"] |= {"type": "string"}
    for key in Auth.model_fields:
        parts["Auth"]["properties"][key]["anyOf"] = [{"type": "string"}, {"type": "null"}]
    connection["crm"] |= {"enum": [crm for crm in list_crms() if crm in list_mappings()]}
    connection["mapping"] |= _describe_mapping()
    parts |= {_name_rule(kind, field): _describe_rule(kind, field) for kind in Kind for field in field_types(kind)}
    connection["kpi_fields"] |= _describe_kpi_fields(kpis)
    _allow_references(schema)
    return {"$schema": DIALECT, "title": "Playmaker", **{key: schema[key] for key in schema if key != "title"}}


def _describe_mapping() -> dict[str, Any]:
    kinds = {
        kind.value: {"type": "object", "additionalProperties": False, "properties": _describe_kind(kind)}
        for kind in Kind
    }
    return {"type": "object", "additionalProperties": False, "properties": kinds}


def _describe_kind(kind: Kind) -> dict[str, Any]:
    return {field: {"$ref": f"#/$defs/{_name_rule(kind, field)}"} for field in field_types(kind)}


def _name_rule(kind: Kind, field: str) -> str:
    """Fields that hold the same are read by the same rules."""
    return f"FieldOf{field_types(kind)[field].__name__.capitalize()}"


def _describe_rule(kind: Kind, field: str) -> dict[str, Any]:
    """What is read: a CRM field by its name, nothing, or a field with words and a converter of its own."""
    written_out = {
        "type": "object",
        "additionalProperties": False,
        "required": ["field"],
        "properties": {
            "field": {"type": "string", "minLength": 1},
            "values": {"type": "object"},
            "convert": {"enum": [*usable_converters(kind, field), None]},
        },
    }
    return {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}, written_out]}


def _describe_kpi_fields(kpis: Collection[str]) -> dict[str, Any]:
    field = {"anyOf": [{"type": "string", "minLength": 1}, {"const": True}, {"type": "null"}]}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {ALL: {"const": True}, **dict.fromkeys(sorted(kpis), field)},
    }


def _allow_references(node: object) -> None:
    """Let a number, a choice or a patterned text also be `${NAME}`, as the configuration does."""
    if isinstance(node, list):
        for item in node:
            _allow_references(item)
    elif isinstance(node, dict):
        for value in node.values():
            _allow_references(value)
        if "properties" in node:
            node["properties"] = {key: _or_reference(value) for key, value in node["properties"].items()}


def _or_reference(value: dict[str, Any]) -> dict[str, Any]:
    if value.get("type") not in ("integer", "number", "boolean") and not {"enum", "pattern"} & value.keys():
        return value
    told: dict[str, Any] = {key: value[key] for key in ("title", "description", "default") if key in value}
    return told | {"anyOf": [{key: each for key, each in value.items() if key not in told}, _REFERENCE]}
