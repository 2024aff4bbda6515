"""What was forecast for each closed fiscal quarter, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile

from connector.kpis.asof import AsOf
from connector.kpis.deals import DealView
from connector.kpis.frame import Frame
from connector.kpis.light import light
from connector.kpis.money import Money
from connector.kpis.months import Quarter, quarters_before
from connector.kpis.result import add_up
from connector.kpis.stages import State
from connector.kpis.standing import Past, Standing

COMMITTED = frozenset({"commit", "closed", "forecast", "closedwon"})
"""The forecast categories of what somebody stands for; Salesforce calls commit `Forecast` in its histories."""


@light
class Outcome:
    """A quarter's forecast and what was won in it; `first`: its first day, `expected` and `won`: by deal."""

    forecast: Decimal
    actual: Decimal
    first: date
    expected: Mapping[str, Money]
    won: Mapping[str, Money]

    @property
    def error(self) -> Decimal:
        """By how much the forecast was too high (below 0: too low)."""
        return self.forecast - self.actual


@light
class Tally:
    """The quarters whose forecast is known; `n`: the deals that were forecast or won in them.

    `unknown`: the first days of the others.
    """

    outcomes: Sequence[Outcome] = ()
    n: int = 0
    rate_missing: bool = False
    unknown: Sequence[date] = ()


def tally(deals: Sequence[DealView], frame: Frame) -> Tally:
    """Compare forecast and outcome of the closed quarters that end in the window, where the forecast can be known."""
    pasts = [(deal, Past(deal)) for deal in deals]
    outcomes, behind, rate_missing, untold = [], set[str](), False, []
    for quarter in _closed_quarters(frame.as_of, frame.settings.fiscal_year_start):
        expected = _expected(pasts, quarter, frame)
        if expected is None:
            untold.append(quarter.first)
            continue
        won = {deal.id: deal.amount for deal in deals if deal.is_won and quarter.holds(deal.closed_on) and deal.amount}
        forecast, actual = add_up(expected.values()), add_up(won.values())
        rate_missing |= forecast.rate_missing or actual.rate_missing
        behind |= expected.keys() | won.keys()
        outcomes.append(Outcome(forecast.amount, actual.amount, quarter.first, expected, won))
    return Tally(outcomes, len(behind), rate_missing, untold)


@lru_cache(maxsize=64)
def _closed_quarters(as_of: AsOf, fiscal_year_start: int) -> Sequence[Quarter]:
    """The same for all accounts."""
    quarters = quarters_before(as_of.day, fiscal_year_start)
    return tuple(takewhile(lambda quarter: as_of.in_window(quarter.last), quarters))


def _expected(pasts: Sequence[tuple[DealView, Past]], quarter: Quarter, frame: Frame) -> dict[str, Money] | None:
    """What each deal was forecast to bring in the quarter; None where that is not known of one of them."""
    day = quarter.freeze_day(frame.settings.forecast_freeze_day)
    expected: dict[str, Money] = {}
    for deal, past in pasts:
        standing = past.on(day)
        if standing is None and not _is_over(deal, quarter):
            return None
        if standing is not None and quarter.holds(standing.close_date):
            money = _promise(standing, past.worth(standing), commit=frame.by_commit)
            if money is not None:
                expected[deal.id] = money
    return expected


def _is_over(deal: DealView, quarter: Quarter) -> bool:
    """Whether the deal was closed before the quarter began, so that nobody can have forecast it there."""
    return deal.state is not State.OPEN and deal.closed_on is not None and deal.closed_on < quarter.first


def _promise(standing: Standing, worth: Money | None, *, commit: bool) -> Money | None:
    if worth is None:
        return None
    if commit:
        return worth if is_committed(standing.forecast_category) else None
    return None if standing.probability is None else worth.times(standing.probability)


def is_committed(category: str | None) -> bool:
    """Whether a forecast category, in whatever spelling, means commit or closed."""
    return "".join(letter for letter in (category or "").casefold() if letter.isalpha()) in COMMITTED
