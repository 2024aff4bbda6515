"""Pure converters: what a CRM gives → our value, None where it says nothing, or UnusableValueError.

CRMs spell the same thing in many ways. HubSpot sends every value as text, some numbers with fifty decimals, and
instants with or without milliseconds; Salesforce sends JSON numbers, and instants that end in "+0000"; its bulk results
give epoch milliseconds. A converter accepts each of these spellings and refuses whatever could mean two things.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from zoneinfo import ZoneInfo


class UnusableValueError(ValueError):
    """The value cannot be what the field should hold; the message says why, without the value: it may be personal."""


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_SURROGATES = re.compile("[\ud800-\udfff\x00]")
_MOST_DECIMALS = 12
_PLACES = Decimal(1).scaleb(-_MOST_DECIMALS)
_ROUNDING = Context(prec=60)
_MOST_DIGITS = 18
_HUNDRED = 100
_LARGEST_WHOLE = 2**31 - 1
_FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEWEST_EPOCH_MS = 10**9
_TRUTHS = {"true": True, "false": False}


def to_text(value: object) -> str | None:
    """Text without surrounding blanks, nor the characters that no database stores (NUL, halves of a character)."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, (int, float, Decimal)):
        text = _write_number(value)
    else:
        raise UnusableValueError("is not a text")
    if not text.isascii() or "\x00" in text:
        text = _SURROGATES.sub("", text)
    return text.strip() or None


def _write_number(value: float | Decimal) -> str:
    """A number as a person writes it: Salesforce sends the whole number 4 as 4.0."""
    number = to_number(value) or Decimal(0)
    return f"{number.quantize(Decimal(1)) if number == number.to_integral_value() else number:f}"


def to_reference(value: object) -> str | None:
    """The id of another record, as text."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise UnusableValueError("is not the id of a record")
    return to_text(value)


def to_domain(value: object) -> str | None:
    """The bare domain of a web address: "https://www.acme.com/fr" → "acme.com"."""
    text = to_text(value)
    if text is None:
        return None
    host = text.lower().split("://", maxsplit=1)[-1]
    return re.split(r"[/?#:]", host, maxsplit=1)[0].removeprefix("www.") or None


def to_number(value: object) -> Decimal | None:
    """An exact number, at most 18 digits before and 12 after the point; a printed double is what it stands for."""
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            raise UnusableValueError("is not a number")
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise UnusableValueError("is not a number")
    return _tidy(Decimal(repr(value) if isinstance(value, float) else value))


def _tidy(number: Decimal) -> Decimal:
    """Bounded digits: 0.200000000000000011102230246251565404236316680908203125 is how HubSpot writes 0.2."""
    if not number.is_finite():
        raise UnusableValueError("is not a number")
    if not number:
        return Decimal(0)
    if number.adjusted() >= _MOST_DIGITS:
        raise UnusableValueError(f"is a number of more than {_MOST_DIGITS} digits")
    if not _is_short(number) and Decimal(float(number)) == number:
        number = Decimal(repr(float(number)))
    if _is_short(number):
        return number
    return number.quantize(Decimal(1) if number == number.to_integral_value() else _PLACES, context=_ROUNDING)


def _is_short(number: Decimal) -> bool:
    return number.as_tuple().exponent in range(-_MOST_DECIMALS, 1)


def to_whole(value: object) -> int | None:
    """A whole number that a database integer holds; "3.0" is 3, "3.5" is unusable."""
    number = to_number(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise UnusableValueError("is not a whole number")
    if abs(number) > _LARGEST_WHOLE:
        raise UnusableValueError("is too large a whole number")
    return int(number)


def to_fraction(value: object) -> Decimal | None:
    """A share from 0 to 1."""
    number = to_number(value)
    if number is not None and not 0 <= number <= 1:
        raise UnusableValueError("is not a fraction from 0 to 1")
    return number


def to_fraction_from_percent(value: object) -> Decimal | None:
    """A share from 0 to 1 of a number from 0 to 100: Salesforce stores a percentage as it shows it."""
    number = to_number(value)
    if number is None:
        return None
    if not 0 <= number <= _HUNDRED:
        raise UnusableValueError("is not a percentage from 0 to 100")
    return _tidy(number.scaleb(-2)) if number else number


def to_boolean(value: object) -> bool | None:
    """Yes or no, as JSON or as the words true and false."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise UnusableValueError("is neither true nor false")
    word = value.strip().lower()
    if word and word not in _TRUTHS:
        raise UnusableValueError("is neither true nor false")
    return _TRUTHS.get(word)


def to_date(value: object, time_zone: ZoneInfo) -> date | None:
    """A calendar date; of an instant, the date it has in this time zone."""
    if isinstance(value, str) and not (value := value.strip()):
        return None
    if day := _read_day(value):
        return day
    try:
        return _read_instant(value).astimezone(time_zone).date()
    except OverflowError as error:
        raise UnusableValueError("is not a date") from error


def to_moment(value: object, time_zone: ZoneInfo) -> datetime | None:
    """An instant, in UTC; a mere date is the start of that day in this time zone."""
    if isinstance(value, str) and not (value := value.strip()):
        return None
    day = _read_day(value)
    instant = datetime.combine(day, time.min, time_zone) if day else _read_instant(value)
    try:
        found = instant.astimezone(UTC)
    except OverflowError as error:
        raise UnusableValueError("is not a date and time") from error
    if not _FIRST <= found <= _LAST:
        raise UnusableValueError("is at the end of the calendar, where it has no date in other time zones")
    return found


def _read_day(value: object) -> date | None:
    """The date that the value is, or None where it is no mere date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) != len("2026-12-31"):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _read_instant(value: object) -> datetime:
    if isinstance(value, str):
        return _read_epoch(int(value)) if _INTEGER.fullmatch(value) else _read_iso(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _read_epoch(value)
    if isinstance(value, datetime) and value.tzinfo:
        return value
    raise UnusableValueError("is not a date and time with its time zone")


def _read_iso(text: str) -> datetime:
    """An ISO instant; without a time zone it could be any of many, so it is refused."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnusableValueError("is not a date") from error
    if instant.tzinfo is None:
        raise UnusableValueError("is a time without its time zone")
    return instant


def _read_epoch(milliseconds: int) -> datetime:
    """Milliseconds since 1970; a small number is more likely a year or a compact date, so it is refused."""
    if abs(milliseconds) < _FEWEST_EPOCH_MS:
        raise UnusableValueError("is not a date")
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise UnusableValueError("is not a date") from error
