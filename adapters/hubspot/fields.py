"""Plans and creates our fields: properties in a group of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.base import FieldAction, FieldChange, FieldInfo, FieldSpec, FieldType, Organisation
from adapters.drift import describe_drift
from adapters.errors import FatalError
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.refusals import RequestRefusedError
from adapters.hubspot.schema import Schemas
from adapters.hubspot.wire import Json, Wire

GROUP = "playmaker"
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

    def plan(self, specs: Sequence[FieldSpec]) -> list[FieldChange]:
        """What is to be done for each field; changes nothing."""
        return [self._compare(spec) for spec in specs]

    def ensure(self, specs: Sequence[FieldSpec], organisation: Organisation | None) -> list[FieldChange]:
        """Create what is missing. `organisation`: whose home currency money fields may show, None to show none."""
        changes = self.plan(specs)
        for kind in dict.fromkeys(change.spec.kind for change in changes if change.action is FieldAction.CREATE):
            self._ensure_group(OBJECTS[kind].name)
        return [
            self._create(change, organisation) if change.action is FieldAction.CREATE else change for change in changes
        ]

    def _compare(self, spec: FieldSpec) -> FieldChange:
        info = self._schemas.of(spec.kind).get(spec.name)
        wanted, _ = _TYPES[spec.type]
        if info is None:
            return FieldChange(spec, FieldAction.CREATE, f"a {wanted} property in the group {GROUP_LABEL}")
        if not _holds(info, wanted):
            return FieldChange(spec, FieldAction.CONFLICT, f"there is a property {spec.name} of type {info.type}")
        if not info.writable:
            return FieldChange(spec, FieldAction.CONFLICT, f"there is a property {spec.name} that HubSpot computes")
        if info.several and spec.type is FieldType.CHOICE:
            return FieldChange(
                spec, FieldAction.CONFLICT, f"there is a property {spec.name} that takes several options"
            )
        ours = replace(spec, label=_label(spec))
        drift = describe_drift(ours, info.label, info.options)
        return FieldChange(spec, FieldAction.DIFFERS if drift else FieldAction.KEEP, drift)

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
                # these words speak of our own definition and quote nobody's data
                raise FatalError(f"{refusal.message} {refusal.complaint.message}", code=refusal.code) from None
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
