"""A KPI's result and the ways to make one: counts, sums, ratios of sums, means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from connector.kpis.arithmetic import Number, divide
from connector.kpis.light import light
from connector.kpis.money import Money

KpiValue: TypeAlias = int | Decimal | str | date | bool | None


class Status(StrEnum):
    """Why a value is what it is; where several apply, the first in this order."""

    NOT_CONFIGURED = "not_configured"
    MIXED_CURRENCY = "mixed_currency"
    NO_DATA = "no_data"
    ZERO_DENOMINATOR = "zero_denominator"
    STALE = "stale"
    LOW_SAMPLE = "low_sample"
    OK = "ok"


@light
class Kpi:
    """A figure: `n` records stand behind it; a ratio also names its parts (int: records, Decimal: money).

    `findings`: where the figure judges, the codes of what it found wrong. `known_on`: where only time is wanting, the
    day on which there will be a value.
    """

    value: KpiValue
    status: Status
    n: int
    numerator: Number | None = None
    denominator: Number | None = None
    findings: tuple[str, ...] | None = None
    known_on: date | None = None

    def marked(self, status: Status) -> Kpi:
        """The same figure under another status."""
        return Kpi(self.value, status, self.n, self.numerator, self.denominator, self.findings, self.known_on)

    def worth(self, value: KpiValue) -> Kpi:
        """Another value from the same records."""
        return Kpi(value, self.status, self.n, self.numerator, self.denominator, self.findings, self.known_on)


@light
class Sum:
    """Amounts of `n` records in the reporting currency; without all their rates it means nothing."""

    amount: Decimal
    n: int
    rate_missing: bool


def add_up(amounts: Iterable[Money | None]) -> Sum:
    """The sum of the amounts that are known."""
    whole, n, rate_missing = Decimal(), 0, False
    for amount in amounts:
        if amount is not None:
            n += 1
            if amount.value is None:
                rate_missing = True
            else:
                whole += amount.value
    return Sum(whole, n, rate_missing)


def unknown(status: Status, n: int = 0) -> Kpi:
    """No value, and why."""
    return Kpi(None, status, n)


def count(number: int) -> Kpi:
    """A number of records; none is 0, not unknown."""
    return Kpi(number, Status.OK, number)


def total(amounts: Sum) -> Kpi:
    """A sum of money; of nothing it is 0, without a rate it is unknown."""
    if amounts.rate_missing:
        return unknown(Status.MIXED_CURRENCY, amounts.n)
    return Kpi(amounts.amount, Status.OK, amounts.n)


def share(numerator: Number, denominator: Number, n: int) -> Kpi:
    """A ratio whose denominator cannot be 0."""
    return Kpi(divide(numerator, denominator), Status.OK, n, numerator, denominator)


def ratio(numerator: Number, denominator: Number, n: int) -> Kpi:
    """A ratio over n records: unknown over none, and where they add up to 0."""
    if n == 0:
        return Kpi(None, Status.NO_DATA, 0, numerator, denominator)
    if denominator == 0:
        return Kpi(None, Status.ZERO_DENOMINATOR, n, numerator, denominator)
    return share(numerator, denominator, n)


def ratio_of_sums(part: Sum, whole: Sum) -> Kpi:
    """A ratio of money over the records of `whole`."""
    if part.rate_missing or whole.rate_missing:
        return unknown(Status.MIXED_CURRENCY, whole.n)
    return ratio(part.amount, whole.amount, whole.n)


def sampled(kpi: Kpi, sample: int) -> Kpi:
    """Mark a good value that rests on fewer than `sample` records."""
    if kpi.status is Status.OK and kpi.n < sample:
        return kpi.marked(Status.LOW_SAMPLE)
    return kpi


def aged(kpi: Kpi, *, stale: bool) -> Kpi:
    """Mark a value that rests on data too old to trust."""
    if stale and kpi.status in {Status.OK, Status.LOW_SAMPLE}:
        return kpi.marked(Status.STALE)
    return kpi
