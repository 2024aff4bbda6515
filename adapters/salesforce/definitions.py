"""How Salesforce stores each type of our fields, and whether a field that is there already is of that type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.base import FieldSpec, FieldType, Organisation
from adapters.salesforce.describe import list_options
from adapters.salesforce.wire import Row

LABEL_LENGTH = 40
HELP_LENGTH = 510
_PRECISION = 18
_ANSWERS = ("Yes", "No")
_MARK = "the playmaker connector"
"""Stands in the description of each field that we made, which only admins read."""
_WRITTEN = "KPI {key}, written by {mark}. Edits are overwritten."
_FILLED = "{key} of the account plan, filled in by people and read by {mark}, which never writes it."
_DESCRIBED = {
    "double": "Number",
    "int": "Number",
    "percent": "Percent",
    "currency": "Currency",
    "string": "Text",
    "date": "Date",
    "datetime": "DateTime",
    "picklist": "Picklist",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A field that is there: its type in the words of Tooling; `options`, value to label, None where not known."""

    type: str
    label: str
    is_formula: bool = False
    options: Mapping[str, str] | None = None
    help: str = ""


def is_marked(description: object) -> bool:
    """Whether a field's description says that we made it."""
    return isinstance(description, str) and _MARK in description


def read_described(field: Row) -> Definition:
    """The definition of a field that the running user sees."""
    word = str(field.get("type") or "")
    options = list_options(field) if word == "picklist" else None
    label = str(field.get("label") or "")
    return Definition(
        _DESCRIBED.get(word, word),
        label,
        bool(field.get("calculated")),
        options,
        str(field.get("inlineHelpText") or ""),
    )


def read_defined(metadata: Row) -> Definition:
    """The definition of a field that only Tooling shows."""
    values = _read_object(_read_object(metadata, "valueSet"), "valueSetDefinition").get("value")
    listed = [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    named = [(_name_value(value), value.get("label")) for value in listed]
    options = {name: str(label or name) for name, label in named} or None
    label = str(metadata.get("label") or "")
    return Definition(
        str(metadata.get("type") or ""),
        label,
        bool(metadata.get("formula")),
        options,
        str(metadata.get("inlineHelpText") or ""),
    )


def explain_conflict(spec: FieldSpec, found: Definition, types: Iterable[str]) -> str:
    """Why a field that is there cannot hold our values; empty when it can."""
    if found.is_formula:
        return "is a formula, which cannot be written"
    if found.type not in types:
        return f"is of type {found.type}, not {' or '.join(types)}"
    if spec.type is FieldType.YES_NO and found.options is not None and not set(_ANSWERS) <= found.options.keys():
        return "is a picklist without the values Yes and No"
    return ""


def list_types(spec: FieldSpec, organisation: Organisation | None) -> tuple[str, ...]:
    """The types that can hold our values, the one to create first.

    A currency field shows its number in the currency of the *record*: it is right for what reps fill in, and for our
    money only where the organisation has one currency and that is ours.
    """
    if spec.type is FieldType.MONEY and spec.by_reps:
        return ("Currency",)
    if spec.type is FieldType.MONEY:
        return ("Currency", "Number") if _is_home(spec, organisation) else ("Number",)
    return (_TYPES[spec.type],)


def write_metadata(spec: FieldSpec, field_type: str) -> Row:
    """What Tooling needs to create the field."""
    return {
        "label": write_label(spec, field_type),
        "type": field_type,
        "inlineHelpText": spec.help[:HELP_LENGTH],
        "description": (_FILLED if spec.by_reps else _WRITTEN).format(key=spec.key, mark=_MARK),
        "required": False,
        **_SHAPES.get(field_type, {}),
        **({"valueSet": _write_values(spec)} if field_type == "Picklist" else {}),
        **({"precision": _PRECISION, "scale": _choose_scale(spec)} if field_type in _NUMERIC else {}),
    }


def mend_metadata(standing: Row, spec: FieldSpec, field_type: str) -> Row:
    """A definition as it stands, with our label, help text and answers; all else as somebody may have set it."""
    mended = standing | {"label": write_label(spec, field_type), "inlineHelpText": spec.help[:HELP_LENGTH]}
    values = _read_object(_read_object(standing, "valueSet"), "valueSetDefinition").get("value")
    if spec.type is FieldType.YES_NO and isinstance(values, list):
        labelled = [value | {"label": answers_of(spec).get(_name_value(value), value.get("label"))} for value in values]
        definition = _read_object(standing["valueSet"], "valueSetDefinition") | {"value": labelled}
        mended["valueSet"] = standing["valueSet"] | {"valueSetDefinition": definition}
    return mended


def answers_of(spec: FieldSpec) -> dict[str, str]:
    """Yes and no as they are kept, with what reps read for them."""
    return dict(zip(_ANSWERS, spec.answers, strict=True))


def _name_value(value: Row) -> str:
    return str(value.get("valueName") or value.get("fullName"))


def _write_values(spec: FieldSpec) -> Row:
    """What can be chosen: the values stay as we read and write them; reps read the labels."""
    options = answers_of(spec) if spec.type is FieldType.YES_NO else dict(spec.options)
    values = [{"fullName": value, "label": label, "default": False} for value, label in options.items()]
    return {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}


def _read_object(row: Row, name: str) -> Row:
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def _is_home(spec: FieldSpec, organisation: Organisation | None) -> bool:
    if organisation is None or organisation.multi_currency:
        return False
    return spec.currency is None or organisation.currency in {None, spec.currency}


def _choose_scale(spec: FieldSpec) -> int:
    """Decimals: none for counts; a fraction's percentage has two less than the fraction; two where nothing is said."""
    if spec.type is FieldType.COUNT:
        return 0
    if spec.type is FieldType.FRACTION:
        return max(spec.scale - 2, 2)
    return spec.scale or 2


def write_label(spec: FieldSpec, field_type: str) -> str:
    """The label of a field of this type; money kept as a plain number names its currency."""
    if spec.type is not FieldType.MONEY or field_type != "Number" or not spec.currency or spec.currency in spec.label:
        return spec.label[:LABEL_LENGTH]
    suffix = f" ({spec.currency})"
    return spec.label[: LABEL_LENGTH - len(suffix)].rstrip() + suffix


_NUMERIC = {"Number", "Percent", "Currency"}
_TYPES = {
    FieldType.COUNT: "Number",
    FieldType.NUMBER: "Number",
    FieldType.FRACTION: "Percent",
    FieldType.DATE: "Date",
    FieldType.MOMENT: "DateTime",
    FieldType.TEXT: "Text",
    # a checkbox cannot be empty
    FieldType.YES_NO: "Picklist",
    FieldType.CHOICE: "Picklist",
}
_SHAPES: dict[str, Row] = {"Text": {"length": 255}}
