"""Suggestions of what may be true of an account's people, each with its evidence; none counts until it is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from connector.kpis.stages import Stages, State
from connector.languages.speech import _, ngettext, speaker
from connector.plans.draft import ASSUMED, Draft
from connector.plans.known import KnownAccount
from connector.plans.people import add_person, change_person
from connector.plans.titles import suppose_influence, suppose_role
from mappings.entities import Contact
from mappings.vocabulary import Role, Stance

WINS = 2
"""Deals won with a person that alone suggest a champion; with recent activity one will do."""

RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that somebody might confirm. `person` None: somebody who must exist and is not known yet."""

    person: str | None
    name: str
    field: str
    value: Role | Stance | int
    evidence: str


def suggest_values(
    known: KnownAccount, stages: Stages, required: Sequence[Role], today: date, zone: tzinfo
) -> list[Suggestion]:
    """What may be true of people of whom it is unknown, in a fixed order."""
    won = _deals_won(known, stages)
    found: list[Suggestion] = []
    for id_, person in sorted(known.people.items()):
        if person.account == known.id and not person.departed:
            found += _by_title(known, id_, person)
            found += _by_wins(known, id_, won.get(id_, ()), _active_on(person, today, zone))
    return found + list(_missing_roles(known, stages, required))


def accept(draft: Draft, suggestion: Suggestion) -> None:
    """Write a suggestion into the plan, as assumed."""
    person = suggestion.person or add_person(draft, suggestion.name, placeholder=True)
    change_person(draft, person, {suggestion.field: suggestion.value}, ASSUMED)


def _by_title(known: KnownAccount, id_: str, person: Contact) -> Iterator[Suggestion]:
    name, evidence = known.called(id_) or id_, _("job title “{title}”", title=person.title)
    role, influence = suppose_role(person.title), suppose_influence(person.title)
    if person.role is None and role is not None and not _has_role_on_deals(known, id_):
        yield Suggestion(id_, name, "role", role, evidence)
    if person.influence is None and influence is not None:
        yield Suggestion(id_, name, "influence", influence, evidence)


def _by_wins(known: KnownAccount, id_: str, won: Sequence[str], active: date | None) -> Iterator[Suggestion]:
    if known.people[id_].stance is not None or not won or (len(won) < WINS and active is None):
        return
    evidence = ngettext(
        "{number} deal won with this person ({deals})",
        "{number} deals won with this person ({deals})",
        len(won),
        deals=", ".join(won),
    )
    if active:
        evidence = _("{evidence}, active on {day}", evidence=evidence, day=speaker().day(active))
    yield Suggestion(id_, known.called(id_) or id_, "stance", Stance.CHAMPION, evidence)


def _missing_roles(known: KnownAccount, stages: Stages, required: Sequence[Role]) -> Iterator[Suggestion]:
    """Where a deal is open, somebody decides; a required role that nobody has is a person yet to be found."""
    open_ = [id_ for id_ in known.deals if _state(known, id_, stages) is State.OPEN]
    there = {id_ for id_, person in known.people.items() if person.account == known.id and not person.departed}
    held = {known.people[id_].role for id_ in there}
    held |= {link.role for link in known.deal_contacts if link.contact in there or link.contact not in known.people}
    for role in required if open_ else ():
        if role not in held:
            evidence = ngettext(
                "{number} open deal and nobody known in this role",
                "{number} open deals and nobody known in this role",
                len(open_),
            )
            yield Suggestion(None, _("Somebody in the {role} role", role=_(role)), "role", role, evidence)


def _deals_won(known: KnownAccount, stages: Stages) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for contact, deal in sorted({(link.contact or "", link.deal or "") for link in known.deal_contacts}):
        if _state(known, deal, stages) is State.WON:
            found.setdefault(contact, []).append(known.deals[deal].name or deal)
    return found


def _state(known: KnownAccount, deal: str, stages: Stages) -> State | None:
    found = stages.find(known.deals[deal].pipeline, known.deals[deal].stage)
    return found.state if found else None


def _has_role_on_deals(known: KnownAccount, person: str) -> bool:
    return any(link.contact == person and link.role for link in known.deal_contacts)


def _active_on(person: Contact, today: date, zone: tzinfo) -> date | None:
    """The day of the latest activity or answer, if it is recent."""
    moments = [moment for moment in (person.last_activity_at, person.last_answer_at) if moment]
    day = max(moments).astimezone(zone).date() if moments else None
    return day if day and today - day <= RECENT else None


def suggestion_document(number: int, suggestion: Suggestion) -> Mapping[str, object]:
    """A suggestion for other programs, marked as one."""
    return {
        "number": number,
        "suggestion": True,
        "person": suggestion.person,
        "name": suggestion.name,
        "field": suggestion.field,
        "value": suggestion.value,
        "evidence": suggestion.evidence,
    }
