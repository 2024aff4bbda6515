"""Somebody known here alone turns out to be a contact of the CRM: all that was said of them moves there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from adapters.base import Kind
from connector.config.connection import Authority
from connector.languages.speech import _
from connector.plans.draft import Draft
from connector.plans.known import KnownAccount, read_known
from connector.plans.pen import Pen
from connector.plans.people import OF_THE_CRM, find_person, refuse_circle
from connector.plans.values import PlanError
from connector.store.plan_merges import follow_merges
from mappings.strategy import LOCAL_MARK, Entity


def identify(
    store: Connection, pen: Pen, draft: Draft, people: tuple[str, str], authority: Mapping[str, Authority]
) -> KnownAccount:
    """Let all that is said of the first of these people be said of the second, who is a contact of the CRM.

    Judgements keep their authors and times; where something was said of both, the later word holds. Returns the account
    as it then is. Raises PlanError, after which the transaction must not be committed.
    """
    local, contact = (find_person(draft, text) for text in people)
    _refuse_others(draft, local, contact)
    follow_merges(store, pen.connection, Kind.CONTACT, {local: contact})
    facts = dict.fromkeys((*OF_THE_CRM, "placeholder", "removed"))
    pen.write(store, draft.account, Entity.STAKEHOLDER, contact, facts)
    known = read_known(store, pen.connection, [draft.account], authority)[draft.account]
    if boss := known.plan.stakeholders[contact].reports_to:
        refuse_circle(Draft(known), contact, boss)
    for id_, line in known.plan.influence_lines.items():
        if line.source == line.target:
            pen.remove(store, draft.account, Entity.INFLUENCE_LINE, id_)
    return known


def _refuse_others(draft: Draft, local: str, contact: str) -> None:
    if not local.startswith(LOCAL_MARK):
        raise PlanError(_("{person} is a contact of the CRM already", person=draft.known.called(local)))
    if contact.startswith(LOCAL_MARK) or contact not in draft.known.contacts:
        raise PlanError(_("{person} is no contact of the CRM", person=draft.known.called(contact)))
