"""What is missing in an account's plan, most telling first: the questions that somebody should answer next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.kpis.strategic import alignment_of, objective_of
from connector.languages.speech import _
from connector.plans.document import ordered_people
from connector.plans.ids import plain
from connector.plans.known import KnownAccount
from mappings.strategy import LOCAL_MARK, ActionStatus, ObjectiveKind
from mappings.vocabulary import Role

MOST_PEOPLE = 20
"""People of whom it is said one by one what is unknown."""


def find_gaps(known: KnownAccount, required: Sequence[Role]) -> list[str]:
    """What to fill in, one line each."""
    people = [*_of_newcomers(known), *_of_people(known)]
    return [*_of_plan(known), *_of_roles(known, required), *people, *_of_actions(known)]


def _of_plan(known: KnownAccount) -> Iterator[str]:
    said = known.plan.plan
    kinds = {one.kind or ObjectiveKind.OBJECTIVE for one in known.plan.objectives.values()}
    if objective_of(known.account, known.plan) is None and ObjectiveKind.OBJECTIVE not in kinds:
        yield _("what does the client want to reach? (objective)")
    if (said is None or said.potential_revenue is None) and known.account.potential_revenue is None:
        yield _("what could the account bring in a year? (potential_revenue)")
    if alignment_of(known.account, known.plan) is None:
        yield _("how well does the account fit our strategy, 1 to 5? (alignment)")
    if not known.plan.competitors:
        yield _("who else is there? (add competitor)")


def _of_roles(known: KnownAccount, required: Sequence[Role]) -> Iterator[str]:
    held = {one.role for one in known.people.values() if one.account == known.id and not one.departed}
    yield from (_("who has the {role} role? (nobody known)", role=_(role)) for role in required if role not in held)


def _of_newcomers(known: KnownAccount) -> Iterator[str]:
    """People known here alone whose name a contact of the CRM bears by now."""
    names = {id_: plain(known.called(id_) or "") for id_ in known.people}
    bearers = {name: id_ for id_, name in names.items() if not id_.startswith(LOCAL_MARK)}
    for id_, name in names.items():
        if id_.startswith(LOCAL_MARK) and (contact := bearers.get(name)):
            yield _("{name}: is it contact {contact} of the CRM? (identify)", name=known.called(id_), contact=contact)


def _of_people(known: KnownAccount) -> Iterator[str]:
    """Of those who matter: with a role, a judgement, or a place on a deal."""
    on_deals = {link.contact for link in known.deal_contacts}
    said = known.plan.stakeholders
    telling = [
        id_
        for id_ in ordered_people(known)
        if (known.people[id_].role or id_ in said or id_ in on_deals) and not known.people[id_].departed
    ]
    for id_ in telling[:MOST_PEOPLE]:
        if id_ in said and said[id_].placeholder:
            yield _("{name}: who is it? (placeholder)", name=known.called(id_))
        person = known.people[id_]
        unknown = [axis for axis in ("role", "influence", "stance") if getattr(person, axis) is None]
        if unknown:
            yield _("{name}: unknown: {fields}", name=known.called(id_), fields=", ".join(_(axis) for axis in unknown))


def _of_actions(known: KnownAccount) -> Iterator[str]:
    open_ = [one for one in known.plan.actions.values() if one.status in {None, ActionStatus.OPEN}]
    if not open_:
        yield _("what is to be done next? (add-action)")
    for action in open_:
        lacking = [field for field in ("owner", "due") if not getattr(action, field)]
        if lacking:
            fields = ", ".join(_(field) for field in lacking)
            yield _("action “{title}” lacks: {fields}", title=action.title, fields=fields)
