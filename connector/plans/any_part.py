"""Changes a part of a plan by its id alone, whatever kind of part it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from connector.languages.speech import _
from connector.plans.actions import change_action
from connector.plans.book import SHELVES
from connector.plans.draft import Draft
from connector.plans.finding import pick_part
from connector.plans.parts import KEYS, put_part, refuse_future_answer
from connector.plans.people import change_person
from connector.plans.reviews import put_review
from connector.plans.values import PlanError
from mappings.strategy import Entity


def change_part(draft: Draft, text: str, values: Mapping[str, object], today: date) -> str:
    """Set values of the part that has this id, or whose id begins so; returns the id. Raises PlanError."""
    kinds = {id_: entity for entity in SHELVES for id_ in draft.shelf(entity)}
    id_ = pick_part("part", text, {one: [] for one in kinds})
    if not values:
        raise PlanError(_('nothing to set: write FIELD=VALUE, like objective="Open the Spanish market"'))
    entity = kinds[id_]
    if entity is Entity.ANSWER:
        refuse_future_answer(values, today)
    if entity in KEYS:
        put_part(draft, entity, values, id_)
    elif entity is Entity.ACTION:
        change_action(draft, id_, values, today)
    elif entity is Entity.REVIEW:
        put_review(draft, values, today, id_)
    else:
        change_person(draft, id_, values)
    return id_
