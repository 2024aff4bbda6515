"""What each search operator means for each type of property."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sandbox.hubspot.answers.errors import ApiError, invalid
from sandbox.hubspot.endpoints.search_request import Filter
from sandbox.hubspot.schema.catalogue import Catalogue
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.instants import EPOCH_VALUE, parse_date, parse_instant, to_ms
from sandbox.hubspot.schema.values import NUMBER

Comparable: TypeAlias = float | str
Test: TypeAlias = Callable[[str | None], bool]
TOKEN = re.compile(r"[\w*]+")
ORDERED: Mapping[str, Callable[[Comparable, Comparable], bool]] = {
    "LT": lambda one, other: _order(one, other) < 0,
    "LTE": lambda one, other: _order(one, other) <= 0,
    "GT": lambda one, other: _order(one, other) > 0,
    "GTE": lambda one, other: _order(one, other) >= 0,
    "EQ": lambda one, other: one == other,
    "NEQ": lambda one, other: one != other,
}


def definition_of(catalogue: Catalogue, name: str) -> Property:
    """The property that a filter or sort names. Raises ApiError (400) for an unknown one."""
    definition = catalogue.live(name)
    if definition is None:
        raise invalid(f"Property '{name}' does not exist.", context={"propertyName": [name]})
    return definition


def comparable(definition: Property, value: str) -> Comparable:
    """A stored value as something to compare: numbers and instants as numbers, text whatever its case."""
    if definition.type == "number":
        return float(value)
    if definition.type in {"date", "datetime"}:
        instant = parse_instant(f"{value}T00:00:00Z" if parse_date(value) else value)
        return to_ms(instant) if instant else value
    return value.lower()


def sent_comparable(definition: Property, one: Filter, value: str | None) -> Comparable:
    """A value of a filter. Raises ApiError (400) unless numbers are numbers and instants epoch milliseconds."""
    if value is None:
        raise bad(one, "needs a value")
    if definition.type in {"date", "datetime"} and not EPOCH_VALUE.fullmatch(value):
        raise bad(one, f"needs epoch milliseconds, but has {value}")
    if definition.type == "number" and not NUMBER.fullmatch(value):
        raise bad(one, f"needs a number, but has {value}")
    return float(value) if definition.type in {"date", "datetime", "number"} else value.lower()


def bad(one: Filter, why: str) -> ApiError:
    """A filter that cannot be answered."""
    return invalid(f"Filter {one.operator} on {one.name} {why}.", context={"propertyName": [one.name]})


def test_for(definition: Property, one: Filter) -> Test:
    """The test that a filter makes of a property's value; only NOT_HAS_PROPERTY is true of a missing one."""
    if one.operator == "HAS_PROPERTY":
        return lambda value: value is not None
    if one.operator == "NOT_HAS_PROPERTY":
        return lambda value: value is None
    test = _test_of_value(definition, one)
    return lambda value: value is not None and test(value)


def _test_of_value(definition: Property, one: Filter) -> Callable[[str], bool]:
    if one.operator in ORDERED:
        compare, bound = ORDERED[one.operator], sent_comparable(definition, one, one.value)
        return lambda value: compare(comparable(definition, value), bound)
    if one.operator == "BETWEEN":
        return _between(definition, one)
    if one.operator in {"IN", "NOT_IN"}:
        return _among(definition, one)
    if one.operator in {"CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}:
        return _containing(one)
    raise bad(one, "is not an operator that this sandbox knows")


def _between(definition: Property, one: Filter) -> Callable[[str], bool]:
    low, high = sent_comparable(definition, one, one.value), sent_comparable(definition, one, one.high)
    return lambda value: _order(comparable(definition, value), low) >= 0 >= _order(comparable(definition, value), high)


def _among(definition: Property, one: Filter) -> Callable[[str], bool]:
    if not one.values:
        raise bad(one, "needs values")
    # text is compared in lower case, and HubSpot documents that values must be sent so: others match nothing
    wanted = {value if definition.type == "string" else sent_comparable(definition, one, value) for value in one.values}
    inside = one.operator == "IN"
    return lambda value: (comparable(definition, value) in wanted) is inside


def _containing(one: Filter) -> Callable[[str], bool]:
    if one.value is None or not TOKEN.fullmatch(one.value):
        raise bad(one, "needs one word, with or without *")
    pattern = re.compile(".*".join(map(re.escape, one.value.lower().split("*"))))
    inside = one.operator == "CONTAINS_TOKEN"
    return lambda value: any(map(pattern.fullmatch, re.split(r"\W+", value.lower()))) is inside


def _order(one: Comparable, other: Comparable) -> int:
    if isinstance(one, str) or isinstance(other, str):
        return (str(one) > str(other)) - (str(one) < str(other))
    return (one > other) - (one < other)
