"""Between a cell of a CSV file and a value: an empty cell is null, so an empty text cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType
from typing import get_args, get_type_hints

from sandbox.world.errors import WorldError

LIST_SEPARATOR = ";"
FILLED_IN = frozenset({"created_at", "modified_at"})
"""Columns that may be missing or empty although no record is without them: see csv_defaults.py."""


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read. `required`: neither null nor a default will do."""

    name: str
    parse: Callable[[str], object]
    required: bool

    def read(self, cell: str) -> object:
        """The value of a cell that is not empty. Raises WorldError saying why it has none."""
        try:
            return self.parse(cell)
        except (ValueError, ArithmeticError) as error:
            raise WorldError(f"{cell[:40]!r} is no {DESCRIPTIONS[self.parse]}") from error


def columns(record: type) -> dict[str, Column]:
    """The columns of a record type, by name."""
    hints = get_type_hints(record)
    optional = {field.name for field in fields(record) if (field.default, field.default_factory) != (MISSING, MISSING)}
    return {name: _column(name, hint, optional=name in optional | FILLED_IN) for name, hint in hints.items()}


def write_cell(value: object) -> str:
    """The cell of a value, which `Column.read` turns back into the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return LIST_SEPARATOR.join(value)
    return str(value)


def _column(name: str, hint: object, *, optional: bool) -> Column:
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    parse = _list if hint == list[str] else PARSERS[kinds[0]]
    return Column(name, parse, required=not optional and NoneType not in get_args(hint))


def _list(cell: str) -> list[str]:
    return cell.split(LIST_SEPARATOR)


def _bool(cell: str) -> bool:
    words = {"true": True, "false": False}
    if cell.lower() not in words:
        raise ValueError(cell)
    return words[cell.lower()]


def _decimal(cell: str) -> Decimal:
    number = Decimal(cell)
    if not number.is_finite():
        raise ValueError(cell)
    return number


def _moment(cell: str) -> datetime:
    moment = datetime.fromisoformat(cell)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


PARSERS: dict[object, Callable[[str], object]] = {
    str: str,
    int: int,
    bool: _bool,
    Decimal: _decimal,
    date: date.fromisoformat,
    datetime: _moment,
}
DESCRIPTIONS: dict[Callable[[str], object], str] = {
    str: "text",
    _list: "list of texts",
    int: "whole number",
    _bool: "yes/no value: write true or false",
    _decimal: "number: write it with a point and without thousands separators",
    date.fromisoformat: "date: write 2026-10-31",
    _moment: "instant: write 2026-10-31T12:00:00Z",
}
