"""Calendar months: the same day some months on, and the quarters of a fiscal year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

YEAR = 12
QUARTER = 3


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a month that is shorter; never outside the calendar."""
    year, month = divmod(day.year * YEAR + day.month - 1 + months, YEAR)
    if year < MINYEAR:
        return date.min
    return date.max if year > MAXYEAR else date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Quarter:
    """A fiscal quarter, from its first to its last day."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether the day lies in the quarter."""
        return day is not None and self.first <= day <= self.last

    def freeze_day(self, number: int) -> date:
        """The day, counted from 1, at whose start the quarter's forecast is frozen."""
        return self.first + timedelta(days=number - 1)


@lru_cache(maxsize=4096)
def quarter_of(day: date, fiscal_year_start: int) -> Quarter:
    """The fiscal quarter of a day; `fiscal_year_start`: the month in which the fiscal year begins."""
    into = (day.month - fiscal_year_start) % QUARTER
    first = add_months(day.replace(day=1), -into)
    return Quarter(first, add_months(first, QUARTER) - timedelta(days=1))


def quarters_before(day: date, fiscal_year_start: int) -> Iterator[Quarter]:
    """The fiscal quarters that end on that day or before, the latest first."""
    first = quarter_of(day + timedelta(days=1) if day < date.max else day, fiscal_year_start).first
    while first > date.min:
        last = first - timedelta(days=1)
        yield (quarter := quarter_of(last, fiscal_year_start))
        first = quarter.first
