"""Value objects of which a computation makes very many."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Value = TypeVar("Value")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def light(made: type[Value]) -> type[Value]:
    """A dataclass with slots that is not to be changed, to which mypy alone sees.

    Making one to which Python sees itself takes three times as long, and computing is a good deal of making them.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)
