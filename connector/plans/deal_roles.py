"""Settles what people said of somebody's part in a deal against what the CRM says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.plans.overlay import Times, Umpire
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
    said: dict[tuple[str | None, str | None], DealPart] = {
        (part.deal, part.stakeholder): part
        for plan in plans.values()
        for part in plan.deal_parts.values()
        if part.deal and part.stakeholder
    }
    timeless, there = Umpire(umpire.authority, Times({}, {})), {(link.deal, link.contact) for link in links}
    settled = [_settled(link, said.get((link.deal, link.contact)), timeless) for link in links]
    return settled + [
        DealContact(deal=deal, contact=person, role=part.role, stance=part.stance)
        for (deal, person), part in said.items()
        if (deal, person) not in there
    ]


def _settled(link: DealContact, said: DealPart | None, umpire: Umpire) -> DealContact:
    if said is None:
        return link
    values = {field: umpire.settle("", field, getattr(said, field), getattr(link, field)) for field in _TOLD}
    return link.model_copy(update=values)
