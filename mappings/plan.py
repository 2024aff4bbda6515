"""How the records of one kind are read, worked out once: each field of ours, its source, the function that reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from adapters.base import Kind, Record
from mappings import converters
from mappings.converters import UnusableValueError
from mappings.fields import field_types
from mappings.words import SETTLE, Table, Words, default_tables, fit_report, normalise, read_words

Converter = Callable[[object], object]

_CONVERTERS: Mapping[str, Converter] = {
    "text": converters.to_text,
    "reference": converters.to_reference,
    "domain": converters.to_domain,
    "number": converters.to_number,
    "fraction": converters.to_fraction,
    "percent": converters.to_fraction_from_percent,
    "whole": converters.to_whole,
    "boolean": converters.to_boolean,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one of our fields comes from. `own`: an admin wrote it; `typed`: the CRM field's type must fit."""

    source: str
    convert: str
    table: Table
    own: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot be used; `message` is for people and does not repeat it."""

    field: str
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A record in our words. `values` holds every field of the kind, or none where an archived record came without.

    A field that vanished from the CRM is left out of `values`: what we knew of it stays. `unknown_words`: our field
    and the word that no value table knows, each word under the first field that reads it.
    """

    kind: Kind
    id: str
    modified_at: datetime | None
    archived: bool
    merged_into: str | None
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    unknown_words: tuple[tuple[str, str], ...] = ()


class Plan:
    """The reading of one kind; `vanished` fields are left alone.

    `inputs`: where reps fill account plans, rules that go before the others wherever something is filled in.
    """

    def __init__(
        self,
        kind: Kind,
        rules: Mapping[str, Rule],
        time_zone: ZoneInfo,
        *,
        inputs: Mapping[str, Rule] = MappingProxyType({}),
        vanished: Collection[str] = (),
    ) -> None:
        self._empty = dict.fromkeys(field for field in field_types(kind) if field not in vanished)
        # the last to say something is heard
        self._steps = [
            (field, rule.source, _find_reader(rule, beside, time_zone), _reports(field, rule, beside))
            for beside in (rules, inputs)
            for field, rule in beside.items()
        ]

    def read(self, record: Record) -> Mapped:
        """The record in our words; never raises because of a value."""
        if record.archived and not record.fields:
            return _wrap(record, {}, [], [])
        values: dict[str, object] = dict(self._empty)
        problems: list[Problem] = []
        unknown: list[tuple[str, str]] = []
        for field, source, convert, reports in self._steps:
            raw = record.fields.get(source)
            if raw is None or raw == "":
                continue
            try:
                value = convert(raw)
            except UnusableValueError as error:
                problems.append(Problem(field, source, str(error)))
                continue
            if isinstance(value, Words):
                unknown += [(field, word) for word in value.unknown if reports]
                value = value.value
            values[field] = value
        return _wrap(record, values, problems, unknown)


def find_converter(name: str, time_zone: ZoneInfo) -> Converter:
    """The function of an open converter."""
    match name:
        case "date":
            return partial(converters.to_date, time_zone=time_zone)
        case "moment":
            return partial(converters.to_moment, time_zone=time_zone)
    return _CONVERTERS[name]


def _find_reader(rule: Rule, rules: Mapping[str, Rule], time_zone: ZoneInfo) -> Converter:
    """The function that reads a rule's source; it returns Words where a table may not know the value."""
    if rule.convert in SETTLE:
        return partial(read_words, converter=rule.convert, table=rule.table, elsewhere=_tables_beside(rule, rules))
    convert = find_converter(rule.convert, time_zone)
    return partial(_look_up, convert, rule.table) if rule.table else convert


def _look_up(convert: Converter, table: Table, value: object) -> object:
    """What the table says of a value, else what the converter makes of it."""
    word = converters.to_text(value)
    if word is not None and (key := normalise(word)) in table:
        return table[key]
    try:
        return convert(value)
    except UnusableValueError:
        return Words(None, (fit_report(word or ""),))


def _tables_beside(rule: Rule, rules: Mapping[str, Rule]) -> tuple[Table, ...]:
    """The tables that know a word besides the rule's own: those of other fields on its source, and of role and stance.

    HubSpot keeps roles and stances in one property: CHAMPION there is no role, and no unknown word either.
    """
    beside = [other.table for other in rules.values() if other.source == rule.source and other is not rule]
    if rule.convert in {"role", "stance"}:
        beside += [default_tables()["role"], default_tables()["stance"]]
    return tuple(beside)


def _reports(field: str, rule: Rule, rules: Mapping[str, Rule]) -> bool:
    """Whether this field reports unknown words: of several closed fields on one source, the first does."""
    readers = [name for name, other in rules.items() if other.source == rule.source and other.convert in SETTLE]
    return rule.convert not in SETTLE or readers[0] == field


def _wrap(record: Record, values: Mapping[str, Any], problems: list[Problem], unknown: list[tuple[str, str]]) -> Mapped:
    return Mapped(
        record.kind,
        record.id,
        record.modified_at,
        record.archived,
        record.merged_into,
        values,
        tuple(problems),
        tuple(unknown),
    )
