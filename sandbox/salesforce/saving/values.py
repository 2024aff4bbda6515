"""Turns what a client writes into what a record keeps, or refuses it in Salesforce's words.

Extra decimals are rounded to the field's scale, too many digits before the point are refused, text too long is refused
and never cut, and a percent is kept as the number shown: 12.5 is 12.5 %.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeVar

from sandbox.salesforce.schema.errors import ApiError, MalformedRequestError
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.schema.ids import read_id
from sandbox.salesforce.schema.moments import print_second, read_day, read_moment

Moment = TypeVar("Moment", date, datetime)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LARGEST_INT = 2**31 - 1
YEARS = range(1700, 4001)
"""Dates that a date field takes (object reference, "Primitive Data Types")."""


def store(field: Field, value: object) -> object:
    """The value as the record keeps it; None clears the field. Raises the row's error, or the request's."""
    if value is None or value == "":
        if field.type == "boolean":
            raise _wrong_type(field, value)
        return None
    if isinstance(value, dict | list) or field.type == "address":
        raise _unreadable(field.type, value)
    return CONVERSIONS.get(field.type, _store_text)(field, value)


def _store_text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _unreadable("string", value)
    if len(value) > field.length:
        message = f"{field.label}: data value too large: {value} (max length={field.length})"
        raise ApiError("STRING_TOO_LONG", message, [field.name])
    return value


def _store_email(field: Field, value: object) -> str:
    text = _store_text(field, value)
    if not EMAIL.fullmatch(text):
        raise ApiError("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name])
    return text


def _store_choice(field: Field, value: object) -> str:
    text = _store_text(field, value)
    if field.restricted and text not in field.values():
        raise _bad_choice(field, text)
    return text


def _store_choices(field: Field, value: object) -> str:
    chosen = dict.fromkeys(part.strip() for part in _store_text(field, value).split(";"))
    for text in chosen:
        if field.restricted and text not in field.values():
            raise _bad_choice(field, text)
    return ";".join(text for text in chosen if text)


def _bad_choice(field: Field, text: str) -> ApiError:
    message = f"{field.label}: bad value for restricted picklist field: {text}"
    return ApiError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [field.name])


def _store_boolean(field: Field, value: object) -> bool:
    if value in {"true", "false"}:
        return value == "true"
    if not isinstance(value, bool):
        raise _wrong_type(field, value)
    return value


def _store_number(field: Field, value: object) -> Decimal:
    number = _read_number(value)
    ceiling = Decimal(10) ** (field.precision - field.scale)
    # a number as large as this would not even fit what quantize can hold
    rounded = number if abs(number) >= ceiling else _round(number, field.scale)
    if abs(rounded) >= ceiling:
        raise _out_of_range(field, value)
    return rounded


def _round(number: Decimal, scale: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


def _store_int(field: Field, value: object) -> int:
    number = _read_number(value)
    if number % 1:
        raise _wrong_type(field, value)
    if abs(number) > LARGEST_INT or len(str(abs(int(number)))) > field.digits:
        raise _out_of_range(field, value)
    return int(number)


def _read_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _unreadable("double", value)
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise _unreadable("double", value) from error
    if not number.is_finite():
        raise _unreadable("double", value)
    return number


def _out_of_range(field: Field, value: object) -> ApiError:
    message = f"{field.label}: value outside of valid range on numeric field: {value}"
    return ApiError("NUMBER_OUTSIDE_VALID_RANGE", message, [field.name])


def _store_date(field: Field, value: object) -> str:
    # a time is taken for its day
    day = _read("date", value, lambda text: read_moment(text).date() if "T" in text else read_day(text))
    if day.year not in YEARS:
        raise _wrong_type(field, value)
    return day.isoformat()


def _store_moment(field: Field, value: object) -> str:
    moment = _read("datetime", value, read_moment)
    if moment.year not in YEARS:
        raise _wrong_type(field, value)
    return print_second(moment)


def _store_reference(field: Field, value: object) -> str:
    identity = read_id(value) if isinstance(value, str) else None
    if identity is None:
        raise ApiError("MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", [field.name])
    return identity


def _read(kind: str, value: object, read: Callable[[str], Moment]) -> Moment:
    if not isinstance(value, str):
        raise _unreadable(kind, value)
    try:
        return read(value)
    except ValueError as error:
        raise _unreadable(kind, value) from error


def _wrong_type(field: Field, value: object) -> ApiError:
    message = f"{field.label}: value not of required type: {value}"
    return ApiError("INVALID_TYPE_ON_FIELD_IN_RECORD", message, [field.name])


def _unreadable(kind: str, value: object) -> MalformedRequestError:
    names = {bool: "VALUE_TRUE", str: "VALUE_STRING", int: "VALUE_NUMBER_INT", Decimal: "VALUE_NUMBER_FLOAT"}
    name = names.get(type(value), "START_OBJECT")
    message = f"Cannot deserialize instance of {kind} from {name} value {value}"
    return MalformedRequestError("JSON_PARSER_ERROR", message)


CONVERSIONS: dict[str, Callable[[Field, object], object]] = {
    "email": _store_email,
    "picklist": _store_choice,
    "multipicklist": _store_choices,
    "boolean": _store_boolean,
    "currency": _store_number,
    "double": _store_number,
    "percent": _store_number,
    "int": _store_int,
    "date": _store_date,
    "datetime": _store_moment,
    "reference": _store_reference,
}
