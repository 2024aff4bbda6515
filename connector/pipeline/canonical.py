"""Values as the text under which they are remembered, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from adapters.base import FieldSpec, FieldType, Value
from connector.store.ledger_tables import UNREADABLE

_NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.FRACTION, FieldType.COUNT})


def canonical(value: Value) -> str | None:
    """A value as the text under which it is remembered; equal values give equal text on every database."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def agree(spec: FieldSpec, one: str | None, other: str | None) -> bool:
    """Whether two remembered values are one: numbers are where no double tells them apart.

    A CRM may keep more digits of a number than it prints: Salesforce prints doubles, whose 17th digit is nobody's.
    """
    if one == other:
        return True
    if one is None or other is None or spec.type not in _NUMBERS:
        return False
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def restore(spec: FieldSpec, text: str | None) -> Value:
    """The value that was remembered as this text. Raises ValueError for text that no value of this field has."""
    if text is not None and text.startswith(UNREADABLE):
        raise ValueError("what the field held was no value of ours")
    if text is None or spec.type is FieldType.TEXT:
        return text
    match spec.type:
        case FieldType.YES_NO:
            return _restore_answer(text)
        case FieldType.DATE:
            return date.fromisoformat(text)
        case FieldType.MOMENT:
            return datetime.fromisoformat(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("no number") from None
    return int(number) if spec.type is FieldType.COUNT and text.lstrip("-").isdecimal() else number


def _restore_answer(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("neither true nor false")
    return text == "true"
