"""The currencies a company sells in and their rates.

All rates are such that one unit of foreign money is worth an exact number of hundredths of home money, and all foreign
amounts are multiples of a currency's step: so both ways of quoting a rate give the same money to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sandbox.world.dice import Dice
from sandbox.world.model import Rate

HOME = "EUR"
CURRENCIES: dict[str, int] = {HOME: 72, "USD": 12, "GBP": 6, "CHF": 4, "SEK": 4, "JPY": 2}
"""The currencies of deals, each with its weight among a hundred."""
PER_HOME: dict[str, list[Decimal]] = {
    "USD": [Decimal("1.25"), Decimal(1)],
    "GBP": [Decimal("0.8"), Decimal("0.625")],
    "CHF": [Decimal(1), Decimal("0.8")],
    "SEK": [Decimal("12.5"), Decimal(10)],
    "JPY": [Decimal(125), Decimal(100)],
}
"""Which rates each currency has had; 1 ÷ rate is 0.8, 1, 1.25, 1.6, 0.08, 0.1, 0.008 and 0.01 home units."""
PRICE_FACTOR: dict[str, int] = {"SEK": 10, "JPY": 100}
"""How many times the figure a price has in such money; 1 elsewhere."""
YEARS_OF_RATES = 5


def make_rates(dice: Dice, as_of: date) -> list[Rate]:
    """A row per currency and quarter of the last years, and the current rate, which is the last quarter's."""
    rates: list[Rate] = []
    for currency, choices in PER_HOME.items():
        dated = [Rate(currency, dice.choice(choices), start) for start in _quarters(as_of)]
        rates += [*dated, Rate(currency, dated[-1].per_home)]
    return rates


def _quarters(as_of: date) -> Iterator[date]:
    for year in range(as_of.year - YEARS_OF_RATES, as_of.year + 1):
        for month in (1, 4, 7, 10):
            if (start := date(year, month, 1)) <= as_of:
                yield start
