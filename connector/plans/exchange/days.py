"""Dates as people write them: whether the day or the month stands first is decided by the whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from connector.languages.speech import _
from connector.plans.values import PlanError

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_WRITTEN = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?: 00:00(?::00)?)?")
_MONTHS = 12


def decide_day_first(values: Iterable[object]) -> bool | None:
    """Whether the day comes first in these dates; None: nothing says so, or they contradict each other."""
    said = {order for value in values if isinstance(value, str) and (order := _order(value)) is not None}
    return said.pop() if len(said) == 1 else None


def read_day(value: object, *, day_first: bool | None) -> date:
    """The date of a cell. Raises PlanError where there is none, or where it could be two."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if found := _ISO.fullmatch(text):
        return _date(text, int(found[1]), int(found[2]), int(found[3]))
    if not (found := _WRITTEN.fullmatch(text)):
        raise PlanError(_('"{text}" is no date: write it like 2026-12-31', text=text))
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    order = _order(text)
    order = day_first if order is None else order
    if order is None and first != second:
        raise PlanError(
            _(
                '"{text}" could be day/month or month/day, and the rest of the column does not say: write it '
                "like 2026-12-31",
                text=text,
            )
        )
    return _date(text, year, second, first) if order is not False else _date(text, year, first, second)


def _order(text: str) -> bool | None:
    """Whether the day comes first in this date, as far as it says so itself: points are written day first."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found or max(int(found[1]), int(found[3])) <= _MONTHS:
        return True if found and found[2] == "." else None
    return int(found[1]) > _MONTHS


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise PlanError(_('"{text}" is a day that does not exist', text=text)) from None
