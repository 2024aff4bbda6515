"""The people behind a figure, and why the others do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from adapters.base import Kind
from connector.kpis.deals import DealView
from connector.kpis.people import Person
from connector.kpis.result import KpiValue
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _, name_code

Figures = Mapping[str, KpiValue]


def trace_people(
    view: AccountView, figures_of: Callable[[Person], Figures | None], why_not: Callable[[Person], str]
) -> Trace:
    """The account's people; `figures_of`: what somebody who counts brought, None for whoever does not."""
    people = [person for unit in view.units for person in unit.people]
    return _trace(people, figures_of, why_not)


def trace_contacts(
    deal: DealView, figures_of: Callable[[Person], Figures | None], why_not: Callable[[Person], str]
) -> Trace:
    """The same of the people on a deal."""
    return _trace(deal.contacts, figures_of, why_not)


def trace_roles(view: AccountView) -> Trace:
    """Who holds one of the required roles."""
    required = view.frame.settings.required_roles
    held = {person.role for person in view.named if person.role in required}
    found = trace_people(view, lambda person: {"role": person.role} if person.role in required else None, why_no_role)
    return Trace(found.counted, found.left_out, {"roles held": len(held), "roles required": len(required)})


def trace_mapped(people: Iterable[Person], view: AccountView) -> Trace:
    """Of the stakeholders identified those of whom all is known, and what is not known of the others."""
    known = {person.id for person in people}

    def lacking(person: Person) -> str:
        if person.id not in known:
            return _("is no stakeholder")
        axes = {
            _("influence"): person.influence,
            _("stance"): person.stance,
            _("decision role"): person.decides or None,
        }
        return _("unknown: {what}", what=", ".join(name for name, value in axes.items() if value is None))

    return trace_people(view, lambda person: said_of(person) if person.is_mapped else None, lacking)


def trace_stance(view: AccountView, counts: Callable[[Person], bool]) -> Trace:
    """Who counts by their stance."""
    return trace_people(view, lambda person: said_of(person) if counts(person) else None, why_by_stance)


def said_of(person: Person) -> Figures:
    """What is known of somebody on the three axes."""
    return {"role": person.role, "influence": person.influence, "stance": person.stance}


def why_no_role(person: Person) -> str:
    """Why somebody holds none of the required roles."""
    if person.role is None:
        return _("no role known")
    return _("role {role} is not among those required", role=name_code(person.role))


def why_by_stance(person: Person) -> str:
    """What stance, and where it is against us what influence, somebody has who does not count."""
    if person.stance is None:
        return _("stance unknown")
    influence = _("unknown") if person.influence is None else person.influence
    return _("stance {stance}, influence {influence}", stance=name_code(person.stance), influence=influence)


def day_of(moment: datetime | None, view: AccountView) -> KpiValue:
    """The day of a moment, where it is known."""
    return None if moment is None else view.frame.as_of.date_of(moment)


def _trace(
    people: Iterable[Person], figures_of: Callable[[Person], Figures | None], why_not: Callable[[Person], str]
) -> Trace:
    counted, left_out = [], []
    for person in people:
        figures = figures_of(person) if person.active and person.named else None
        if figures is not None:
            counted.append(Counted(Kind.CONTACT, person.id, figures))
        else:
            left_out.append(LeftOut(Kind.CONTACT, person.id, _why(person) or why_not(person)))
    return Trace(counted, left_out)


def _why(person: Person) -> str | None:
    if not person.active:
        return _("has left")
    return None if person.named else _("known to exist, not yet named")
