"""The people of a plan: who is meant, who is new, and to whom they report."""

from __future__ import annotations

from collections.abc import Mapping

from connector.languages.speech import _
from connector.plans.draft import Draft
from connector.plans.ids import numbered, person_id, plain
from connector.plans.values import PlanError, name_of
from mappings.entities import Contact
from mappings.strategy import LOCAL_MARK, Entity, Stakeholder

OF_THE_CRM = ("name", "title", "email")
"""What the CRM says of its own contacts; a plan says it only of people whom the CRM does not have."""

PRIVATE = frozenset({"personal_stakes", "professional_stakes", "decides_on"})
"""Free text about a named person."""


def find_person(draft: Draft, text: str) -> str:
    """The id of one of the account's people, by id, e-mail address or name. Raises PlanError."""
    refuse_erased(draft, text.strip())
    found = draft.find_person(text)
    refuse_erased(draft, found)
    return found


def refuse_erased(draft: Draft, person: str) -> None:
    """Raises PlanError for somebody who was erased: of them nothing is said again."""
    if person in draft.known.erased:
        raise PlanError(
            _("{person} was erased at the person's wish: nothing is to be said of them again", person=person)
        )


def add_person(draft: Draft, name: str, *, placeholder: bool, id_: str | None = None) -> str:
    """Put somebody into the plan whom the CRM does not have; the same name is the same person. Returns the id.

    `placeholder`: known to exist, not yet named: then `name` says what they do.
    """
    if not name.strip():
        raise PlanError(_("a person needs a name, or what they do: “Head of purchasing”"))
    made = id_ or _id_for(draft, name)
    refuse_erased(draft, made)
    if made not in draft.shelf(Entity.STAKEHOLDER):
        draft.write(Entity.STAKEHOLDER, made, {"name": name, "placeholder": True if placeholder else None})
        draft.admit(made, Contact(), name)
    return made


def _id_for(draft: Draft, name: str) -> str:
    """The id that the name leads to: not that of somebody who was called so before and is not any more."""
    ids = (person_id(draft.account, *words) for words in numbered(name))
    return next(id_ for id_ in ids if plain(_name_of(draft, id_) or name) == plain(name))


def _name_of(draft: Draft, person: str) -> str | None:
    said = draft.shelf(Entity.STAKEHOLDER).get(person)
    return said.name if isinstance(said, Stakeholder) else None


def change_person(draft: Draft, person: str, values: Mapping[str, object], evidence: str | None = None) -> None:
    """Set what a person is to us. Raises PlanError: a value that does not fit, an unknown boss, a circle of bosses."""
    settled = dict(values)
    if person in draft.known.contacts and not person.startswith(LOCAL_MARK):
        _refuse_facts(settled)
    if settled.get("reports_to"):
        settled["reports_to"] = find_person(draft, str(settled["reports_to"]))
        refuse_circle(draft, person, str(settled["reports_to"]))
    draft.write(Entity.STAKEHOLDER, person, settled, evidence)
    if settled.get("name"):
        draft.admit(person, Contact(email=_text(settled.get("email"))), _text(settled["name"]))


def remove_person(draft: Draft, person: str) -> None:
    """Forget what people here said of somebody. Raises PlanError where others still point at them."""
    for entity, fields in POINTERS.items():
        for id_, part in draft.shelf(entity).items():
            if id_ != person and person in {getattr(part, field) for field in fields}:
                what = name_of(entity)
                raise PlanError(
                    _(
                        "{name} is named by {what} {id}: change that first",
                        name=draft.known.called(person),
                        what=what,
                        id=id_,
                    )
                )
    draft.remove(Entity.STAKEHOLDER, person)


POINTERS: Mapping[Entity, tuple[str, ...]] = {
    Entity.STAKEHOLDER: ("reports_to",),
    Entity.INFLUENCE_LINE: ("source", "target"),
    Entity.DEAL_PART: ("stakeholder",),
    Entity.ACTION: ("stakeholder",),
    Entity.ANSWER: ("person",),
}
"""The fields of a plan that name one of its people."""


def _refuse_facts(values: Mapping[str, object]) -> None:
    if named := [field for field in OF_THE_CRM if values.get(field)]:
        raise PlanError(_("{fields}: the CRM says it of its own contacts; change it there", fields=", ".join(named)))


def refuse_circle(draft: Draft, person: str, boss: str) -> None:
    """Raises PlanError where this boss would have somebody report to themselves in the end."""
    above, step = [person], boss
    while step not in above:
        above.append(step)
        said = draft.shelf(Entity.STAKEHOLDER).get(step)
        if not isinstance(said, Stakeholder) or said.reports_to is None:
            return
        step = said.reports_to
    if step == person:
        names = " → ".join(draft.known.called(one) or one for one in [*above, person])
        raise PlanError(_("reports_to: {names} is a circle; correct one of them first", names=names))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
