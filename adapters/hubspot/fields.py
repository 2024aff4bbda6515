"""Plans and creates our fields: properties in a group of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.base import (
    NOTHING_KNOWN,
    FieldAction,
    FieldChange,
    FieldInfo,
    FieldKey,
    FieldSpec,
    FieldType,
    Kind,
    Organisation,
    Ownership,
)
from adapters.drift import Found, judge_found
from adapters.errors import FatalError
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.refusals import RequestRefusedError
from adapters.hubspot.schema import GROUP, Schemas
from adapters.hubspot.wire import Json, Wire

GROUP_LABEL = "Playmaker"

_TYPES = {
    FieldType.COUNT: ("number", "number"),
    FieldType.NUMBER: ("number", "number"),
    FieldType.FRACTION: ("number", "number"),
    FieldType.MONEY: ("number", "number"),
    FieldType.DATE: ("date", "date"),
    FieldType.MOMENT: ("datetime", "date"),
    FieldType.TEXT: ("string", "text"),
    FieldType.YES_NO: ("bool", "booleancheckbox"),
    FieldType.CHOICE: ("enumeration", "select"),
}
"""HubSpot's type and form control of each of our types."""

_CONFLICT = 409


class Fields:
    """Our fields in one portal."""

    def __init__(self, wire: Wire, schemas: Schemas) -> None:
        self._wire = wire
        self._schemas = schemas

    def plan(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> list[FieldChange]:
        """What is to be done for each field; changes nothing."""
        return [self._compare(spec, ownership) for spec in specs]

    def ensure(
        self, specs: Sequence[FieldSpec], organisation: Organisation | None, ownership: Ownership = NOTHING_KNOWN
    ) -> list[FieldChange]:
        """Create what is missing, mend what is ours. `organisation`: whose home currency money fields may show."""
        changes = self.plan(specs, ownership)
        for kind in dict.fromkeys(change.spec.kind for change in changes if change.action is FieldAction.CREATE):
            self._ensure_group(OBJECTS[kind].name)
        for change in changes:
            if change.mends:
                self._mend(change.spec)
        return [
            self._create(change, organisation) if change.action is FieldAction.CREATE else change for change in changes
        ]

    def find(self, fields: Ownership) -> list[FieldKey]:
        """Those of the recorded properties that are still there."""
        return [key for key, identity in fields.recorded.items() if self._is_same(*key, identity)]

    def remove(self, kind: Kind, name: str, identity: str) -> bool:
        """Archive a property; HubSpot keeps it for 90 days."""
        self._schemas.forget(kind)
        if not self._is_same(kind, name, identity):
            return False
        self._wire.delete(self._wire.paths.property(OBJECTS[kind].name, name), "schema")
        self._schemas.forget(kind)
        return True

    def _is_same(self, kind: Kind, name: str, identity: str) -> bool:
        info = self._schemas.of(kind).get(name)
        return info is not None and bool(identity) and info.identity == identity

    def _mend(self, spec: FieldSpec) -> None:
        body: Json = {"label": _label(spec), "description": spec.help}
        if spec.type is FieldType.YES_NO:
            body["options"] = _options(spec)
        path = self._wire.paths.property(OBJECTS[spec.kind].name, spec.name)
        try:
            self._wire.patch(path, body, "schema")
        except RequestRefusedError as refusal:
            raise _fatal(refusal) from None
        self._schemas.forget(spec.kind)

    def _compare(self, spec: FieldSpec, ownership: Ownership = NOTHING_KNOWN) -> FieldChange:
        info = self._schemas.of(spec.kind).get(spec.name)
        wanted, _ = _TYPES[spec.type]
        if info is None:
            return FieldChange(spec, FieldAction.CREATE, f"a property ({wanted}) in the group {GROUP_LABEL}")
        if conflict := _explain_conflict(spec, info, wanted):
            return FieldChange(spec, FieldAction.CONFLICT, conflict, identity=info.identity, marked=info.marked)
        found = Found(info.label, info.help, info.options, info.identity, info.marked)
        answers = {str(option["value"]): str(option["label"]) for option in _options(spec)}
        change = judge_found(replace(spec, label=_label(spec)), found, ownership, answers)
        return replace(change, spec=spec)

    def _ensure_group(self, object_type: str) -> None:
        path = self._wire.paths.property_groups(object_type)
        self._post_unless_there(path, {"name": GROUP, "label": GROUP_LABEL, "displayOrder": -1})

    def _create(self, change: FieldChange, organisation: Organisation | None) -> FieldChange:
        spec = change.spec
        body = self._definition(spec, organisation)
        created = self._post_unless_there(self._wire.paths.property_list(OBJECTS[spec.kind].name), body)
        self._schemas.forget(spec.kind)
        return change if created else self._reread(spec)

    def _reread(self, spec: FieldSpec) -> FieldChange:
        """Someone was faster, or our own first try got through and its answer was lost."""
        found = self._compare(spec)
        if found.action is not FieldAction.CREATE:
            return found
        detail = f"an archived property keeps the name {spec.name}; restore it in HubSpot or rename the field"
        return FieldChange(spec, FieldAction.CONFLICT, detail)

    def _post_unless_there(self, path: str, body: Json) -> bool:
        """False when it exists already."""
        try:
            self._wire.post(path, body, "schema")
        except RequestRefusedError as refusal:
            if refusal.status != _CONFLICT:
                raise _fatal(refusal) from None
            return False
        return True

    def _definition(self, spec: FieldSpec, organisation: Organisation | None) -> Json:
        type_, control = _TYPES[spec.type]
        definition: Json = {
            "name": spec.name,
            "label": _label(spec),
            "description": spec.help,
            "groupName": GROUP,
            "type": type_,
            "fieldType": control,
            "formField": False,
            "hidden": False,
        }
        if options := _options(spec):
            definition["options"] = options
        if self._wire.paths.display_hints:
            definition |= _display(spec, organisation)
        return definition


def _fatal(refusal: RequestRefusedError) -> FatalError:
    """These words speak of our own definition and quote nobody's data."""
    return FatalError(f"{refusal.message} {refusal.complaint.message}", code=refusal.code)


def _explain_conflict(spec: FieldSpec, info: FieldInfo, wanted: str) -> str:
    """Why a property that is there cannot hold our values; empty when it can."""
    if not _holds(info, wanted):
        return f"there is a property {spec.name} of type {info.type}"
    if not info.writable:
        return f"there is a property {spec.name} that HubSpot computes"
    if info.several and spec.type is FieldType.CHOICE:
        return f"there is a property {spec.name} that takes several options"
    return ""


def _label(spec: FieldSpec) -> str:
    """The label; money that reps fill in names its currency, since a company has none of its own."""
    return f"{spec.label} ({spec.currency})" if spec.by_reps and spec.currency else spec.label


def _options(spec: FieldSpec) -> list[Json]:
    """What can be chosen: yes and no as HubSpot knows them, or the options of a choice; none for other types."""
    answers = tuple(zip(("true", "false"), spec.answers, strict=True))
    options = answers if spec.type is FieldType.YES_NO else spec.options
    return [
        {"label": label, "value": value, "displayOrder": place, "hidden": False}
        for place, (value, label) in enumerate(options)
    ]


def _holds(info: FieldInfo, wanted: str) -> bool:
    """Whether a property can hold our values; yes/no may also stand in a list of just these two."""
    return info.type == wanted or (
        wanted == "bool" and info.type == "enumeration" and set(info.options) == {"true", "false"}
    )


def _display(spec: FieldSpec, organisation: Organisation | None) -> Json:
    """How the number is shown, where the API takes such a hint. A currency only where it can be no other."""
    match spec.type:
        case FieldType.FRACTION:
            return {"numberDisplayHint": "percentage"}
        case FieldType.MONEY if (
            organisation and not organisation.multi_currency and spec.currency == organisation.currency
        ):
            return {"numberDisplayHint": "currency", "showCurrencySymbol": True}
        case FieldType.COUNT | FieldType.NUMBER | FieldType.MONEY:
            return {"numberDisplayHint": "formatted"}
    return {}
