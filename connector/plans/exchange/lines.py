"""Applies one line of a file to the plan that it is about, by the rules that hold for people at the command line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from connector.languages.speech import _
from connector.plans.actions import actions_of, change_action
from connector.plans.draft import Draft
from connector.plans.exchange.forms import FORMS, FormName
from connector.plans.exchange.people_lines import find_named, find_or_add
from connector.plans.exchange.readings import Values, evidence_of
from connector.plans.ids import part_id, plain
from connector.plans.parts import put_part, refuse_future_answer
from connector.plans.people import OF_THE_CRM, change_person
from connector.plans.reviews import put_review
from connector.plans.values import PlanError
from mappings.entities import Contact
from mappings.strategy import LOCAL_MARK, PARTS, Entity, ObjectiveKind, Stakeholder
from mappings.vocabulary import Survey

_ID = re.compile(r"[0-9a-z]{4,40}")


@dataclass
class Applying:
    """What holds for all lines of a file. `anonymous`: answers without a person so far, by what tells them apart."""

    today: date
    elsewhere: Mapping[str, Contact] = field(default_factory=dict)
    anonymous: Counter[str] = field(default_factory=Counter)


def apply_line(form: FormName, draft: Draft, values: Values, applying: Applying) -> str:
    """Change the draft as a line says; returns the id of the part. Raises PlanError, then nothing was changed."""
    with draft.all_or_none():
        if form in _APPLIERS:
            return _APPLIERS[form](draft, values, applying)
        entity = FORMS[form].entity
        return put_part(draft, entity, _fields(entity, values), _given_id(values))


def _apply_person(draft: Draft, values: Values, applying: Applying) -> str:
    person = find_or_add(draft, values, applying.elsewhere)
    evidence = evidence_of(values)
    told = {*OF_THE_CRM} if _is_of_the_crm(draft, person, applying) else set()
    said = {key: value for key, value in values.items() if key in Stakeholder.model_fields and key not in told}
    change_person(draft, person, {key: value for key, value in said.items() if key not in evidence})
    for judged in evidence.keys() & said.keys():
        change_person(draft, person, {judged: said[judged]}, evidence[judged])
    return person


def _is_of_the_crm(draft: Draft, person: str, applying: Applying) -> bool:
    return not person.startswith(LOCAL_MARK) and (person in draft.known.contacts or person in applying.elsewhere)


def _apply_action(draft: Draft, values: Values, applying: Applying) -> str:
    title = str(values.get("title") or "")
    id_ = _given_id(values) or _titled(draft, title)
    if not title and ("title" in values or id_ not in actions_of(draft)):
        raise PlanError(_("an action needs a title: what is to be done"))
    change_action(draft, id_, _fields(Entity.ACTION, values), applying.today)
    return id_


def _titled(draft: Draft, title: str) -> str:
    """The action of that title, whatever became of it, so that a file imported twice adds nothing."""
    same = [id_ for id_, one in actions_of(draft).items() if plain(one.title or "") == plain(title)]
    if len(same) > 1:
        raise PlanError(
            _(
                '{number} actions have the title "{title}": give the id, one of {ids}',
                number=len(same),
                title=title,
                ids=", ".join(same),
            )
        )
    return same[0] if same else part_id(draft.account, "action", title)


def _apply_objective(draft: Draft, values: Values, _: Applying) -> str:
    """A line that does not say which kind it is, is about what the client wants to reach."""
    kind = {} if _given_id(values) in draft.shelf(Entity.OBJECTIVE) else {"kind": ObjectiveKind.OBJECTIVE}
    return put_part(draft, Entity.OBJECTIVE, kind | _fields(Entity.OBJECTIVE, values), _given_id(values))


def _apply_review(draft: Draft, values: Values, applying: Applying) -> str:
    return put_review(draft, _fields(Entity.REVIEW, values), applying.today, _given_id(values))


def _apply_answer(draft: Draft, values: Values, applying: Applying) -> str:
    return _put_answer(draft, values, applying, Survey.NPS)


def _apply_csat(draft: Draft, values: Values, applying: Applying) -> str:
    return _put_answer(draft, values, applying, Survey.CSAT)


def _put_answer(draft: Draft, values: Values, applying: Applying, survey: Survey) -> str:
    person = find_named(draft, values)
    settled = _fields(Entity.ANSWER, values) | ({"person": person} if person else {})
    id_ = _given_id(values)
    if id_ not in draft.shelf(Entity.ANSWER):
        settled = {"survey": survey} | settled
    if id_ is None and person is None:
        id_ = _anonymous_id(draft, settled, applying)
    refuse_future_answer(settled, applying.today)
    return put_part(draft, Entity.ANSWER, settled, id_)


def _anonymous_id(draft: Draft, values: Values, applying: Applying) -> str:
    """Of answers alike that nobody signed, the first, second and so on of the file are each one of their own."""
    words = [str(values.get(key)) for key in ("survey", "score", "answered_on")]
    alike = part_id(draft.account, "answer", *words)
    applying.anonymous[alike] += 1
    return part_id(draft.account, "answer", *words, str(applying.anonymous[alike]))


def _apply_plan(draft: Draft, values: Values, _: Applying) -> str:
    draft.write(Entity.PLAN, draft.account, _fields(Entity.PLAN, values))
    return draft.account


def _fields(entity: Entity, values: Values) -> Values:
    return {key: value for key, value in values.items() if key in PARTS[entity].model_fields}


def _given_id(values: Values) -> str | None:
    given = values.get("id")
    if given is None:
        return None
    if not _ID.fullmatch(str(given)):
        raise PlanError(_("id: keep it as it was exported, or leave it empty"))
    return str(given)


_APPLIERS: Mapping[FormName, Callable[[Draft, Values, Applying], str]] = {
    FormName.STAKEHOLDERS: _apply_person,
    FormName.ACTIONS: _apply_action,
    FormName.NPS: _apply_answer,
    FormName.CSAT: _apply_csat,
    FormName.PLANS: _apply_plan,
    FormName.OBJECTIVES: _apply_objective,
    FormName.REVIEWS: _apply_review,
}
