"""Our fields in Salesforce: what is missing, and making it. Each part is looked for, so a broken-off run is resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.base import FieldAction, FieldChange, FieldSpec, FieldType, Kind, Organisation
from adapters.drift import describe_drift
from adapters.errors import FatalError
from adapters.salesforce.definitions import (
    Definition,
    explain_conflict,
    list_types,
    read_defined,
    read_described,
    write_label,
    write_metadata,
)
from adapters.salesforce.describe import Described, Describes
from adapters.salesforce.failures import DUPLICATE_CODES
from adapters.salesforce.objects import OBJECTS
from adapters.salesforce.permissions import INTEGRATION, PLANNER, READER, Granted, PermissionSets, rights_on
from adapters.salesforce.tooling import find_custom_fields, is_custom, read_metadata
from adapters.salesforce.wire import Wire


@dataclass(frozen=True, slots=True)
class FieldMaker:
    """Plans and makes the fields of one organisation. `organisation` tells whether money can be a currency field."""

    wire: Wire
    describes: Describes
    permissions: PermissionSets
    organisation: Callable[[], Organisation]

    def plan(self, specs: Sequence[FieldSpec]) -> list[FieldChange]:
        """What `make` would do; changes nothing."""
        return self._compare(specs, self.permissions.read())

    def make(self, specs: Sequence[FieldSpec]) -> list[FieldChange]:
        """Create the missing fields and grant them through their permission sets."""
        granted = self.permissions.read()
        changes = self._compare(specs, granted)
        wanted = [change for change in changes if change.action in {FieldAction.CREATE, FieldAction.GRANT}]
        if wanted:
            granted = self.permissions.complete(granted, {name for one in wanted for name in rights_on(one.spec)})
        for change in wanted:
            if change.action is FieldAction.CREATE:
                self._create(change.spec)
            self.permissions.grant(granted, _name(change.spec), rights_on(change.spec))
            self.describes.forget(OBJECTS[change.spec.kind])
        return changes

    def _compare(self, specs: Sequence[FieldSpec], granted: Granted) -> list[FieldChange]:
        hidden = self._find_hidden(specs)
        return [self._judge(spec, hidden.get(_name(spec)), granted) for spec in specs]

    def _find_hidden(self, specs: Sequence[FieldSpec]) -> dict[str, Definition]:
        """The fields that exist though the running user does not see them."""
        hidden: dict[str, Definition] = {}
        for kind in dict.fromkeys(spec.kind for spec in specs):
            described = self.describes.require(OBJECTS[kind])
            unseen = [spec.name for spec in specs if spec.kind is kind and spec.name not in described.fields]
            for name, field_id in find_custom_fields(self.wire, described.name, unseen).items():
                hidden[f"{described.name}.{name}"] = read_defined(read_metadata(self.wire, field_id, name))
        return hidden

    def _judge(self, spec: FieldSpec, hidden: Definition | None, granted: Granted) -> FieldChange:
        seen = self._describe(spec.kind).fields.get(spec.name)
        found = read_described(seen) if seen else hidden
        types = list_types(spec, self._get_organisation(spec))
        if found is None:
            return _plan_creation(spec, types[0])
        conflict = explain_conflict(spec, found, types)
        if conflict:
            return FieldChange(spec, FieldAction.CONFLICT, f"{_name(spec)} {conflict}; it is left as it is")
        grant = _plan_grant(spec, granted)
        named = replace(spec, label=write_label(spec, found.type))
        drift = describe_drift(named, found.label, found.options or dict(spec.options))
        if drift and grant.action is FieldAction.KEEP:
            return FieldChange(spec, FieldAction.DIFFERS, drift)
        return replace(grant, detail=f"{grant.detail}; {drift}") if drift else grant

    def _create(self, spec: FieldSpec) -> None:
        field_type = list_types(spec, self._get_organisation(spec))[0]
        body = {"FullName": _name(spec), "Metadata": write_metadata(spec, field_type)}
        try:
            self.wire.create("tooling/sobjects/CustomField", body, f"creating field {_name(spec)}")
        except FatalError as error:
            # it was not there a moment ago: the first answer was lost and this is the second try
            if error.code not in DUPLICATE_CODES:
                raise

    def _describe(self, kind: Kind) -> Described:
        return self.describes.require(OBJECTS[kind])

    def _get_organisation(self, spec: FieldSpec) -> Organisation | None:
        return self.organisation() if spec.type is FieldType.MONEY else None


def _plan_creation(spec: FieldSpec, field_type: str) -> FieldChange:
    if not is_custom(spec.name):
        detail = f"{_name(spec)} does not exist, and a field that is to be created must have a name ending in __c"
        return FieldChange(spec, FieldAction.CONFLICT, detail)
    who = (
        f"editable through {PLANNER}" if spec.by_reps else f"editable through {INTEGRATION}, readable through {READER}"
    )
    detail = f"create as {field_type}, {who}"
    return FieldChange(spec, FieldAction.CREATE, detail)


def _plan_grant(spec: FieldSpec, granted: Granted) -> FieldChange:
    lacking = granted.list_lacking(_name(spec), rights_on(spec))
    if lacking:
        return FieldChange(spec, FieldAction.GRANT, f"exists; grant it through {' and '.join(lacking)}")
    if not granted.is_assigned:
        return FieldChange(spec, FieldAction.GRANT, f"exists; assign {INTEGRATION} to the running user")
    return FieldChange(spec, FieldAction.KEEP, "exists with its permissions")


def _name(spec: FieldSpec) -> str:
    return f"{OBJECTS[spec.kind]}.{spec.name}"
