"""KPIs of one deal, shown on the deal itself."""

from __future__ import annotations

from collections.abc import Mapping

from connector.kpis.deals import DealView
from connector.kpis.inputs import LINKS, ROLE, STANCE
from connector.kpis.people import Person
from connector.kpis.people_traces import said_of, trace_contacts, why_by_stance, why_no_role
from connector.kpis.registry import Unit, deal_kpi
from connector.kpis.result import Kpi, KpiValue, Status, count, share


@deal_kpi(
    unit=Unit.FRACTION,
    needs=LINKS + ROLE,
    written=True,
    trace=lambda deal: trace_contacts(deal, lambda one: _role_of(one, deal), why_no_role),
)
def deal_role_coverage(view: DealView) -> Kpi:
    """Decision roles on the deal.

    Share of the required roles ({required_roles}) that at least one active contact of this deal holds: the role on
    the deal, else the person's own.

    A deal without contacts covers none of its required roles: 0, not empty. n is the number of people who hold one
    of them. Example: on the deal are an economic buyer, a technical buyer and a second technical buyer; user and
    coach are missing: 2 / 4 = 0.5, with n = 3.
    """
    required = view.frame.settings.required_roles
    holders = [person for person in view.active_contacts if person.role in required]
    return share(len({person.role for person in holders}), len(required), len(holders))


@deal_kpi(unit=Unit.COUNT, needs=LINKS, written=True, trace=lambda deal: trace_contacts(deal, said_of, lambda _: ""))
def deal_threads(view: DealView) -> Kpi:
    """Active contacts on the deal.

    Distinct contacts of this deal who have not left their company.

    Example: of three contacts one has left: 2.
    """
    return count(len(view.active_contacts))


@deal_kpi(
    unit=Unit.YES_NO,
    needs=LINKS + STANCE,
    written=True,
    trace=lambda deal: trace_contacts(deal, lambda one: said_of(one) if one.is_champion else None, why_by_stance),
)
def deal_champion(view: DealView) -> Kpi:
    """Champion on the deal.

    Whether one of the deal's active contacts is a champion: by the part in the deal, else by the person's stance.

    A deal without contacts has no champion. n is the number of active contacts. Example: a neutral contact and a
    champion who has left: no. The champion still there: yes.
    """
    people = view.active_contacts
    return Kpi(any(person.is_champion for person in people), Status.OK, len(people))


def _role_of(person: Person, deal: DealView) -> Mapping[str, KpiValue] | None:
    return {"role": person.role} if person.role in deal.frame.settings.required_roles else None
