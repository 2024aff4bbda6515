"""Money in the reporting currency: exact, and never converted at a rate that nobody gave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.kpis.arithmetic import divide
from connector.kpis.light import light
from mappings.entities import Deal, Rate

_BEFORE_ALL = date.min


@light
class Money:
    """An amount in the reporting currency; `value` is None where `currency`, its own, has no rate."""

    value: Decimal | None
    currency: str | None

    def times(self, factor: Decimal) -> Money:
        """This amount weighted or multiplied; without a rate it stays without."""
        return Money(None if self.value is None else self.value * factor, self.currency)

    def less(self, other: Money) -> Money:
        """The difference of two amounts; without one of the rates there is none."""
        if self.value is None:
            return self
        return other if other.value is None else Money(self.value - other.value, self.currency)


class CrmRates:
    """The CRM's own rates: the dated one that holds on a day, else the current one."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        """Index the usable rates by currency, the latest start first."""
        self._by_currency: dict[str, list[tuple[date, Decimal, date | None]]] = defaultdict(list)
        for rate in rates:
            if rate.currency and rate.per_home is not None and rate.per_home > 0:
                row = (rate.start or _BEFORE_ALL, rate.per_home, rate.end)
                self._by_currency[rate.currency].append(row)
        for rows in self._by_currency.values():
            rows.sort(key=lambda row: row[:2], reverse=True)

    def per_home(self, currency: str, on: date | None) -> Decimal | None:
        """Units of `currency` per unit of the home currency; `on` None: today's rate, that is, the current one."""
        for start, per_home, end in self._by_currency.get(currency, ()):
            if start == _BEFORE_ALL or (on is not None and start <= on and (end is None or on < end)):
                return per_home
        return None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Converts to the reporting currency: through the home currency by the CRM's rates, else by configured ones."""

    reporting: str
    home: str | None
    crm: CrmRates
    configured: Mapping[str, Decimal]

    def convert(self, amount: Decimal, currency: str | None, on: date | None, own: Decimal | None = None) -> Money:
        """An amount at the rate of a day; no currency means home, `own` is a deal's rate (home units per unit)."""
        currency = currency or self.home
        if currency == self.reporting or currency is None:
            return Money(amount if currency else None, currency)
        value = self._from_home(self._to_home(amount, currency, on, own), on)
        if value is None and currency in self.configured:
            value = amount * self.configured[currency]
        return Money(value, currency)

    def amount_of(self, deal: Deal) -> Money | None:
        """A deal's amount; where the CRM gives it in the home currency too, that figure is taken as it is."""
        if deal.amount is None:
            return None
        converted_by_crm = deal.currency not in {None, self.home, self.reporting} and deal.home_amount is not None
        if converted_by_crm and (value := self._from_home(deal.home_amount, deal.close_date)) is not None:
            return Money(value, deal.currency)
        return self.convert(deal.amount, deal.currency, deal.close_date, own_rate(deal))

    def _to_home(self, amount: Decimal, currency: str, on: date | None, own: Decimal | None) -> Decimal | None:
        if currency == self.home:
            return amount
        if own is not None:
            return amount * own
        per_home = self.crm.per_home(currency, on)
        return None if per_home is None else divide(amount, per_home)

    def _from_home(self, amount: Decimal | None, on: date | None) -> Decimal | None:
        if amount is None or self.home is None or self.home == self.reporting:
            return None if self.home is None else amount
        factor = self.crm.per_home(self.reporting, on) or self.configured.get(self.home)
        return None if factor is None else amount * factor


def own_rate(deal: Deal) -> Decimal | None:
    """The rate that the CRM used for this very deal: home units per unit of its currency."""
    if deal.exchange_rate is not None and deal.exchange_rate > 0:
        return deal.exchange_rate
    if deal.home_amount and deal.amount and (deal.home_amount > 0) is (deal.amount > 0):
        return divide(deal.home_amount, deal.amount)
    return None
