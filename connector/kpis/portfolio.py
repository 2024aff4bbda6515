"""The strategic accounts of a connection taken together: their usual sales cycle, and who is first by priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from connector.kpis.arithmetic import EXACT, divide
from connector.kpis.catalogue import account_figures, definition_of, is_configured
from connector.kpis.comparison import Tide, difference_in_differences, spans_of, starts_of
from connector.kpis.effect import EFFECTS
from connector.kpis.facts import Portfolio
from connector.kpis.frame import Frame
from connector.kpis.result import Kpi, unknown
from connector.kpis.shard import order_of
from connector.kpis.strategy import Outlook, outlook_of
from connector.kpis.view import AccountView, UnitView


def portfolio_of(views: Iterable[AccountView], frame: Frame) -> Portfolio:
    """What the strategic ones of these accounts are together; each view is let go once it was looked at.

    A deal counts once, however many of the accounts have it in view. Of accounts of equal priority the one with the
    lower id comes first; one without a priority has no place.
    """
    counted, days, outlooks = set[str](), list[int](), dict[str, Outlook]()
    with localcontext(EXACT):
        for view in views:
            if view.is_strategic:
                outlooks[view.units[0].id] = outlook_of(view)
                days += _cycles(frame, [unit for unit in view.units if unit.id not in counted])
                counted |= {unit.id for unit in view.units}
        cycle = divide(sum(days), len(days)) if days else None
        return Portfolio(cycle, frozenset(_executives(outlooks, cycle, frame)))


def portfolio_figures(whole: AccountView) -> dict[str, Kpi]:
    """Every KPI of an account over the units of the portfolio as one; the first one is a strategic account."""
    with localcontext(EXACT):
        return account_figures(whole)


class Differences:
    """The change at accounts with a plan beyond that at accounts without one, over the same time."""

    def __init__(self, whole: AccountView, figures: Mapping[str, Kpi]) -> None:
        """`whole`: the portfolio; `figures`: its own, of which those before and after are compared."""
        self._figures = {key: figures[key] for key in EFFECTS}
        self._known = {key: EFFECTS[key].weigh for key, kpi in self._figures.items() if kpi.value is not None}
        self.starts = starts_of(spans_of(whole)) if self._known else {}
        self._planned, self._others = Tide(self._known), Tide(self._known)
        with localcontext(EXACT):
            for span in spans_of(whole) if self._known else ():
                self._planned.take(span.view, {span.start: 1} if span.is_over else {})

    def take(self, view: AccountView) -> None:
        """Add an account without a plan."""
        with localcontext(EXACT):
            self._others.take(view, self.starts)

    def found(self) -> dict[str, Kpi]:
        """The difference of each figure; where the portfolio itself knows no change, for its reason."""
        return {
            key: difference_in_differences(self._planned.drifts[key], self._others.drifts[key])
            if key in self._known
            else unknown(kpi.status)
            for key, kpi in self._figures.items()
        }


def _cycles(frame: Frame, units: Sequence[UnitView]) -> list[int]:
    return [deal.days for deal in AccountView(frame, tuple(units)).won_in_window if deal.days is not None]


def _executives(outlooks: dict[str, Outlook], cycle: Decimal | None, frame: Frame) -> list[str]:
    """The accounts of highest priority, as many as have executive reviews."""
    if not is_configured(definition_of("priority"), frame):
        return []
    ranked = {id_: outlook.priority(cycle).value for id_, outlook in outlooks.items()}
    known = [(value, id_) for id_, value in ranked.items() if isinstance(value, Decimal)]
    known.sort(key=lambda pair: (-pair[0], order_of(pair[1])))
    return [id_ for _, id_ in known[: frame.settings.executive_top]]
