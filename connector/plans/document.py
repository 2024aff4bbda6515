"""A whole plan as one document: for other programs, for the screen and for the page that a review meeting reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connector.plans.book import SHELVES
from connector.plans.known import KnownAccount
from connector.plans.overlay import JUDGED, SHARED
from connector.store.plan_values import PlanValue, Side
from mappings.entities import Contact
from mappings.strategy import PARTS, Action, Entity, Part, Plan, Stakeholder

PLACES = tuple(shelf for entity, shelf in SHELVES.items() if entity is not Entity.STAKEHOLDER)
"""The parts of a plan that are printed as they are, by the names of an AccountPlan's shelves."""


def plan_document(known: KnownAccount) -> dict[str, Any]:
    """The plan with its people as they count; ids, dates and amounts as texts, unknown as None."""
    return {
        "connection": known.connection,
        "account": known.id,
        "name": known.name,
        "plan": _plan(known),
        "judged": _judgements(known, Entity.PLAN, known.id),
        "stakeholders": list(_people(known)),
        **{shelf: _shelf(known, getattr(known.plan, shelf)) for shelf in PLACES},
        "conflicts": [conflict_document(known, one) for one in known.conflicts],
    }


def conflict_document(known: KnownAccount, conflict: Any) -> dict[str, Any]:  # noqa: ANN401 - a Conflict
    """Where a person here and the CRM differ."""
    values = {side: _text(getattr(conflict, side)) for side in ("local", "crm", "holds")}
    name = known.called(conflict.person) or known.name
    return {"person": conflict.person, "name": name, "field": conflict.field, **values}


def is_known_of(person: Mapping[str, Any]) -> bool:
    """Whether anything is known of a person of the document: a judgement, in the CRM or here."""
    return bool(person["judged"]) or any(person[axis] is not None for axis in ("role", "influence", "stance"))


def ordered_people(known: KnownAccount) -> list[str]:
    """Those of whom something is known first: by influence, then by name; everybody once."""

    def place(id_: str) -> tuple[int, str]:
        return -(known.people[id_].influence or 0), (known.called(id_) or "").casefold()

    said = set(known.plan.stakeholders) & known.people.keys()
    known_of = [id_ for id_, one in known.people.items() if id_ in said or one.role or one.stance or one.influence]
    rest = known.people.keys() - set(known_of)
    return sorted(known_of, key=place) + sorted(rest, key=place)


def _plan(known: KnownAccount) -> dict[str, Any] | None:
    """The plan as it counts, with what the CRM alone knows; None where nobody said anything of it."""
    said, account = known.plan.plan, known.account
    if said is None and all(getattr(account, field) is None for field in SHARED):
        return None
    counts = _fields(said or Plan())
    overruled = _overruled(known, None)
    for field in SHARED:
        if counts[field] is None or field in overruled:
            counts[field] = _text(getattr(account, field))
            counts |= {"currency": account.currency} if field == "potential_revenue" and counts[field] else {}
    return counts


def _overruled(known: KnownAccount, person: str | None) -> set[str]:
    """Of what fields of a person, or of the account itself, the CRM's word counts and not ours."""
    return {one.field for one in known.conflicts if one.person == person and one.holds == one.crm}


def _people(known: KnownAccount) -> Iterator[dict[str, Any]]:
    for id_ in ordered_people(known):
        said = known.plan.stakeholders.get(id_, Stakeholder())
        yield _person(known, id_, known.people[id_], said)


def _person(known: KnownAccount, id_: str, counts: Contact, said: Stakeholder) -> dict[str, Any]:
    judged = {field: _text(getattr(counts, field)) for field in JUDGED}
    own = _fields(said)
    return {
        "person": id_,
        "name": known.called(id_),
        "title": said.title or counts.title,
        "email": said.email or counts.email,
        **judged,
        **{field: own[field] for field in own if field not in {*judged, "name", "title", "email"}},
        "reports_to_name": known.called(said.reports_to),
        "judged": _judgements(known, Entity.STAKEHOLDER, id_),
    }


def _judgements(known: KnownAccount, entity: Entity, id_: str) -> dict[str, dict[str, Any]]:
    """Who gave each value that counts, here or in the CRM, when and on what evidence."""
    overruled = _overruled(known, None if entity is Entity.PLAN else id_)
    heard: dict[str, dict[str, Any]] = {}
    for side, said in ((Side.CRM, known.entered), (Side.LOCAL, known.said)):
        for (part, whose, field), value in said.items():
            is_heard = value.value is not None and not (side is Side.LOCAL and field in overruled)
            if (part, whose) == (entity, id_) and is_heard and field in PARTS[entity].model_fields:
                heard[field] = _judgement(value)
    return heard


def _judgement(value: PlanValue) -> dict[str, Any]:
    at = value.at.isoformat(timespec="seconds")
    told = {"author": value.author, "at": at, "evidence": value.evidence}
    return told | {"side": value.side.value, "source": value.source.value}


def _shelf(known: KnownAccount, parts: Mapping[str, Part]) -> list[dict[str, Any]]:
    found = [{"id": id_, **_fields(part), **_names(known, part)} for id_, part in parts.items()]
    return sorted(found, key=lambda one: (str(one.get("due") or one.get("held_on") or "9999"), str(one["id"])))


def _names(known: KnownAccount, part: Part) -> dict[str, str | None]:
    """What the people, deals, units and objectives are called whose ids stand in a part."""
    called: dict[str, Callable[[str], str | None]] = {
        "stakeholder": known.called,
        "source": known.called,
        "target": known.called,
        "person": known.called,
        "deal": lambda id_: known.deals[id_].name if id_ in known.deals else id_,
        "unit": lambda id_: known.units.get(id_) or id_,
        "line": lambda id_: known.lines.get(id_) or id_,
        "objective": lambda id_: _objective(known, id_),
    }
    named = {field: getattr(part, field) for field in called if field in type(part).model_fields}
    return {f"{field}_name": called[field](id_) for field, id_ in named.items() if id_ and _is_reference(part, field)}


def _is_reference(part: Part, field: str) -> bool:
    """A plan's main objective is a text, an action's objective an id."""
    return field != "objective" or isinstance(part, Action)


def _objective(known: KnownAccount, id_: str) -> str | None:
    found = known.plan.objectives.get(id_)
    return found.text if found else id_


def _fields(part: Part) -> dict[str, Any]:
    return {field: _text(getattr(part, field)) for field in type(part).model_fields if field != "removed"}


def _text(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    return value if value is None or isinstance(value, bool | int) else str(value)
