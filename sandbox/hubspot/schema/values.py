"""Which values a property takes, and how HubSpot keeps them: always as text, never as what was sent.

The error words are HubSpot's (INVALID_OPTION, PROPERTY_DOESNT_EXIST, … as reported in public issues); a date is
`YYYY-MM-DD` or an epoch value exactly at midnight UTC; `""` clears.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from math import isinf

from sandbox.hubspot.answers.errors import Problem
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.instants import parse_date, parse_instant, to_short_text, to_text

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
LONGEST_TEXT = 65_536


class RefusedValueError(Exception):
    """A value that its property does not take; `error` is HubSpot's word."""

    def __init__(self, error: str, message: str) -> None:
        """Keep HubSpot's word beside the message."""
        super().__init__(message)
        self.error = error


def as_text(sent: object) -> str:
    """A JSON value as text: recordings show that numbers and booleans are taken too; null clears like `""`."""
    if sent is None:
        return ""
    if isinstance(sent, bool):
        return "true" if sent else "false"
    return str(sent)


def accept(definition: Property, sent: object) -> str | Problem:
    """The value as it is kept, or why it is refused."""
    value = as_text(sent)
    if value == "":
        return value
    try:
        return NORMALISERS[definition.type](definition, value)
    except RefusedValueError as refusal:
        return Problem(definition.name, refusal.error, str(refusal))


def _string(definition: Property, value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise RefusedValueError(
            "PROPERTY_VALUE_TOO_LONG", f"{definition.name} is longer than {LONGEST_TEXT} characters"
        )
    return value


def _number(_: Property, value: str) -> str:
    if not NUMBER.fullmatch(value.strip()) or isinf(float(value)):
        # HubSpot says INVALID_INTEGER for decimals as well (error documentation)
        raise RefusedValueError("INVALID_INTEGER", f"{value} was not a valid number.")
    return value.strip()


def _date(_: Property, value: str) -> str:
    day = parse_date(value)
    if day is not None:
        return day.isoformat()
    instant = parse_instant(value)
    if instant is None:
        raise RefusedValueError("INVALID_DATE", f"{value} was not a valid date.")
    if instant.time() != time(0):
        raise RefusedValueError("INVALID_DATE", f"{value} is at {instant:%H:%M:%S} UTC, not midnight!")
    return f"{instant:%Y-%m-%d}"


def _datetime(definition: Property, value: str) -> str:
    day = parse_date(value)
    instant = parse_instant(f"{day.isoformat()}T00:00:00Z" if day else value)
    if instant is None:
        raise RefusedValueError("INVALID_DATE", f"{value} was not a valid date.")
    return to_short_text(instant) if definition.name == "closedate" else to_text(instant)


def _bool(_: Property, value: str) -> str:
    if value.lower() not in {"true", "false"}:
        raise RefusedValueError("INVALID_OPTION", f"{value} was not one of the allowed options: [true, false]")
    return value.lower()


def _enumeration(definition: Property, value: str) -> str:
    chosen = value.split(";") if definition.field_type == "checkbox" else [value]
    allowed = [option.value for option in definition.options]
    for one in chosen:
        if one and one not in allowed:
            raise RefusedValueError(
                "INVALID_OPTION", f"{one} was not one of the allowed options: [{', '.join(allowed)}]"
            )
    return value


NORMALISERS: dict[str, Callable[[Property, str], str]] = {
    "string": _string,
    "phone_number": _string,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "bool": _bool,
    "enumeration": _enumeration,
}


def long_double(value: float) -> str:
    """A computed number as recorded: the double's exact decimal expansion, which can run to 55 decimals."""
    return format(Decimal(value), "f")
