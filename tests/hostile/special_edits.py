"""The edits that only one of the CRMs knows, and all edits of each."""

from __future__ import annotations

from edits import DELETABLE, EVERYWHERE, Dice, Edit
from hostile_site import Site
from hubspot_rep import HubSpotRep
from rep import Rep
from salesforce_rep import SalesforceRep

OVERLAP_MINUTES = (1, 5, 14)
"""Less than the connector's overlap on Salesforce: as late as it promises to bear."""


def forget(rep: HubSpotRep, dice: Dice) -> None:
    """HubSpot: a record vanishes without a trace."""
    kind = dice.choose(DELETABLE)
    ids = rep.ids(kind)
    if ids:
        rep.forget(kind, dice.choose(ids))


def undelete(rep: SalesforceRep, dice: Dice) -> None:
    """Salesforce: a record comes back from the bin."""
    kind = dice.choose(DELETABLE)
    bin_ = rep.bin(kind)
    if bin_:
        rep.undelete(kind, dice.choose(bin_))


def purge(rep: SalesforceRep, _: Dice) -> None:
    """Salesforce: the bin is emptied."""
    rep.purge()


def commit_late(rep: SalesforceRep, dice: Dice) -> None:
    """Salesforce: an edit shows up with an old stamp."""
    kind = dice.choose(DELETABLE)
    ids = rep.ids(kind)
    if ids:
        record = dice.choose(ids)
        rep.change(kind, record, {"quantity": "4"} if kind == "line_item" else {"name": "late", "last_name": "late"})
        rep.commit_late(kind, record, dice.choose(OVERLAP_MINUTES))


EDITS: dict[str, dict[str, Edit]] = {
    crm: {edit.__name__: edit for edit in (*EVERYWHERE, *more)}
    for crm, more in {"hubspot": (forget,), "salesforce": (undelete, purge, commit_late)}.items()
}
"""By CRM and name."""

UNDATED = {"hubspot": {"move", "put_on", "take_off", "relabel", "delete", "forget"}, "salesforce": {"purge"}}
"""Edits that move no date of all the records that they change: only sweeps and reconciliations find them."""


def edits_at(site: Site) -> dict[str, Edit]:
    """What may happen at a site."""
    barred = set() if site.around.sweeping else UNDATED[site.crm]
    return {name: edit for name, edit in EDITS[site.crm].items() if name not in barred}


def hire(site: Site) -> Rep:
    """Somebody who works in the CRM of this site."""
    return HubSpotRep(site) if site.crm == "hubspot" else SalesforceRep(site)
