"""Exact arithmetic whose outcome depends neither on the order of records nor on the caller's decimal context."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeAlias

Number: TypeAlias = int | Decimal

EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)
"""Sums and products are exact in it, whatever their order: CRM numbers are at most doubles, up to 1.8E308."""

_DIVISION = Context(prec=28, rounding=ROUND_HALF_EVEN)


def divide(numerator: Number, denominator: Number) -> Decimal:
    """A quotient to 28 digits."""
    return _DIVISION.divide(Decimal(numerator), Decimal(denominator))


def round_to(value: Number, decimals: int) -> Decimal:
    """A number rounded half-even to so many decimals; never a negative zero."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), context=EXACT)
    return rounded or abs(rounded)
