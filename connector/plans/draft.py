"""A plan while somebody changes it: every change is checked here, and nothing is written before all of them are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection

from connector.languages.speech import _
from connector.plans.book import SHELVES
from connector.plans.finding import Register
from connector.plans.known import KnownAccount
from connector.plans.overlay import JUDGED
from connector.plans.pen import Pen
from connector.plans.values import PlanError, decode_value, encode, name_of
from connector.store.plan_values import PlanValue
from mappings.entities import Contact
from mappings.strategy import PARTS, Entity, Part

ASSUMED, CONFIRMED = "assumed", "confirmed"
"""On what evidence a person is judged; what nobody says was confirmed is assumed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A value to be written; `old` is what it was in the plan. `again`: it is that still, and is said once more."""

    entity: Entity
    id: str
    field: str
    old: object
    new: object
    evidence: str | None = None
    again: bool = False


class Draft:
    """The plan of one account with changes that are not saved yet."""

    def __init__(self, known: KnownAccount, *, restating: bool = False) -> None:
        """Begin with what is known.

        `restating`: what is said though it stands in the plan already is said anew where the CRM's later word counts.
        """
        plan = known.plan
        self.known = known
        self._restating = restating
        self.edits: list[Edit] = []
        self._parts: dict[Entity, dict[str, Part]] = {
            entity: dict(getattr(plan, shelf)) for entity, shelf in SHELVES.items()
        }
        self._parts[Entity.PLAN] = {known.id: plan.plan} if plan.plan else {}
        self._names = known.names_of_people()
        self._register: Register | None = None

    @property
    def account(self) -> str:
        """The account's id."""
        return self.known.id

    def shelf(self, entity: Entity) -> Mapping[str, Part]:
        """The parts of a kind as they now stand, by id."""
        return self._parts[entity]

    def names_of_people(self) -> Mapping[str, list[str | None]]:
        """What each person may be called, those added here among them."""
        return self._names

    def admit(self, person: str, contact: Contact, *names: str | None) -> None:
        """Let somebody be known here who is not one of the account's people in the CRM."""
        words = [*names, contact.email]
        if person in self._names:
            self._register = None
        elif self._register is not None:
            self._register.add(person, words)
        self._names[person] = words

    def find_person(self, text: str) -> str:
        """The id of the person who is called so. Raises PlanError; UnknownNameError where there is none."""
        if self._register is None:
            self._register = Register("person", self._names)
        return self._register.find(text)

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Take back what was changed in the block when it raises."""
        done = len(self.edits)
        parts = {entity: copy(shelf) for entity, shelf in self._parts.items()}
        names = copy(self._names)
        try:
            yield
        except PlanError:
            del self.edits[done:]
            if names != self._names:
                self._register = None
            self._parts, self._names = parts, names
            raise

    def write(self, entity: Entity, id_: str, values: Mapping[str, object], evidence: str | None = None) -> None:
        """Set values of a part; None or an empty text makes one unknown. A part that is not in the plan is put in.

        Raises PlanError, with nothing changed, for a value that does not fit.
        """
        checked = {field: _checked(entity, field, value) for field, value in values.items()}
        part = self._parts[entity].get(id_)
        if part is None:
            checked = dict.fromkeys(PARTS[entity].model_fields) | checked
        self.edits += [
            self._edit((entity, id_, field), getattr(part, field, None), new, evidence)
            for field, new in checked.items()
            if part is None or self._differs(part, (entity, id_, field), new, evidence)
        ]
        self._parts[entity][id_] = (part or PARTS[entity]()).model_copy(update=checked)

    def remove(self, entity: Entity, id_: str) -> None:
        """Take a part out; its history stays."""
        part = self._parts[entity].pop(id_)
        self.edits.append(Edit(entity, id_, "removed", part.removed, new=True))

    def save(self, store: Connection, pen: Pen) -> list[PlanValue]:
        """Write all changes in the pen's name; returns the values that are new."""
        written: list[PlanValue] = []
        for (entity, id_, evidence, again), edits in groupby(
            self.edits, key=lambda edit: (edit.entity, edit.id, edit.evidence, edit.again)
        ):
            values = {edit.field: edit.new for edit in edits}
            holding = replace(pen, evidence=evidence, again=again)
            written += holding.write(store, self.account, entity, id_, values)
        return written

    def _edit(self, key: tuple[Entity, str, str], old: object, new: object, evidence: str | None) -> Edit:
        return Edit(*key, old, new, self._evidence(*key, new, evidence), again=old == new and new is not None)

    def _differs(self, part: Part, key: tuple[Entity, str, str], new: object, evidence: str | None) -> bool:
        """Whether the value is another one, rests on other evidence, or is said against the CRM's later word."""
        if getattr(part, key[2]) != new or (self._restating and self._is_overruled(key, new)):
            return True
        said = self.known.said.get(key)
        return evidence is not None and key[2] in JUDGED and said is not None and said.evidence != evidence

    def _is_overruled(self, key: tuple[Entity, str, str], new: object) -> bool:
        _, id_, field = key
        conflicts = [one for one in self.known.conflicts if one.field == field and id_ == (one.person or one.account)]
        return any(one.local == new != one.holds for one in conflicts)

    def _evidence(self, entity: Entity, id_: str, field: str, new: object, evidence: str | None) -> str | None:
        if entity is not Entity.STAKEHOLDER or field not in JUDGED or new is None:
            return None
        said = self.known.said.get((entity, id_, field))
        return evidence or (said.evidence if said and said.evidence and _same(said, new) else ASSUMED)


def _same(said: PlanValue, new: object) -> bool:
    return decode_value(said.entity, said.field, said.value) == new


def _checked(entity: Entity, field: str, value: object) -> object:
    text = encode(entity, field, value)
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        raise PlanError(
            _("{part} {field}: holds half a character; type it again", part=name_of(entity), field=field)
        ) from None
    return decode_value(entity, field, text)
