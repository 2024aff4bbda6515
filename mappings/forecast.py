"""What a forecast is made of: a deal as it stood when the forecast of a quarter was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FrozenDeal:
    """A deal as it stood at the start of `day`; of those alone whose close date then lay in the day's quarter."""

    deal: str
    day: date
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    probability: Decimal | None = None
    forecast_category: str | None = None
