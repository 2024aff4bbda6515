"""What Salesforce says about its objects to the running user: one describe per object, kept until forgotten.

A field hidden by field-level security is absent from a describe, and so is one that was never created.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.base import FieldInfo, Schema
from adapters.errors import FatalError
from adapters.salesforce.failures import ABSENT_CODES, garbled
from adapters.salesforce.wire import Row, Wire


@dataclass(frozen=True, slots=True)
class Described:
    """An object as its describe gives it; `fields` are the raw descriptions by name."""

    name: str
    updateable: bool
    fields: Mapping[str, Row]


class Describes:
    """The describes of one connection."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[str, Described | None] = {}

    def find(self, sobject: str) -> Described | None:
        """The object, or None when the organisation lacks it or the running user may not see it."""
        if sobject not in self._known:
            self._known[sobject] = self._fetch(sobject)
        return self._known[sobject]

    def require(self, sobject: str) -> Described:
        """The object. FatalError when it is not to be seen."""
        described = self.find(sobject)
        if described is None:
            raise FatalError(
                f"Salesforce at {self._wire.host} shows the running user no object {sobject}: give it read access,"
                " or check that the organisation has it",
                code="NOT_FOUND",
            )
        return described

    def forget(self, sobject: str) -> None:
        """Describe it afresh when it is next needed."""
        self._known.pop(sobject, None)

    def _fetch(self, sobject: str) -> Described | None:
        what = f"describing {sobject}"
        try:
            answer = self._wire.get(f"sobjects/{sobject}/describe", what)
        except FatalError as error:
            if error.code in ABSENT_CODES:
                return None
            raise
        listed = answer.get("fields")
        if not isinstance(listed, list) or not all(map(_is_description, listed)):
            raise garbled(what, self._wire.host)
        fields = {field["name"]: field for field in listed}
        if "Id" not in fields:
            raise garbled(what, self._wire.host)
        return Described(sobject, bool(answer.get("updateable")), fields)


def read_schema(described: Described) -> Schema:
    """Our form of a describe."""
    return {name: _read_field(name, field) for name, field in described.fields.items()}


def list_options(field: Row) -> dict[str, str]:
    """The values of a picklist that can be chosen today, with their labels."""
    entries = (entry for entry in field.get("picklistValues") or [] if entry.get("active", True))
    return {str(entry["value"]): str(entry.get("label") or entry["value"]) for entry in entries}


def _is_description(field: object) -> bool:
    """Whether this describes a field in the way that everything here relies on."""
    if not isinstance(field, dict) or not isinstance(field.get("name"), str):
        return False
    sizes = (field.get(name) for name in ("length", "precision", "scale"))
    values = field.get("picklistValues") or []
    has_values = isinstance(values, list) and all(isinstance(entry, dict) and "value" in entry for entry in values)
    return has_values and all(isinstance(size, int | None) for size in sizes)


def _read_field(name: str, field: Row) -> FieldInfo:
    return FieldInfo(
        name=name,
        label=str(field.get("label") or name),
        type=str(field.get("type") or ""),
        writable=bool(field.get("updateable")),
        options=list_options(field),
        several=field.get("type") == "multipicklist",
        length=field.get("length") or None,
        precision=field.get("precision") or None,
        scale=field.get("scale") if field.get("precision") else None,
        help=str(field.get("inlineHelpText") or ""),
    )
