"""The currencies of the account and their exchange rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DatedRate:
    """Home units per unit of a foreign currency, from `start` on (None: the current rate)."""

    rate: Decimal
    start: date | None


class Currencies:
    """`home` is the companyCurrency; `others` the additional ones."""

    def __init__(self, home: str, others: Iterable[str]) -> None:
        self.home = home
        self.others = sorted(set(others) - {home})
        self._rates: dict[str, list[DatedRate]] = {}

    def codes(self) -> list[str]:
        """All currencies a deal can have."""
        return [self.home, *self.others]

    def add_rate(self, currency: str, rate: DatedRate) -> None:
        """Note a rate; the order does not matter."""
        self._rates.setdefault(currency, []).append(rate)

    def rate(self, currency: str, day: date | None) -> Decimal | None:
        """Home units per unit of `currency` on a day: the dated rate then in force, else the current one."""
        if currency == self.home:
            return Decimal(1)
        known = self._rates.get(currency, [])
        dated = [one for one in known if one.start is not None and day is not None and one.start <= day]
        if dated:
            return max(dated, key=lambda one: one.start or date.min).rate
        return next((one.rate for one in known if one.start is None), None)
