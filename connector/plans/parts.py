"""The other parts of a plan, each told apart by what it is: the same said again is the same part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from connector.languages.speech import _
from connector.plans.actions import find_deal
from connector.plans.draft import Draft
from connector.plans.finding import pick, pick_part
from connector.plans.ids import numbered, part_id, plain
from connector.plans.people import find_person
from connector.plans.values import PlanError, decode_value, encode, name_of
from connector.store.plan_twins import TOLD_APART_BY
from mappings.strategy import Entity, Part
from mappings.vocabulary import Survey

KEYS: Mapping[Entity, tuple[str, ...]] = {**TOLD_APART_BY, Entity.ANSWER: ("person", "survey", "answered_on")}
"""What tells a part from the others of its kind."""

NEEDED: Mapping[Entity, tuple[str, ...]] = {
    **KEYS,
    Entity.COMPETITOR: ("name",),
    Entity.ANSWER: ("survey", "score", "answered_on"),
}
"""Without these a part says nothing."""

MOST_SATISFIED = 5


def put_part(draft: Draft, entity: Entity, values: Mapping[str, object], id_: str | None = None) -> str:
    """Put a part in, or change the one that is it already; returns its id. Raises PlanError."""
    settled = _settle_references(draft, entity, values)
    if entity is Entity.CELL and id_ not in draft.shelf(entity):
        settled.setdefault("unit", draft.account)
    made = id_ or _same_part(draft, entity, settled) or _free_id(draft, entity, settled)
    _refuse_lacking(draft.shelf(entity).get(made), entity, settled)
    if entity is Entity.ANSWER:
        _check_score(settled)
    draft.write(entity, made, settled)
    return made


def _same_part(draft: Draft, entity: Entity, values: Mapping[str, object]) -> str | None:
    """The part that these values tell from others, whatever words its id was once made of."""
    keys = KEYS[entity]
    wanted = [_compared(decode_value(entity, key, encode(entity, key, values.get(key)))) for key in keys]
    if not any(wanted):
        return None
    pairs = list(zip(keys, wanted, strict=True))
    return next(
        (
            id_
            for id_, part in draft.shelf(entity).items()
            if all(_compared(getattr(part, key)) == word for key, word in pairs)
        ),
        None,
    )


def _compared(value: object) -> str:
    """As it is kept, but for case and doubled spaces; cheap, since each line of a file is held against each part."""
    return plain(json.dumps(value, ensure_ascii=False)) if isinstance(value, str) else str(value or "")


def _refuse_lacking(held: Part | None, entity: Entity, values: Mapping[str, object]) -> None:
    """Raises PlanError where a part would lack what it says nothing without."""
    stands = {key: values[key] if key in values else getattr(held, key, None) for key in NEEDED[entity]}
    if lacking := [key for key, value in stands.items() if value in {None, ""}]:
        raise PlanError(_("a {part} needs {fields}", part=name_of(entity), fields=", ".join(lacking)))


def find_part(draft: Draft, entity: Entity, text: str) -> str:
    """The id of a part, by the id, its beginning or its text or name. Raises PlanError."""
    words = {id_: [getattr(part, KEYS[entity][0])] for id_, part in draft.shelf(entity).items()}
    return pick_part(entity.value.replace("_", " "), text, words)


def _settle_references(draft: Draft, entity: Entity, values: Mapping[str, object]) -> dict[str, object]:
    """The values with whom and what they name replaced by ids. Raises PlanError for what is not there."""
    settled = dict(values)
    for field in PEOPLE.get(entity, ()):
        if settled.get(field):
            settled[field] = find_person(draft, str(settled[field]))
    if entity is Entity.DEAL_PART and settled.get("deal"):
        settled["deal"] = find_deal(draft, str(settled["deal"]))
    if entity is Entity.CELL:
        settled |= _cell(draft, settled)
    if entity is Entity.INFLUENCE_LINE and settled.get("source") and settled.get("source") == settled.get("target"):
        raise PlanError(_("nobody has a line of influence to themselves"))
    return settled


PEOPLE: Mapping[Entity, tuple[str, ...]] = {
    Entity.INFLUENCE_LINE: ("source", "target"),
    Entity.DEAL_PART: ("stakeholder",),
    Entity.ANSWER: ("person",),
}


def _cell(draft: Draft, values: Mapping[str, object]) -> dict[str, object]:
    """A unit is the account itself or one below it; a line is one of the CRM's, as far as it has any."""
    known = draft.known
    found: dict[str, object] = {}
    if values.get("unit"):
        found["unit"] = pick("unit", str(values["unit"]), {unit: [name] for unit, name in known.units.items()})
    if values.get("line") and known.lines:
        found["line"] = pick("product line", str(values["line"]), {key: [name] for key, name in known.lines.items()})
    return found


def _free_id(draft: Draft, entity: Entity, values: Mapping[str, object]) -> str:
    """The id that the words lead to: not that of a part which had them before and has others now."""
    words = [encode(entity, key, values.get(key)) for key in KEYS[entity]]
    ids = (part_id(draft.account, entity.value, *more) for more in numbered(*words))
    return next(id_ for id_ in ids if id_ not in draft.shelf(entity))


def refuse_future_answer(values: Mapping[str, object], today: date) -> None:
    """Raises PlanError where somebody would have answered on a day to come."""
    text = encode(Entity.ANSWER, "answered_on", values.get("answered_on"))
    day = decode_value(Entity.ANSWER, "answered_on", text)
    if isinstance(day, date) and day > today:
        raise PlanError(_("answered_on: {day} has not come yet", day=day))


def _check_score(values: Mapping[str, object]) -> None:
    survey = decode_value(Entity.ANSWER, "survey", encode(Entity.ANSWER, "survey", values.get("survey")))
    score = decode_value(Entity.ANSWER, "score", encode(Entity.ANSWER, "score", values.get("score")))
    if survey is Survey.CSAT and isinstance(score, int) and not 1 <= score <= MOST_SATISFIED:
        raise PlanError(
            _(
                "score: {score} is no answer to a satisfaction survey, which asks for 1 to {most}",
                score=score,
                most=MOST_SATISFIED,
            )
        )
