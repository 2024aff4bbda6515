"""Values as the text under which they are remembered, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from adapters.base import FieldSpec, FieldType, Value
from connector.store.ledger_tables import UNREADABLE


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
