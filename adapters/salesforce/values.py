"""Our values as Salesforce keeps them, checked against the describe before anything leaves.

What cannot be stored as it is raises SkippableError with the code that Salesforce itself would have answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from adapters.base import FieldSpec, FieldType, Value
from adapters.errors import SkippableError
from adapters.numbers import parse_number, read_number
from adapters.salesforce.describe import list_options
from adapters.salesforce.wire import Row
from adapters.texts import is_sendable

_NUMBERS = {"double", "int", "long", "percent", "currency"}
_CHOICES = {"picklist", "combobox"}
_ANSWERS = ("Yes", "No")
_TEXTS = {"string", "textarea", "url", "email", "phone"}


def encode(value: Value, field: Row, spec: FieldSpec | None) -> object:
    """The value to send for a described field; None clears it."""
    if not field.get("updateable"):
        raise _unfit("INVALID_FIELD_FOR_INSERT_UPDATE", "the running user may not edit the field; run `fields apply`")
    if value is None:
        return None
    kind = str(field.get("type"))
    if kind in _NUMBERS:
        return _encode_number(value, field, spec)
    if kind in _CHOICES:
        return _encode_choice(value, field)
    if kind in _TEXTS:
        return _encode_text(value, field)
    return _encode_plain(value, kind)


def decode(raw: object, field: Row, spec: FieldSpec) -> Value:
    """The value that encode sent for a field. Raises SkippableError for what it cannot have sent."""
    if raw is None or raw == "":
        return None
    match spec.type:
        case FieldType.DATE | FieldType.MOMENT:
            return _decode_time(raw, spec.type)
        case FieldType.TEXT | FieldType.CHOICE:
            return str(raw)
        case FieldType.YES_NO:
            return _decode_answer(raw)
    is_percentage = spec.type is FieldType.FRACTION and field.get("type") == "percent"
    number = read_number(parse_number(raw).scaleb(-2 if is_percentage else 0), spec.scale)
    return int(number) if spec.type is FieldType.COUNT and number == int(number) else number


def write_json(value: object) -> str:
    """JSON in which a Decimal is a number with exactly its own digits: a float on the way could change them."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{write_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(write_json, value)) + "]"
    return json.dumps(value, allow_nan=False)


def _encode_number(value: Value, field: Row, spec: FieldSpec | None) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _misfit("a number")
    number = Decimal(value)
    if not number.is_finite():
        raise _unfit("NUMBER_OUTSIDE_VALID_RANGE", "not a number that can be stored")
    if spec and spec.type is FieldType.FRACTION and field.get("type") == "percent":
        number = number.scaleb(2)  # Salesforce keeps a percentage as it is shown: 62.50 for 0.625
    return _fit(number, int(field.get("precision") or 0), int(field.get("scale") or 0))


def _fit(number: Decimal, precision: int, scale: int) -> Decimal:
    """Rounded to the field's decimals; too many digits before the point are an error. Precision 0: not limited."""
    whole_digits = (precision or 18) - scale
    if number.adjusted() <= whole_digits:
        number = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN)
    if abs(number) >= Decimal(10) ** whole_digits:
        raise _unfit("NUMBER_OUTSIDE_VALID_RANGE", f"the field takes {whole_digits} digits before the point")
    return number or abs(number)  # no "-0.00"


def _encode_choice(value: Value, field: Row) -> str:
    text = {True: "Yes", False: "No"}[value] if isinstance(value, bool) else value
    if not isinstance(text, str):
        raise _misfit("one of its values")
    if field.get("restrictedPicklist") and text not in list_options(field):
        raise _unfit("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "the picklist does not have this value")
    return text


def _encode_text(value: Value, field: Row) -> str:
    """Length is counted in UTF-16 units, as Salesforce's own runtime does: an emoji takes two."""
    if not isinstance(value, str):
        raise _misfit("text")
    length = int(field.get("length") or 0)
    if length and len(value.encode("utf-16-le", "surrogatepass")) // 2 > length:
        raise _unfit("STRING_TOO_LONG", f"the field takes {length} characters")
    if not is_sendable(value):
        raise _unfit("JSON_PARSER_ERROR", "the text holds characters that cannot be sent")
    return value


def _encode_plain(value: Value, kind: str) -> object:
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if kind == "datetime" and isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise _misfit(f"a value of type {kind}")


def _decode_time(raw: object, kind: FieldType) -> date | datetime:
    try:
        if kind is FieldType.DATE:
            return date.fromisoformat(str(raw))
        moment = datetime.fromisoformat(str(raw))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable() from None
    raise _unreadable()


def _decode_answer(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw not in _ANSWERS:
        raise _unreadable()
    return raw == "Yes"


def _unreadable() -> SkippableError:
    return _unfit("UNREADABLE", "the field holds nothing that we could have written")


def _misfit(expected: str) -> SkippableError:
    return _unfit("INVALID_TYPE_ON_FIELD_IN_RECORD", f"the field takes {expected}")


def _unfit(code: str, reason: str) -> SkippableError:
    return SkippableError(f"not sent: {reason}", code=code)
