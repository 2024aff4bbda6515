"""Numbers as CRMs give them back, in the form in which we write them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from adapters.errors import SkippableError

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MOST_DIGITS = 30


def read_number(raw: object, decimals: int) -> Decimal:
    """The number with exactly so many decimals where that is what it says; with its own digits where it says more.

    A CRM that computes with doubles may print one in full (0.200000000000000011102230246251565404236316680908203125):
    that still says 0.20. Raises SkippableError for what is no number.
    """
    number = parse_number(raw)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)
    if float(rounded) != float(number):
        return number
    return rounded or abs(rounded)


def parse_number(raw: object) -> Decimal:
    """A finite number with its own digits. Raises SkippableError for what is none."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise SkippableError("the field holds no number", code="UNREADABLE")
    try:
        number = Decimal(repr(raw) if isinstance(raw, float) else raw)
    except InvalidOperation:
        raise SkippableError("the field holds no number", code="UNREADABLE") from None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise SkippableError("the field holds no number that we could have written", code="UNREADABLE")
    return number
