"""When the reviews of a plan are due, and which of them took place in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from connector.config.kpis import Cadence, KpiSettings
from connector.kpis.months import add_months
from mappings.account_plan import AccountPlan
from mappings.strategy import Review, ReviewKind, TeamRole

_DEPTH = list(ReviewKind)
"""From the lightest kind to the deepest: a review also does for the lighter ones."""


@dataclass(frozen=True, slots=True)
class DueReview:
    """The next review of a kind: `due`, and for how many days after it still counts as in time."""

    kind: ReviewKind
    due: date
    tolerance_days: int
    required: tuple[TeamRole, ...] = ()
    checklist: tuple[str, ...] = ()

    def is_overdue(self, day: date) -> bool:
        """Whether even the tolerance has passed."""
        return (day - self.due).days > self.tolerance_days


@dataclass(frozen=True, slots=True)
class PastDue:
    """A review that was due; `kept`: it took place in time with everybody who is required."""

    kind: ReviewKind
    due: date
    kept: bool


@dataclass(frozen=True, slots=True)
class _Held:
    on: date
    complete: bool


def due_reviews(
    plan: AccountPlan, settings: KpiSettings, day: date, *, executive: bool, zone: tzinfo = UTC
) -> list[DueReview]:
    """The next review of each kind, soonest first; it stays due until it is held. Empty where the plan has no start.

    It is due so many months after the last one of its kind (or of a deeper kind), else after the plan's start.
    `executive`: whether the account has executive reviews. `zone`: in which a plan without a start date began.
    """
    start = start_of(plan, zone)
    found = [] if start is None else [_next_due(plan, start, day, one) for one in _cadences(settings, executive)]
    return sorted(found, key=lambda review: (review.due, -_DEPTH.index(review.kind)))


def past_dues(
    plan: AccountPlan, settings: KpiSettings, day: date, *, executive: bool, zone: tzinfo = UTC
) -> Iterator[PastDue]:
    """Every review that was due since the plan's start; a missed one is followed by the next after the same time."""
    start = start_of(plan, zone)
    for kind, cadence in _cadences(settings, executive) if start is not None else ():
        held = _held(plan, kind, cadence, day)
        for due, answer in _walk(start, held, cadence.months, day):  # type: ignore[arg-type] # start is known here
            in_time = answer is not None and (answer.on - due).days <= cadence.tolerance_days
            yield PastDue(kind, due, kept=in_time and answer is not None and answer.complete)


def start_of(plan: AccountPlan, zone: tzinfo) -> date | None:
    """The plan's start: the date that it names, else the day on which somebody first worked on it."""
    if plan.plan is not None and plan.plan.started_on is not None:
        return plan.plan.started_on
    return min(touch.at for touch in plan.touches).astimezone(zone).date() if plan.touches else None


def _cadences(settings: KpiSettings, executive: bool) -> list[tuple[ReviewKind, Cadence]]:  # noqa: FBT001 - handed on
    kinds = [kind for kind in _DEPTH if executive or kind is not ReviewKind.EXECUTIVE]
    return [(kind, getattr(settings.reviews, kind.value)) for kind in kinds]


def _next_due(plan: AccountPlan, start: date, day: date, of_kind: tuple[ReviewKind, Cadence]) -> DueReview:
    kind, cadence = of_kind
    last = max([start, *(one.on for one in _held(plan, kind, cadence, day))])
    due = add_months(last, cadence.months)
    return DueReview(kind, due, cadence.tolerance_days, cadence.required, cadence.checklist)


def _held(plan: AccountPlan, kind: ReviewKind, cadence: Cadence, day: date) -> list[_Held]:
    """The reviews of a kind or a deeper one held by that day, in the order of time."""
    deep_enough = _DEPTH[_DEPTH.index(kind) :]
    held = [
        _Held(review.held_on, _is_complete(review, cadence, plan))
        for review in plan.reviews.values()
        if (review.kind or ReviewKind.LIGHT) in deep_enough and review.held_on is not None and review.held_on <= day
    ]
    return sorted(held, key=lambda one: (one.on, not one.complete))


def _walk(start: date, held: list[_Held], months: int, day: date) -> Iterator[tuple[date, _Held | None]]:
    """Each date that came due by `day` with the review that answered it: the first one before the following date.

    From that review the next date is reckoned, or after a missed one at the same pace.
    """
    anchor, times = start, 1
    while (due := add_months(anchor, times * months)) <= day and due < date.max:
        following = add_months(anchor, (times + 1) * months)
        answer = next((one for one in held if anchor < one.on < following), None)
        yield due, answer
        anchor, times = (anchor, times + 1) if answer is None else (answer.on, 1)


def _is_complete(review: Review, cadence: Cadence, plan: AccountPlan) -> bool:
    """Whether everybody was there: those whom the review itself requires, else the functions of its kind.

    A function was there when it is named itself, or somebody of the plan's team who has it.
    """
    attended = _words(review.attended)
    required = _words(review.required) or {_folded(role.value) for role in cadence.required}
    return all(word in attended or attended & _members(plan, word) for word in required)


def _members(plan: AccountPlan, function: str) -> set[str]:
    team = plan.team.values()
    return {_folded(one.name) for one in team if one.name and one.role and _folded(one.role.value) == function}


def _words(text: str | None) -> set[str]:
    return {folded for word in (text or "").split(";") if (folded := _folded(word))}


def _folded(word: str) -> str:
    """A name or function whatever its case; "Account Manager" and account_manager are the same."""
    return " ".join(word.replace("_", " ").replace("-", " ").casefold().split())
