"""The format of a mapping file, which is also the format of an admin's override in the configuration.

Kind by kind, our field: their field. A field is `null` (not mapped), the name of a CRM field, or that name with a table
of values and a converter:

    contact:
      department: null
      influence: influence_level
      stance: {field: attitude, values: {Ally: champion, Critic: opponent}}
      c_level: {field: seniority, values: {Executive: true}, convert: boolean}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from adapters.base import Kind
from mappings.fields import field_types, usable_converters


class MappingError(ValueError):
    """A mapping that cannot be used; `lines` say for people what is wrong, where, and how to mend it."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


class FieldRule(BaseModel):
    """Where one of our fields comes from: a CRM field, words laid over its value table, another converter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(min_length=1)
    values: dict[str, object] = {}
    convert: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, raw: object) -> object:
        """The short form is the name of the CRM field alone."""
        return {"field": raw} if isinstance(raw, str) else raw

    @field_validator("values", mode="before")
    @classmethod
    def _spell_keys(cls, raw: object) -> object:
        """YAML reads a bare yes, on or 3 as no text; the CRM's value is one."""
        if not isinstance(raw, Mapping):
            return raw
        return {word: ours for theirs, ours in raw.items() for word in _spell(theirs)}


def _spell(key: object) -> list[object]:
    if isinstance(key, bool):
        return ["true", "yes", "on"] if key else ["false", "no", "off"]
    return [str(key) if isinstance(key, int) else key]


Rules: TypeAlias = dict[Kind, dict[str, FieldRule | None]]
"""A mapping as it is written: None where a field is not mapped."""

_FILE: TypeAdapter[dict[str, dict[str, FieldRule | None]]] = TypeAdapter(dict[str, dict[str, FieldRule | None]])


def parse_rules(raw: object, place: str = "mapping") -> Rules:
    """Check a mapping as YAML gives it. Raises MappingError with one line per fault, each beginning with its place."""
    try:
        parsed = _FILE.validate_python({} if raw is None else raw)
    except ValidationError as error:
        raise MappingError(_describe_faults(error, place)) from None
    if faults := [fault for kind, rules in parsed.items() for fault in _find_faults(kind, rules, place)]:
        raise MappingError(faults)
    return {Kind(kind): rules for kind, rules in parsed.items()}


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint for people: the nearest of the known words, else all of them."""
    known = list(known)
    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return f"did you mean {by_lower[near[0]]}?" if near else f"known are {', '.join(known)}"


def _find_faults(kind: str, rules: Mapping[str, FieldRule | None], place: str) -> list[str]:
    if kind not in set(Kind):
        return [f"{place}.{kind}: there is no such kind of record; {suggest(kind, Kind)}"]
    known = field_types(Kind(kind))
    faults = [
        f"{place}.{kind}.{field}: there is no such field; {suggest(field, known)}"
        for field in rules
        if field not in known
    ]
    for field, rule in rules.items():
        if field in known and rule and rule.convert:
            faults += _find_converter_fault(Kind(kind), field, rule.convert, f"{place}.{kind}.{field}.convert")
    return faults


def _find_converter_fault(kind: Kind, field: str, convert: str, place: str) -> list[str]:
    usable = usable_converters(kind, field)
    if convert in usable:
        return []
    return [f"{place}: {convert} is no converter for {kind} {field}; {suggest(convert, usable)}"]


def _describe_faults(error: ValidationError, place: str) -> list[str]:
    faults = error.errors(include_input=False)
    misspelt = {fault["loc"][:-1] for fault in faults if _is_misspelt_field(fault)}
    return [
        _describe_fault(".".join([place, *map(str, fault["loc"])]), fault["type"], fault["msg"])
        for fault in faults
        if not (fault["type"] == "missing" and fault["loc"][:-1] in misspelt)
    ]


def _is_misspelt_field(fault: ErrorDetails) -> bool:
    """Whether this is the one required key of a rule, misspelt: then it is not missing as well."""
    return fault["type"] == "extra_forbidden" and bool(get_close_matches(str(fault["loc"][-1]), ["field"]))


def _describe_fault(place: str, kind: str, message: str) -> str:
    """One of pydantic's faults, for someone who writes a mapping."""
    match kind:
        case "extra_forbidden":
            key = place.rpartition(".")[2]
            return f"{place}: there is no such key; {suggest(key, FieldRule.model_fields)}"
        case "missing":
            return f"{place}: missing; name the CRM field to read, or write null for the whole rule"
        case "model_type":
            return f"{place}: write the name of a CRM field, null, or {{field: …, values: {{…}}, convert: …}}"
        case "string_too_short":
            return f"{place}: empty; name the CRM field to read, or write null for the whole rule"
        case "dict_type":
            return f"{place}: write a table of names and values here"
    return f"{place}: {message[0].lower()}{message[1:]}"
