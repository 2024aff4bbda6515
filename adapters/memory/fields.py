"""Our fields in the organisation in memory: what is missing, making it, mending it, taking it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.base import FieldAction, FieldChange, FieldKey, FieldSpec, Kind, Ownership
from adapters.drift import Found, judge_found
from adapters.memory.organisation import MemoryOrganisation
from adapters.memory.schema import describe_spec


@dataclass(slots=True)
class MemoryFields:
    """The fields of one organisation. `create`: makes the request by which a field is made, changed or removed."""

    organisation: MemoryOrganisation
    create: Callable[[], None]

    def plan(self, specs: Sequence[FieldSpec], ownership: Ownership) -> list[FieldChange]:
        """What `ensure` would do."""
        return [self._judge(spec, ownership) for spec in specs]

    def ensure(self, specs: Sequence[FieldSpec], ownership: Ownership) -> list[FieldChange]:
        """Create the missing fields, make the hidden ones visible, give ours their texts."""
        changes = self.plan(specs, ownership)
        for change in changes:
            if change.action in {FieldAction.CREATE, FieldAction.GRANT} or change.mends:
                self._carry_out(change)
        return changes

    def find(self, fields: Ownership) -> list[FieldKey]:
        """Those of the recorded fields that are still there."""
        return [key for key, identity in fields.recorded.items() if self._is_same(key, identity)]

    def remove(self, kind: Kind, name: str, identity: str) -> bool:
        """Delete a field and its values."""
        if not self._is_same((kind, name), identity):
            return False
        self.create()
        del self.organisation.schema[kind][name]
        for row in self.organisation.rows[kind].values():
            row.fields.pop(name, None)
        return True

    def _carry_out(self, change: FieldChange) -> None:
        self.create()
        spec, fields = change.spec, self.organisation.schema[change.spec.kind]
        if change.action is FieldAction.CREATE:
            fields[spec.name] = replace(describe_spec(spec), identity=self.organisation.number_field(), marked=True)
        elif change.mends:
            fields[spec.name] = replace(fields[spec.name], label=spec.label, help=spec.help)
        self.organisation.hidden.discard((spec.kind, spec.name))

    def _judge(self, spec: FieldSpec, ownership: Ownership) -> FieldChange:
        wanted, found = describe_spec(spec), self.organisation.schema[spec.kind].get(spec.name)
        if found is None:
            return FieldChange(spec, FieldAction.CREATE, f"new field of type {wanted.type}")
        if found.type != wanted.type:
            detail = f"a field of that name holds {found.type}, not {wanted.type}: rename it or ours"
            return FieldChange(spec, FieldAction.CONFLICT, detail)
        known = Found(found.label, found.help, found.options, found.identity, found.marked)
        change = judge_found(spec, known, ownership, {})
        if (spec.kind, spec.name) in self.organisation.hidden:
            return replace(change, action=FieldAction.GRANT, detail="the user cannot see it yet")
        return change

    def _is_same(self, key: FieldKey, identity: str) -> bool:
        found = self.organisation.schema[key[0]].get(key[1])
        return found is not None and bool(identity) and found.identity == identity
