"""Settles what people said of somebody's part in a deal against what the CRM says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector.plans.overlay import Conflict, Times, Umpire
from mappings.account_plan import AccountPlan
from mappings.entities import DealContact
from mappings.strategy import DealPart

_TOLD = ("role", "stance")


def overlay_deal_contacts(
    links: Sequence[DealContact], plans: Mapping[str, AccountPlan], umpire: Umpire
) -> list[DealContact]:
    """The people on deals as they count, with those of whom only the plans know that they have a part in one.

    When the CRM's word on a deal was said is not known: under `latest` it is no later than a person's.
    """
    timeless, there = _timeless(umpire), {(link.deal, link.contact) for link in links}
    said = {key: part for plan in plans.values() for key, part in _parts(plan).items()}
    settled = [_settled(link, said.get((link.deal, link.contact)), timeless) for link in links]
    return settled + [
        DealContact(deal=deal, contact=person, role=part.role, stance=part.stance)
        for (deal, person), part in said.items()
        if (deal, person) not in there
    ]


def find_deal_conflicts(
    links: Sequence[DealContact], plans: Mapping[str, AccountPlan], umpire: Umpire
) -> Iterator[Conflict]:
    """Where a person here and the CRM say different things of somebody's part in a deal; the field names the deal."""
    for account, plan in plans.items():
        parts = _parts(plan)
        for link in links:
            for field in _TOLD if (link.deal, link.contact) in parts else ():
                local, crm = getattr(parts[link.deal, link.contact], field), getattr(link, field)
                if local is not None and crm is not None and local != crm:
                    holds = _timeless(umpire).settle("", field, local, crm)
                    yield Conflict(account, link.contact, f"{field} (deal {link.deal})", local, crm, holds)


def _parts(plan: AccountPlan) -> dict[tuple[str | None, str | None], DealPart]:
    named = (part for part in plan.deal_parts.values() if part.deal and part.stakeholder)
    return {(part.deal, part.stakeholder): part for part in named}


def _timeless(umpire: Umpire) -> Umpire:
    return Umpire(umpire.authority, Times({}, {}))


def _settled(link: DealContact, said: DealPart | None, umpire: Umpire) -> DealContact:
    if said is None:
        return link
    values = {field: umpire.settle("", field, getattr(said, field), getattr(link, field)) for field in _TOLD}
    return link.model_copy(update=values)
