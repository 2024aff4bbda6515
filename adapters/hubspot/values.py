"""Our values as HubSpot's text, checked before they leave: one bad value can make HubSpot refuse its whole batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar

from adapters.base import FieldInfo, FieldSpec, FieldType, Value
from adapters.errors import SkippableError
from adapters.hubspot.answers import read_instant
from adapters.numbers import read_number
from adapters.texts import is_sendable

Read = TypeVar("Read")

CLEARED = ""
"""What empties a property; null leaves it as it is."""

LARGEST = Decimal(10) ** 15
"""Numbers from here on are not kept exactly: HubSpot computes with doubles, which have 15 sure digits."""

LONGEST_TEXT_KPI = 255
"""Characters of a text field of ours."""


class UnfitValueError(SkippableError):
    """A value that HubSpot would refuse or garble; `field` names the property, the message does not hold the value."""

    def __init__(self, message: str, *, code: str, field: str) -> None:
        super().__init__(message, code=code)
        self.field = field


def to_wire(value: Value, info: FieldInfo, spec: FieldSpec) -> str:
    """The value as HubSpot takes it for this property. Raises UnfitValueError for one that must not leave."""
    if not info.writable:
        raise _unfit(info, "READ_ONLY_VALUE", "HubSpot computes this property or keeps it read-only")
    if value is None:
        return CLEARED
    write = _WRITERS.get(info.type, _text)
    return write(value, info, spec)


def from_wire(raw: object, spec: FieldSpec) -> Value:
    """The value that a property's text stands for. Raises SkippableError for text that to_wire cannot have made."""
    if raw is None or raw == CLEARED:
        return None
    match spec.type:
        case FieldType.DATE:
            return _read_date(raw)
        case FieldType.MOMENT:
            return _readable(read_instant(raw))
        case FieldType.TEXT | FieldType.CHOICE:
            return str(raw)
        case FieldType.YES_NO:
            return _readable({"true": True, "false": False}.get(str(raw).lower()))
    number = read_number(raw, spec.scale)
    return int(number) if spec.type is FieldType.COUNT and number == int(number) else number


def _read_date(raw: object) -> date:
    """A date comes as such, or as its midnight in UTC."""
    with suppress(ValueError):
        return date.fromisoformat(str(raw))
    instant = _readable(read_instant(raw))
    return _readable(instant.date() if instant.time() == time() else None)


def _readable(value: Read | None) -> Read:
    if value is None:
        raise SkippableError("the property holds nothing that we could have written", code="UNREADABLE")
    return value


def _number(value: Value, info: FieldInfo, _: FieldSpec) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _unfit(info, "INVALID_NUMBER", "the property takes a number")
    number = Decimal(value)
    if not number.is_finite():
        raise _unfit(info, "INVALID_NUMBER", "the value is no finite number")
    if abs(number) >= LARGEST:
        raise _unfit(info, "NUMBER_TOO_LARGE", "the number has more than 15 digits before the point")
    # no exponent and no negative zero
    return format(number, "f") if number else "0"


def _date(value: Value, info: FieldInfo, _: FieldSpec) -> str:
    """A calendar date as such, so that no time zone of any machine can shift it."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _unfit(info, "INVALID_DATE", "the property takes a date")
    return value.isoformat()


def _moment(value: Value, info: FieldInfo, _: FieldSpec) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _unfit(info, "INVALID_DATE", "the property takes an instant with its time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bool(value: Value, info: FieldInfo, _: FieldSpec) -> str:
    if not isinstance(value, bool):
        raise _unfit(info, "INVALID_BOOLEAN", "the property takes yes or no")
    return "true" if value else "false"


def _option(value: Value, info: FieldInfo, _: FieldSpec) -> str:
    """One of the property's options, or several joined by semicolons where it takes several."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    chosen = text.split(";") if info.several else [text]
    if any(option not in info.options for option in chosen):
        raise _unfit(info, "INVALID_OPTION", "the value is none of the property's options")
    return text


def _text(value: Value, info: FieldInfo, spec: FieldSpec) -> str:
    if not isinstance(value, str):
        raise _unfit(info, "INVALID_STRING", "the property takes text")
    longest = LONGEST_TEXT_KPI if spec.type is FieldType.TEXT else info.length
    if longest is not None and len(value) > longest:
        raise _unfit(info, "STRING_TOO_LONG", f"the text has {len(value)} characters; at most {longest} fit")
    if not is_sendable(value):
        raise _unfit(info, "INVALID_STRING", "the text holds characters that cannot be sent")
    return value


_WRITERS: Mapping[str, Callable[[Value, FieldInfo, FieldSpec], str]] = {
    "number": _number,
    "date": _date,
    "datetime": _moment,
    "bool": _bool,
    "enumeration": _option,
}


def _unfit(info: FieldInfo, code: str, why: str) -> UnfitValueError:
    return UnfitValueError(f"{info.name}: {why}; not sent", code=code, field=info.name)
