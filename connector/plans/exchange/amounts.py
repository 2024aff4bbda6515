"""Numbers as people write them: whether a comma or a point is the decimal mark is decided by the whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from connector.languages.speech import _
from connector.plans.values import PlanError

LARGEST = 400
"""Digits of a number at most: writing out 1E+999999999 would take all time and memory."""

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_EXACT = re.compile(r"\d+(?:\.\d+)?E[+-]?\d+")
_SIMPLE = re.compile(r"-?\d+")
_GROUPED = {
    ".": re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"),
    ",": re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"),
}


def decide_mark(values: Iterable[object]) -> str | None:
    """The decimal mark of these numbers; None: nothing says so, or they contradict each other."""
    said = {fits.pop() for value in values if isinstance(value, str) and len(fits := _fits(value)) == 1}
    return said.pop() if len(said) == 1 else None


def read_amount(value: object, mark: str | None) -> Decimal:
    """The number of a cell. Raises PlanError where there is none, or where it could be two."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    text = _SPACES.sub("", str(value))
    is_exact = bool(_SIMPLE.fullmatch(text) or _EXACT.fullmatch(text))
    if is_exact and Decimal(text).adjusted() <= LARGEST:
        return Decimal(text)
    fits = _fits(text)
    if is_exact or not fits:
        raise PlanError(_('"{text}" is no number: write it like 1200.50', text=str(value).strip()))
    if len(fits) > 1 and mark is None:
        raise PlanError(
            _(
                '"{text}" could be a thousand times more or less, and the rest of the column does not say '
                "whether the comma or the point is the decimal mark: write it like 1200.50",
                text=str(value).strip(),
            )
        )
    chosen = mark if mark in fits else next(iter(fits))
    return Decimal(text.replace("," if chosen == "." else ".", "").replace(",", "."))


def write_amount(value: Decimal) -> str:
    """A number as text that is read as the same number whatever else stands in its column."""
    text = str(value)
    return f"{text}0" if "E" not in text and re.fullmatch(r"\d{1,3}\.\d{3}", text) else text


def _fits(value: str) -> set[str]:
    """The decimal marks with which the text is a number; neither for one without any mark."""
    text = _SPACES.sub("", value)
    if _SIMPLE.fullmatch(text):
        return set()
    return {mark for mark, form in _GROUPED.items() if form.fullmatch(text)}
