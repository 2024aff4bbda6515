"""The reviews of a plan: when one is due, who must be there, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from connector.config.faults import suggest
from connector.config.kpis import Cadence, Reviews
from connector.languages.speech import _
from connector.plans.draft import Draft
from connector.plans.finding import UnknownNameError, pick_part
from connector.plans.ids import numbered, part_id
from connector.plans.values import PlanError, decode_value, encode
from mappings.strategy import Entity, Review, ReviewKind

SEPARATOR = "; "


def add_review(draft: Draft, kind: ReviewKind, due: date, required: Sequence[str]) -> str:
    """Put a review into the calendar; returns its id. The same kind on the same day is the same review."""
    id_ = _id_for(draft, kind, due)
    if id_ in draft.shelf(Entity.REVIEW):
        raise PlanError(_("a {kind} review on {due} is in the plan already: {id}", kind=kind, due=due, id=id_))
    draft.write(Entity.REVIEW, id_, {"kind": kind, "due": due, "required": SEPARATOR.join(required)})
    return id_


def put_review(draft: Draft, values: Mapping[str, object], today: date, id_: str | None = None) -> str:
    """Put a review in with all that is known of it, or change the one that it is; returns its id. Raises PlanError."""
    settled = {
        key: decode_value(Entity.REVIEW, key, encode(Entity.REVIEW, key, value)) for key, value in values.items()
    }
    if id_ not in draft.shelf(Entity.REVIEW) and settled.get("due") is None:
        settled["due"] = settled.get("held_on")
    held = reviews_of(draft).get(id_ or "", Review())
    kind, due = (settled[key] if key in settled else getattr(held, key) for key in ("kind", "due"))
    if kind is None or due is None:
        raise PlanError(_("a review needs kind, and due or held_on"))
    if isinstance(held_on := settled.get("held_on"), date) and held_on > today:
        raise PlanError(_("held_on: {held_on} has not come yet", held_on=held_on))
    made = id_ or _id_for(draft, str(kind), due)
    draft.write(Entity.REVIEW, made, settled)
    return made


def _id_for(draft: Draft, kind: str, due: object) -> str:
    """The id of the review of this kind and day: not that of one which was moved to another day since."""
    reviews = reviews_of(draft)
    ids = (part_id(draft.account, "review", *words) for words in numbered(kind, str(due)))
    return next(id_ for id_ in ids if id_ not in reviews or (reviews[id_].kind, reviews[id_].due) == (kind, due))


def hold_review(draft: Draft, id_: str, held_on: date, today: date, values: Mapping[str, object]) -> None:
    """Say that a review took place: when, who came, what was decided, which points were gone through."""
    if held_on > today:
        raise PlanError(_("held_on: {held_on} has not come yet", held_on=held_on))
    draft.write(Entity.REVIEW, id_, {"held_on": held_on} | {key: value for key, value in values.items() if value})


def find_review(draft: Draft, text: str) -> str:
    """The id of a review: by the id or its beginning, or by its kind: then the one not held yet that is due first."""
    reviews = reviews_of(draft)
    if text in set(ReviewKind):
        waiting = [id_ for id_, one in reviews.items() if one.kind == text and one.held_on is None]
        if not waiting:
            raise PlanError(_("no {text} review is waiting: add one with its due date first", text=text))
        return min(waiting, key=lambda id_: reviews[id_].due or date.max)
    try:
        return pick_part("review", text, {id_: [] for id_ in reviews})
    except UnknownNameError:
        hint = suggest(text, [*ReviewKind, *reviews])
        raise UnknownNameError(
            _('no {what} is called "{text}"{hint}', what=_("review"), text=text, hint=hint)
        ) from None


def reviews_of(draft: Draft) -> dict[str, Review]:
    """The reviews as they now stand."""
    return {id_: part for id_, part in draft.shelf(Entity.REVIEW).items() if isinstance(part, Review)}


def last_held(reviews: Mapping[str, Review]) -> Review | None:
    """The review held last."""
    held = [one for one in reviews.values() if one.held_on]
    return max(held, key=lambda one: one.held_on or date.min, default=None)


def cadence_of(reviews: Reviews, kind: ReviewKind) -> Cadence:
    """The settings of a kind of review."""
    cadences = {ReviewKind.LIGHT: reviews.light, ReviewKind.DEEP: reviews.deep, ReviewKind.EXECUTIVE: reviews.executive}
    return cadences[kind]
