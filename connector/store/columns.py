"""Column types that hold the same value, to the last digit, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum as PythonEnum
from typing import Any, TypeAlias, cast

from sqlalchemy import DateTime, Dialect, Enum, Numeric, String, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

Reader: TypeAlias = Callable[[Any], Any]
"""Makes our value of the driver's; SQLAlchemy's own ways there are several calls longer, for every value of a row."""


class Exact(TypeDecorator[Decimal]):
    """A Decimal without loss: NUMERIC where the database has it, text in SQLite, whose numbers are floats."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text for SQLite, unbounded NUMERIC elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:  # noqa: ANN401 - the driver's type
        """Plain digits for SQLite; `format` keeps them free of exponents."""
        return format(value, "f") if value is not None and dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:  # noqa: ARG002 - SQLAlchemy's signature
        """The Decimal again, without the trailing zeros that only one of the databases keeps."""
        return _read_digits if dialect.name == "sqlite" else _trim


class Moment(TypeDecorator[datetime]):
    """An aware instant, kept in UTC and read back aware; a naive one is an error."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TIMESTAMP WITH TIME ZONE where the database has it."""
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Moves it to UTC. Raises ValueError for a naive instant, which would mean the host's zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant without time zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:  # noqa: ARG002 - SQLAlchemy's signature
        """SQLite gives back text without a zone, PostgreSQL an instant in the session's: both become UTC."""
        return _read_moment if dialect.name == "sqlite" else _move_to_utc


class Word(TypeDecorator[PythonEnum]):
    """A word of the vocabulary, kept as text so that a new word needs no migration."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[PythonEnum]) -> None:
        """`words`: the enumeration that it is read back as."""
        super().__init__()
        self.words = words

    def process_bind_param(self, value: PythonEnum | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The word itself."""
        return None if value is None else str(self.words(value).value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Reader:  # noqa: ARG002 - SQLAlchemy's signature
        """The enumeration's member. Raises KeyError for a word that it does not have."""
        members: dict[str | None, PythonEnum | None] = {word.value: word for word in self.words} | {None: None}
        return members.__getitem__


def _read_digits(text: str | None) -> Decimal | None:
    """By its digits: Decimal's own arithmetic would round to 28 of them."""
    return None if text is None else Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _trim(value: Decimal | None) -> Decimal | None:
    return None if value is None else _read_digits(format(value, "f"))


def _read_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _move_to_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def settled_table(row: type[SQLModel]) -> Table:
    """The table of a row class, with the exact types of this module in place of those SQLModel chose."""
    table = cast("Table", row.__table__)  # type: ignore[attr-defined] # SQLModel gives every table class one
    for column in table.columns:
        column.type = _settled(column.type)
    return table


def _settled(chosen: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(chosen, Enum) and chosen.enum_class is not None:
        return Word(chosen.enum_class)
    storage = chosen.impl_instance if isinstance(chosen, TypeDecorator) else chosen
    if isinstance(storage, DateTime):
        return Moment()
    return Exact() if isinstance(storage, Numeric) else chosen
