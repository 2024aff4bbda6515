"""Our fields in Salesforce: what is missing, and making it. Each part is looked for, so a broken-off run is resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.base import (
    NOTHING_KNOWN,
    FieldAction,
    FieldChange,
    FieldKey,
    FieldSpec,
    FieldType,
    Kind,
    Organisation,
    Ownership,
)
from adapters.drift import Found, judge_found
from adapters.errors import FatalError
from adapters.salesforce.definitions import (
    HELP_LENGTH,
    Definition,
    answers_of,
    explain_conflict,
    is_marked,
    list_types,
    mend_metadata,
    read_defined,
    read_described,
    write_label,
    write_metadata,
)
from adapters.salesforce.describe import Described, Describes
from adapters.salesforce.failures import DUPLICATE_CODES
from adapters.salesforce.objects import OBJECTS
from adapters.salesforce.permissions import INTEGRATION, PLANNER, READER, Granted, PermissionSets, rights_on
from adapters.salesforce.tooling import (
    CustomField,
    delete_custom_field,
    find_custom_fields,
    is_custom,
    read_metadata,
    write_metadata_of,
)
from adapters.salesforce.wire import Wire


@dataclass(frozen=True, slots=True)
class FieldMaker:
    """Plans and makes the fields of one organisation. `organisation` tells whether money can be a currency field."""

    wire: Wire
    describes: Describes
    permissions: PermissionSets
    organisation: Callable[[], Organisation]

    def plan(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> list[FieldChange]:
        """What `make` would do; changes nothing."""
        return self._compare(specs, self.permissions.read(ownership.user), ownership)

    def make(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> list[FieldChange]:
        """Create the missing fields, grant them through their permission sets, give ours their label and help text."""
        granted = self.permissions.read(ownership.user)
        changes = self._compare(specs, granted, ownership)
        wanted = [change for change in changes if change.action in {FieldAction.CREATE, FieldAction.GRANT}]
        if wanted:
            granted = self.permissions.complete(granted, {name for one in wanted for name in rights_on(one.spec)})
        for change in wanted:
            if change.action is FieldAction.CREATE:
                self._create(change.spec)
            self.permissions.grant(granted, _name(change.spec), rights_on(change.spec))
        for change in changes:
            if change.mends:
                self._mend(change)
        for kind in {change.spec.kind for change in changes if change.mends or change in wanted}:
            self.describes.forget(OBJECTS[kind])
        return changes

    def find(self, fields: Ownership) -> list[FieldKey]:
        """Those of the recorded fields that are still there."""
        found = {
            kind: find_custom_fields(self.wire, OBJECTS[kind], [name for of, name in fields.recorded if of is kind])
            for kind in dict.fromkeys(kind for kind, _ in fields.recorded)
        }
        return [
            (kind, name)
            for (kind, name), identity in fields.recorded.items()
            if name in found[kind] and found[kind][name].id == identity
        ]

    def remove(self, kind: Kind, name: str, identity: str) -> bool:
        """Delete a field with its permissions and values."""
        if not self.find(Ownership({(kind, name): identity})):
            return False
        delete_custom_field(self.wire, identity, f"{OBJECTS[kind]}.{name}")
        self.describes.forget(OBJECTS[kind])
        return True

    def _compare(self, specs: Sequence[FieldSpec], granted: Granted, ownership: Ownership) -> list[FieldChange]:
        there = self._find(specs)
        return [self._judge(spec, there.get((spec.kind, spec.name)), granted, ownership) for spec in specs]

    def _find(self, specs: Sequence[FieldSpec]) -> dict[FieldKey, CustomField]:
        """The custom fields that exist, whether or not the running user sees them."""
        return {
            (kind, name): field
            for kind in dict.fromkeys(spec.kind for spec in specs)
            for name, field in find_custom_fields(
                self.wire, OBJECTS[kind], [spec.name for spec in specs if spec.kind is kind]
            ).items()
        }

    def _judge(self, spec: FieldSpec, there: CustomField | None, granted: Granted, ownership: Ownership) -> FieldChange:
        found = self._read_definition(spec, there)
        types = list_types(spec, self._get_organisation(spec))
        if found is None:
            return _plan_creation(spec, types[0])
        if conflict := explain_conflict(spec, found, types):
            return FieldChange(spec, FieldAction.CONFLICT, f"{_name(spec)} {conflict}; it is left as it is")
        change = replace(judge_found(*_as_found(spec, found, there), ownership, answers_of(spec)), spec=spec)
        grant = _plan_grant(spec, granted)
        if not grant:
            return change
        detail = f"{grant}; {change.detail}" if change.detail else grant
        return replace(change, action=FieldAction.GRANT, detail=detail)

    def _read_definition(self, spec: FieldSpec, there: CustomField | None) -> Definition | None:
        if seen := self._describe(spec.kind).fields.get(spec.name):
            return read_described(seen)
        return read_defined(read_metadata(self.wire, there.id, spec.name)) if there else None

    def _mend(self, change: FieldChange) -> None:
        spec = change.spec
        standing = read_metadata(self.wire, change.identity, spec.name)
        metadata = mend_metadata(standing, spec, read_defined(standing).type)
        write_metadata_of(self.wire, change.identity, metadata, _name(spec))

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


def _plan_grant(spec: FieldSpec, granted: Granted) -> str:
    """What of its permissions a field that is there lacks; empty where nothing."""
    lacking = granted.list_lacking(_name(spec), rights_on(spec))
    if lacking:
        return f"exists; grant it through {' and '.join(lacking)}"
    return "" if granted.is_assigned else f"exists; assign {INTEGRATION} to the running user"


def _as_found(spec: FieldSpec, found: Definition, there: CustomField | None) -> tuple[FieldSpec, Found]:
    """The spec with the texts that Salesforce would hold, and the field in the words that all CRMs share."""
    named = replace(spec, label=write_label(spec, found.type), help=spec.help[:HELP_LENGTH])
    identity, marked = (there.id, is_marked(there.description)) if there else ("", False)
    return named, Found(found.label, found.help, found.options or {}, identity, marked)


def _name(spec: FieldSpec) -> str:
    return f"{OBJECTS[spec.kind]}.{spec.name}"
