"""What fields each kind has, from HubSpot's property definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adapters.base import FieldInfo, Kind, Schema
from adapters.errors import FatalError, SchemaError
from adapters.hubspot.answers import read_rows
from adapters.hubspot.objects import (
    HISTORY_FIELDS,
    LINKS,
    OBJECTS,
    OPTIONAL,
    STAGE_FIELDS,
    USER_FIELDS,
    link_fields,
    made_up,
)
from adapters.hubspot.refusals import RequestRefusedError
from adapters.hubspot.wire import Json, Wire

_NOT_PERMITTED = {"MISSING_SCOPES", "FORBIDDEN"}

GROUP = "playmaker"
"""The group in which our properties stand: the mark of those that we made."""

LONGEST_TEXT = 65_536
"""Characters that a text property holds."""

_UNLISTED = ("hs_v2_",)
"""Properties that can be read although their definitions are not listed, such as hs_v2_date_entered_<stage>."""


class Schemas:
    """The fields by kind, each read once; `forget` after a change."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[Kind, Schema] = {}

    def of(self, kind: Kind) -> Schema:
        """The fields of a kind that the token may see."""
        if kind not in self._known:
            self._known[kind] = self._read(kind)
        return self._known[kind]

    def forget(self, kind: Kind) -> None:
        """Ask anew next time."""
        self._known.pop(kind, None)

    def verify(self, kind: Kind, names: Iterable[str]) -> None:
        """The same as check, by what HubSpot says now."""
        self.forget(kind)
        self.check(kind, names)

    def check(self, kind: Kind, names: Iterable[str]) -> None:
        """Raise SchemaError when the kind lacks one of these fields; HubSpot itself would leave them out silently."""
        known = self.of(kind)
        missing = [name for name in names if name not in known and not name.startswith(_UNLISTED)]
        if missing:
            raise SchemaError(
                f"{self._wire.connection}: HubSpot has no {kind.value} field {', '.join(sorted(missing))}. "
                "Correct the mapping, or give the token the scope to see it.",
                code="PROPERTY_DOESNT_EXIST",
            )

    def _read(self, kind: Kind) -> Schema:
        if kind in OBJECTS:
            object_type = OBJECTS[kind]
            reference = object_type.reference
            own = {reference.name: made_up(reference.name, reference.label)} if reference else {}
            return own | (self._read_optional if kind in OPTIONAL else self._read_properties)(object_type.name)
        if kind in LINKS:
            return link_fields(LINKS[kind])
        if kind is Kind.DEAL_HISTORY:
            return {**HISTORY_FIELDS, **self._read_properties(OBJECTS[Kind.DEAL].name)}
        return {Kind.USER: USER_FIELDS, Kind.STAGE: STAGE_FIELDS}.get(kind, {})

    def _read_optional(self, object_type: str) -> dict[str, FieldInfo]:
        """The properties of records that the portal or the token may lack; none of them then."""
        try:
            return self._read_properties(object_type)
        except RequestRefusedError:
            return {}
        except FatalError as error:
            if error.code not in _NOT_PERMITTED:
                raise
            return {}

    def _read_properties(self, object_type: str) -> dict[str, FieldInfo]:
        path = self._wire.paths.property_list(object_type)
        definitions = read_rows(self._wire, path, self._wire.get(path, "describe"))
        known = {info.name: info for info in map(_field_info, definitions) if info.name}
        if not known:
            raise self._wire.garbled(path, "it names no property at all")
        return known


def _field_info(definition: Json) -> FieldInfo:
    type_ = str(definition.get("type") or "")
    restrictions = definition.get("modificationMetadata")
    read_only = restrictions.get("readOnlyValue", False) if isinstance(restrictions, dict) else False
    return FieldInfo(
        name=str(definition.get("name") or ""),
        label=str(definition.get("label") or ""),
        type=type_,
        writable=not read_only and not definition.get("calculated", False),
        options=_options(definition.get("options")),
        several=type_ == "enumeration" and definition.get("fieldType") == "checkbox",
        length=LONGEST_TEXT if type_ == "string" else None,
        help=str(definition.get("description") or ""),
        identity=str(definition.get("createdAt") or ""),
        marked=definition.get("groupName") == GROUP,
    )


def _options(options: object) -> Mapping[str, str]:
    listed: Sequence[object] = options if isinstance(options, list) else []
    return {
        str(option["value"]): str(option.get("label") or option["value"])
        for option in listed
        if isinstance(option, dict) and "value" in option
    }
