"""The records behind some figures, for whoever doubts one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adapters.base import Kind
from connector.kpis.arithmetic import divide
from connector.kpis.deals import DealView
from connector.kpis.money import Money
from connector.kpis.people import Person
from connector.kpis.result import KpiValue, add_up
from connector.kpis.stages import State
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _, name_code


def trace_closed(view: AccountView) -> Trace:
    """The deals won or lost in the window, and the account's other deals."""
    counted = [_counted(deal, outcome=deal.state, closed_on=deal.closed_on) for deal in view.closed_in_window]
    figures = {"deals won": len(view.won_in_window), "deals won or lost": len(view.closed_in_window)}
    return Trace(counted, list(_not_closed(view)), figures)


def trace_won(view: AccountView) -> Trace:
    """The amounts of the deals won in the window."""
    if view.frame.settings.revenue_source != "bookings":
        return Trace(figures={"source of revenue": view.frame.settings.revenue_source})
    won = [deal for deal in view.won_in_window if deal.amount is not None]
    counted = [_counted(deal, amount=value_of(deal.amount), closed_on=deal.closed_on) for deal in won]
    bare = [LeftOut(Kind.DEAL, deal.id, _("no amount")) for deal in view.won_in_window if deal.amount is None]
    lost = [LeftOut(Kind.DEAL, deal.id, _("lost")) for deal in view.closed_in_window if not deal.is_won]
    return Trace(counted, [*bare, *lost, *_not_closed(view)])


def trace_cycles(view: AccountView) -> Trace:
    """How long each deal won in the window took."""
    timed = [deal for deal in view.won_in_window if deal.days is not None]
    counted = [_counted(deal, created_on=deal.created_on, closed_on=deal.closed_on, days=deal.days) for deal in timed]
    untimed = [LeftOut(Kind.DEAL, deal.id, _why_untimed(deal)) for deal in view.won_in_window if deal.days is None]
    days = sum(deal.days or 0 for deal in timed)
    return Trace(counted, [*untimed, *_not_closed(view)], {"days together": days, "deals won": len(timed)})


def trace_weighted(view: AccountView) -> Trace:
    """Each open deal's amount and what its probability makes of it."""
    weighed = [deal for deal in view.open_deals if deal.weighted is not None]
    counted = [_counted(deal, amount=value_of(deal.amount), weighted=value_of(deal.weighted)) for deal in weighed]
    bare = [LeftOut(Kind.DEAL, deal.id, _why_unweighted(deal)) for deal in view.open_deals if deal.weighted is None]
    return Trace(counted, [*bare, *out_of_scope(view)])


def trace_stakeholders(identified: Iterable[Person], view: AccountView) -> Trace:
    """What is known of each stakeholder identified, and why other people of the account are none."""
    people = {person.id: person for person in identified}
    counted = [Counted(Kind.CONTACT, id_, _known(person)) for id_, person in people.items()]
    everybody = (person for unit in view.units for person in unit.people if person.id not in people)
    others = [LeftOut(Kind.CONTACT, person.id, _why_no_stakeholder(person)) for person in everybody]
    mapped = sum(person.is_mapped for person in people.values())
    return Trace(counted, others, {"stakeholders mapped": mapped, "stakeholders identified": len(people)})


def trace_lines(view: AccountView) -> Trace:
    """Each active product line at each unit, live or not."""
    cells = sorted(view.eligible_cells)
    live = view.live_cells
    counted = [Counted(None, f"{unit}: {line[1]}", {"live": (unit, line) in live}) for unit, line in cells]
    gone = [
        LeftOut(None, f"{unit}: {line[1]}", _("blocked or no longer sold")) for unit, line in sorted(live - set(cells))
    ]
    return Trace(counted, gone, {"cells live": len(live & set(cells)), "cells eligible": len(cells)})


def velocity_figures(view: AccountView, active: int) -> dict[str, KpiValue]:
    """The four factors of the deal velocity, as far as they are known."""
    won, days = view.won_in_window, [deal.days for deal in view.won_in_window if deal.days is not None]
    amounts = add_up(deal.amount for deal in won)
    known = amounts.n and not amounts.rate_missing
    return {
        "active deals": active,
        "mean amount won": divide(amounts.amount, amounts.n) if known else None,
        "win rate": divide(len(won), len(view.closed_in_window)) if view.closed_in_window else None,
        "sales cycle in days": divide(sum(days), len(days)) if days else None,
    }


def _not_closed(view: AccountView) -> Iterator[LeftOut]:
    inside = {deal.id for deal in view.closed_in_window}
    for deal in (deal for deal in view.deals if deal.id not in inside):
        yield LeftOut(Kind.DEAL, deal.id, _("open") if deal.state is State.OPEN else _why_not_in_window(deal))
    yield from out_of_scope(view)


def out_of_scope(view: AccountView) -> Iterator[LeftOut]:
    """The deals that count in no figure of the account."""
    for deal in (deal for unit in view.units for deal in unit.deals):
        if not deal.counts:
            yield LeftOut(Kind.DEAL, deal.id, _("its pipeline, type or record type does not count (kpis.deals)"))
        elif deal.state is None:
            yield LeftOut(Kind.DEAL, deal.id, _("the CRM does not list its stage"))


def _why_not_in_window(deal: DealView) -> str:
    if deal.closed_on is None:
        return _("no close date")
    return _("closed on {day}, not in the window", day=deal.closed_on)


def _why_untimed(deal: DealView) -> str:
    if not (deal.created_on and deal.closed_on):
        return _("no creation or close date")
    return _("closed before it was created")


def _why_unweighted(deal: DealView) -> str:
    return _("no amount") if deal.amount is None else _("no probability, neither its own nor its stage's")


def _why_no_stakeholder(person: Person) -> str:
    if not person.active:
        return _("has left")
    if person.role is None:
        return _("no role known, and on no open deal")
    return _("role {role} decides nothing", role=name_code(person.role))


def _known(person: Person) -> dict[str, KpiValue]:
    return {"role": person.role, "influence": person.influence, "stance": person.stance, "mapped": person.is_mapped}


def _counted(deal: DealView, **figures: KpiValue) -> Counted:
    return Counted(Kind.DEAL, deal.id, {name.replace("_", " "): value for name, value in figures.items()})


def value_of(amount: Money | None) -> KpiValue:
    """An amount in the reporting currency, where it is known."""
    return None if amount is None else amount.value
