"""Reads values as people type them at the terminal: numbers, days and words as files hold them, where clear."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, get_args

from connector.plans.exchange.amounts import read_amount
from connector.plans.exchange.closed_words import levels_of, read_yes, words_of
from connector.plans.exchange.days import read_day
from connector.plans.exchange.titles import plain_title
from connector.plans.values import PlanError
from mappings.strategy import PARTS


def read_typed(field: str, text: str) -> object:
    """The value of a plan's field where the text says it in one way only; else the text, for the plan to judge.

    A text that a plan takes as it is stays: `1.200` is a number with decimals here, however a file would have it.
    """
    reader = _reader(field)
    if reader is None or not text.strip():
        return text
    try:
        return reader(text)
    except PlanError:
        return text


@cache
def _reader(field: str) -> Callable[[str], object] | None:
    """How a field is read; None where it holds text in any of the parts that have it."""
    kinds = {kind for part in PARTS.values() if (info := part.model_fields.get(field)) for kind in _kinds(info)}
    if kinds and all(issubclass(kind, StrEnum) for kind in kinds):
        return lambda text: _word(field, text, kinds)
    readers: dict[type, Callable[[str], object]] = {
        date: lambda text: read_day(text, day_first=None),
        Decimal: lambda text: read_amount(text, None),
        int: lambda text: _whole(field, text),
        bool: read_yes,
    }
    return readers.get(kinds.pop()) if len(kinds) == 1 else None


def _kinds(info: Any) -> set[type]:  # noqa: ANN401 - pydantic's description of a field
    return {*(get_args(info.annotation) or (info.annotation,))} - {type(None)}


def _word(field: str, text: str, kinds: Collection[type]) -> object:
    """What the word means in the lists that the field has in different parts, where they agree."""
    meant = {known[word] for kind in kinds if (word := plain_title(text)) in (known := words_of(kind, field))}
    return meant.pop() or text if len(meant) == 1 else text


def _whole(field: str, text: str) -> object:
    if (word := plain_title(text)) in (levels := levels_of(field)):
        return levels[word]
    amount = read_amount(text, None)
    return int(amount) if amount == amount.to_integral_value() else text
