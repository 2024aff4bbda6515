"""The currencies of a multi-currency org: units of each per unit of the corporate one, now and by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from sandbox.salesforce.loading.loader import FOUNDED, Loader
from sandbox.salesforce.state.table import Row
from sandbox.world.model import Rate

END_OF_TIME = date(9999, 12, 31)
"""The NextStartDate of the last rate of each currency."""


def load_currencies(loader: Loader, currencies: list[str]) -> None:
    """Load CurrencyType and DatedConversionRate; a single-currency org has neither."""
    if not loader.org.multi_currency:
        return
    dated = {currency: _dated(loader, currency) for currency in currencies}
    current = [_current(loader, currency, dated[currency]) for currency in currencies]
    rows = [row for currency in currencies for row in _rows(loader, dated[currency])]
    loader.fill("CurrencyType", current)
    loader.fill("DatedConversionRate", rows)


def _dated(loader: Loader, currency: str) -> list[Rate]:
    rates = [rate for rate in loader.world.rates if rate.currency == currency and rate.start]
    return sorted(rates, key=_start)


def _start(rate: Rate) -> date:
    return rate.start or date.min


def _current(loader: Loader, currency: str, dated: list[Rate]) -> Row:
    home = loader.world.home_currency
    undated = [rate.per_home for rate in loader.world.rates if rate.currency == currency and rate.start is None]
    latest = [*(rate.per_home for rate in dated), *undated][-1:]
    values: Row = {
        "IsoCode": currency, "ConversionRate": Decimal(1) if currency == home or not latest else latest[0],
        "DecimalPlaces": 2, "IsActive": True, "IsCorporate": currency == home,
    }  # fmt: skip
    return loader.new_row("CurrencyType", values, FOUNDED)


def _rows(loader: Loader, dated: list[Rate]) -> list[Row]:
    starts = [*map(_start, dated), END_OF_TIME]
    return [
        loader.new_row(
            "DatedConversionRate",
            {
                "IsoCode": rate.currency, "ConversionRate": rate.per_home,
                "StartDate": start.isoformat(), "NextStartDate": following.isoformat(),
            },
            FOUNDED,
        )
        for rate, (start, following) in zip(dated, pairwise(starts), strict=True)
    ]  # fmt: skip
