"""The deals, line items and product lines behind a figure, and why others do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from adapters.base import Kind
from connector.kpis.deals import DealView
from connector.kpis.frame import Frame, Line
from connector.kpis.items import ItemView
from connector.kpis.money import Money
from connector.kpis.result import KpiValue
from connector.kpis.stages import StageView, State
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.traces import out_of_scope, value_of
from connector.kpis.view import AccountView, UnitView
from connector.languages.speech import _, name_code, ngettext


def trace_threads(view: AccountView, counts: Callable[[DealView], bool] = lambda _: True) -> Trace:
    """The open deals that count with their active contacts, and all the others."""
    counted, left_out = [], list(out_of_scope(view))
    for deal in view.deals:
        active = len(deal.active_contacts)
        if deal.state is State.OPEN and counts(deal):
            counted.append(Counted(Kind.DEAL, deal.id, {"active contacts": active, "amount": value_of(deal.amount)}))
        else:
            contacts = ngettext("{number} active contact", "{number} active contacts", active)
            why = contacts if deal.state is State.OPEN else name_code(deal.state)
            left_out.append(LeftOut(Kind.DEAL, deal.id, why))
    return Trace(counted, left_out)


def trace_growth(view: AccountView) -> Trace:
    """The deals won in the window and in the one before."""
    as_of, counted, left_out = view.frame.as_of, [], list(out_of_scope(view))
    for deal in view.deals:
        now, before = as_of.in_window(deal.closed_on), as_of.in_window_before(deal.closed_on)
        if deal.is_won and deal.amount and (now or before):
            window = "this" if now else "the one before"
            figures = {"window": window, "amount": value_of(deal.amount), "closed on": deal.closed_on}
            counted.append(Counted(Kind.DEAL, deal.id, figures))
        else:
            left_out.append(LeftOut(Kind.DEAL, deal.id, _why_no_sale(deal)))
    return Trace(counted, left_out)


def trace_entries(view: AccountView, stage: StageView, resolved: Callable[[DealView], bool]) -> Trace:
    """The deals that left a stage for good, and where the others are."""
    counted, left_out = [], list(out_of_scope(view))
    for deal in view.deals:
        on = deal.reached_on(stage.rank)
        if resolved(deal):
            counted.append(Counted(Kind.DEAL, deal.id, {"entered": on, "further": deal.went_beyond(stage.rank)}))
        else:
            left_out.append(LeftOut(Kind.DEAL, deal.id, _why_unresolved(deal, stage, on)))
    return Trace(counted, left_out)


def trace_items(
    view: AccountView, figures_of: Callable[[ItemView, DealView], dict[str, KpiValue] | str], *, window: bool = False
) -> Trace:
    """The line items of deals won (`window`: in the window); `figures_of`: what one brought, or why nothing."""
    counted, left_out = [], list(out_of_scope(view))
    deals = view.won_in_window if window else view.won_deals
    for deal in view.deals:
        if deal not in deals:
            left_out.append(LeftOut(Kind.DEAL, deal.id, _why_no_sale(deal)))
        for item in deal.items if deal in deals else ():
            told, named = figures_of(item, deal), _name_item(item, deal)
            if isinstance(told, str):
                left_out.append(LeftOut(None, named, told))
            else:
                counted.append(Counted(None, named, told))
    return Trace(counted, left_out)


def recurring_on(day: date) -> Callable[[ItemView, DealView], dict[str, KpiValue] | str]:
    """What a line item brings that recurs on a day, or why it does not."""

    def tell(item: ItemView, _deal: DealView) -> dict[str, KpiValue] | str:
        if item.is_recurring(day):
            return {"a year": value_of(item.recurring), "from": item.start or item.sold_on, "to": item.end}
        if item.recurring is None:
            return _("does not recur")
        begins = item.start or item.sold_on
        if begins and begins > day:
            return _("begins on {day}", day=begins)
        return _("ended on {day}", day=item.last_day)

    return tell


def ending_after(day: date) -> Callable[[ItemView, DealView], dict[str, KpiValue] | str]:
    """What a line item brings that recurs on a day and has an end, or why it does not."""
    recurring = recurring_on(day)

    def tell(item: ItemView, deal: DealView) -> dict[str, KpiValue] | str:
        told = recurring(item, deal)
        return _("has no end") if item.end is None and not isinstance(told, str) else told

    return tell


def list_ending(view: AccountView, days: int) -> list[Counted]:
    """The line items that recur and end within so many days."""
    day = view.frame.as_of.day
    items = [(item, deal) for deal in view.won_deals for item in deal.items if item.ends_within(day, days)]
    figures = [{"a year": value_of(item.recurring), "to": item.end} for item, _deal in items]
    return [Counted(None, _name_item(*one), told) for one, told in zip(items, figures, strict=True)]


def margin_of(item: ItemView, _deal: DealView) -> dict[str, KpiValue] | str:
    """Revenue and cost of a line item, or which of the two is unknown."""
    if item.revenue is None or item.cost is None:
        return _("no amount") if item.revenue is None else _("cost unknown")
    return {"revenue": value_of(item.revenue), "cost": value_of(item.cost)}


def trace_cells(view: AccountView, counts: set[tuple[str, Line]]) -> Trace:
    """The product lines at units that count, and why the other ones do not."""
    counted = [Counted(None, _named(cell)) for cell in sorted(counts)]
    everything = view.eligible_cells | view.live_cells | view.open_cells
    return Trace(counted, [LeftOut(None, _named(cell), _why(cell, view)) for cell in sorted(everything - counts)])


def trace_revenue(view: AccountView, deals: Callable[[AccountView], Trace]) -> Trace:
    """What revenue is made of by the chosen source."""
    source = view.frame.settings.revenue_source
    if source == "bookings":
        return deals(view)
    if source == "recurring":
        return trace_items(view, recurring_on(view.frame.as_of.day))
    return Trace(*zip_accounts(view, lambda unit: value_of(brought_by(unit, view.frame))))


def brought_by(unit: UnitView, frame: Frame) -> Money | None:
    """What an account brings by the CRM field, at the current rate; None where it is empty."""
    account = unit.account
    if account.annual_revenue is None:
        return None
    return frame.exchange.convert(account.annual_revenue, account.currency, None)


def zip_accounts(view: AccountView, figure: Callable[..., KpiValue]) -> tuple[list[Counted], list[LeftOut]]:
    """The accounts of which a figure is known, and those of which it is not."""
    known = [(unit.id, figure(unit)) for unit in view.units]
    counted = [Counted(Kind.ACCOUNT, id_, {"figure": value}) for id_, value in known if value is not None]
    return counted, [LeftOut(Kind.ACCOUNT, id_, _("unknown")) for id_, value in known if value is None]


def forecast_rows(view: AccountView) -> Iterator[Counted]:
    """What each deal was forecast to bring and brought, by quarter."""
    for outcome in view.forecast.outcomes:
        for deal in sorted(outcome.expected.keys() | outcome.won.keys()):
            expected, won = outcome.expected.get(deal), outcome.won.get(deal)
            figures = {"quarter from": outcome.first, "forecast": value_of(expected), "won": value_of(won)}
            yield Counted(Kind.DEAL, deal, figures)


def trace_forecast(view: AccountView) -> Trace:
    """What each quarter's forecast was, and what was won in it."""
    counted = list(forecast_rows(view))
    inside = {one.id for one in counted}
    others = [
        LeftOut(Kind.DEAL, deal.id, _("neither forecast nor won there")) for deal in view.deals if deal.id not in inside
    ]
    gone = [
        LeftOut(None, _("quarter from {day}", day=day), _("nobody knows how a deal stood then"))
        for day in view.forecast.unknown
    ]
    figures: dict[str, KpiValue] = {}
    for outcome in view.forecast.outcomes:
        figures |= {f"forecast from {outcome.first}": outcome.forecast, f"won from {outcome.first}": outcome.actual}
    return Trace(counted, [*gone, *others, *out_of_scope(view)], figures)


def _name_item(item: ItemView, deal: DealView) -> str:
    return _("deal {id}: {product}", id=deal.id, product=item.product or _("no product"))


def _named(cell: tuple[str, Line]) -> str:
    return f"{cell[0]}: {cell[1][1]}"


def _why(cell: tuple[str, Line], view: AccountView) -> str:
    if cell in view.live_cells:
        return _("live")
    if cell in view.open_cells:
        return _("on an open deal")
    return _("not sold") if cell in view.eligible_cells else _("blocked or no longer sold")


def _why_no_sale(deal: DealView) -> str:
    if not deal.is_won:
        return name_code(deal.state)
    return _("no close date") if deal.closed_on is None else _("won on {day}", day=deal.closed_on)


def _why_unresolved(deal: DealView, stage: StageView, on: date | None) -> str:
    if deal.stage is None or deal.stage.pipeline != stage.pipeline:
        return _("in another pipeline")
    if on is None:
        return _("never entered it, as far as is recorded")
    if deal.frame.as_of.in_window(on):
        return _("has not left it for good")
    return _("entered on {day}, not in the window", day=on)
