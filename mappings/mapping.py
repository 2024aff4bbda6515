"""What a CRM's fields mean to us: the shipped mapping with an admin's override laid over it."""

from __future__ import annotations

from collections import abc
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from adapters.base import FieldInfo, Kind, Record, Schema
from adapters.errors import SchemaError
from mappings.overlay import lay_over, read_inputs, read_shipped
from mappings.plan import Mapped, Plan, Rule
from mappings.shape import Rules, parse_rules, suggest
from mappings.suitability import can_read

_Rules = abc.Mapping[Kind, abc.Mapping[str, Rule]]


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that is read no longer because the CRM does not have its source; `vanished`: it once had.

    `type`: that of a source which is there and of no use.
    """

    kind: Kind
    field: str
    source: str
    vanished: bool = False
    type: str | None = None

    def __str__(self) -> str:
        if self.type is not None:
            return f"{self.kind} {self.field}: CRM field {self.source} is of type {self.type}, which is not read"
        what = "is no longer there: values already read stay" if self.vanished else "does not exist: left unmapped"
        return f"{self.kind} {self.field}: CRM field {self.source} {what}"


class Mapping:
    """The mapping of one connection. `restrict` it to what the CRM has before reading `fields`.

    `inputs`: the fields in which reps fill account plans. They are read once the CRM has them, before the `rules`.
    """

    def __init__(self, rules: _Rules, time_zone: ZoneInfo, inputs: _Rules = MappingProxyType({})) -> None:
        self._time_zone = time_zone
        self._rules = {kind: dict(rules.get(kind, {})) for kind in Kind}
        self._offered = {kind: dict(inputs.get(kind, {})) for kind in Kind}
        self._inputs: dict[Kind, dict[str, Rule]] = {kind: {} for kind in Kind}
        self._vanished: dict[Kind, set[str]] = {kind: set() for kind in Kind}
        self._plans = {kind: Plan(kind, self._rules[kind], time_zone) for kind in Kind}

    def fields(self, kind: Kind) -> list[str]:
        """The CRM fields to pull for a kind, each once, in order of name."""
        return sorted({rule.source for _, rule in self._read(kind)})

    def inputs(self, kind: Kind) -> dict[str, str]:
        """The CRM fields in which reps fill account plans, by our field; those are left out that the admin maps."""
        return {field: rule.source for field, rule in self._offered[kind].items()}

    def filled_by_reps(self, kind: Kind) -> frozenset[str]:
        """Our fields that are read from where reps fill account plans: nobody else writes there."""
        return frozenset(self._inputs[kind])

    def mapped(self, kind: Kind, field: str) -> bool:
        """Whether this field of ours has values from the CRM; one whose source vanished keeps those already read."""
        return field in self._rules[kind] or field in self._inputs[kind] or field in self._vanished[kind]

    def was_mapped(self, kind: Kind, field: str, known: Collection[str]) -> bool:
        """The same without asking the CRM: by the fields that were `known` to be there when a run last looked."""
        rules = (self._rules[kind].get(field), self._offered[kind].get(field))
        return field in self._vanished[kind] or any(rule is not None and rule.source in known for rule in rules)

    def source_field(self, kind: Kind, field: str) -> str | None:
        """The CRM field that ours comes from where no rep filled it in."""
        rule = self._rules[kind].get(field)
        return rule.source if rule else None

    def wording(self, kind: Kind) -> list[str]:
        """All that decides what records of a kind come to mean; where it differs, they have to be read again."""
        said = [
            f"{field}: {rule.source} {rule.convert} {sorted(rule.table.items())}" for field, rule in self._read(kind)
        ]
        return [f"{kind} {self._time_zone}", *sorted(said)]

    def restrict(self, kind: Kind, available: Schema, known: Collection[str] = ()) -> list[MissingField]:
        """Hold the rules of a kind against the fields that the CRM has; returns what is read no longer.

        A shipped default whose source is absent is dropped. An admin's own rule must find its field, and of a type
        that can hold it: SchemaError otherwise, unless the CRM field is `known` to have been there before.
        """
        rules = self._rules[kind]
        faults = [fault for field in rules if (fault := _find_fault(kind, field, rules[field], available, known))]
        if faults:
            raise SchemaError("; ".join(faults))
        missing = [one for one in _find_missing(kind, rules, known) if one.source not in available]
        for one in missing:
            del rules[one.field]
        unread = self._take_up(kind, available, known)
        self._vanished[kind] |= {one.field for one in [*missing, *unread] if one.vanished}
        inputs, vanished = self._inputs[kind], self._vanished[kind]
        self._plans[kind] = Plan(kind, rules, self._time_zone, inputs=inputs, vanished=vanished)
        return missing + unread

    def _take_up(self, kind: Kind, available: Schema, known: Collection[str]) -> list[MissingField]:
        """Begin to read the offered inputs that are there; returns those that once were, or are of another type."""
        offered = self._offered[kind]
        there = {field: rule for field, rule in offered.items() if rule.source in available}
        self._inputs[kind] = {
            field: rule for field, rule in there.items() if can_read(rule.convert, available[rule.source].type)
        }
        unread = {field: rule for field, rule in offered.items() if field not in self._inputs[kind]}
        return [
            replace(one, type=available[one.source].type if one.field in there else None)
            for one in _find_missing(kind, unread, known)
            if one.vanished or one.field in there
        ]

    def _read(self, kind: Kind) -> list[tuple[str, Rule]]:
        return [*self._rules[kind].items(), *self._inputs[kind].items()]

    def apply(self, record: Record) -> Mapped:
        """The record in our words. Unusable values are null and reported; nothing is raised because of a value."""
        return self._plans[record.kind].read(record)


def load_mapping(crm: str, override: abc.Mapping[str, object] | None, time_zone: ZoneInfo) -> Mapping:
    """The shipped mapping of a CRM with the override of the configuration laid over it, field by field.

    Raises MappingError with one line per fault.
    """
    return build_mapping(crm, parse_rules(override), time_zone)


def build_mapping(crm: str, override: Rules, time_zone: ZoneInfo) -> Mapping:
    """The same with an override that has been checked already."""
    return Mapping(lay_over(read_shipped(crm), override), time_zone, read_inputs(crm, override))


def _find_missing(kind: Kind, rules: abc.Mapping[str, Rule], known: Collection[str]) -> list[MissingField]:
    return [MissingField(kind, field, rule.source, rule.source in known) for field, rule in rules.items()]


def _find_fault(kind: Kind, field: str, rule: Rule, available: Schema, known: Collection[str]) -> str | None:
    """What is wrong with an admin's own rule, in one line."""
    info = available.get(rule.source)
    if info is None and rule.own and rule.source not in known:
        return _describe_absence(kind, field, rule.source, available)
    if info is not None and rule.typed and not can_read(rule.convert, info.type):
        return _describe_misfit(kind, field, rule, info)
    return None


def _describe_absence(kind: Kind, field: str, source: str, available: Schema) -> str:
    hint = f"{suggest(source, available)} " if available else "the organisation has no such records; "
    return (
        f"mapping.{kind}.{field}: the CRM has no field {source} on {kind}, or our user cannot see it; "
        f"{hint}Correct the name, or write null"
    )


def _describe_misfit(kind: Kind, field: str, rule: Rule, info: FieldInfo) -> str:
    return (
        f"mapping.{kind}.{field}: CRM field {info.name} is of type {info.type}, which cannot be read as "
        f"{rule.convert}; map another field, or give a table of its values"
    )
