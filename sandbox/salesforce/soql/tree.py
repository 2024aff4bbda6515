"""What a SOQL statement says, before any name in it has been looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A field, reached through relationships: ("Owner", "Name"). `column`: where it stands, from 0."""

    names: tuple[str, ...]
    column: int

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. `kind`: text, number, boolean, date, datetime, null, or pattern (of LIKE, as it was written).

    Dates and times are spelt as the API prints them.
    """

    kind: str
    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operator` is one of = != < <= > >= LIKE IN NOT IN; only the last two have several values."""

    path: Path
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """Conditions joined by AND."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Conditions joined by OR."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """NOT."""

    part: Condition


Condition: TypeAlias = "Comparison | Every | Some | Negation"


@dataclass(frozen=True, slots=True)
class Order:
    """One key of ORDER BY; null comes first unless it is said otherwise, ascending and descending alike."""

    path: Path
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT. `counts`: it asks for COUNT(). `object` stands in column `column`; `children` are its subqueries."""

    object: str
    column: int
    counts: bool = False
    paths: tuple[Path, ...] = ()
    children: tuple[Statement, ...] = ()
    where: Condition | None = None
    order: tuple[Order, ...] = field(default=())
    limit: int | None = None
    offset: int = 0
