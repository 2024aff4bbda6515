"""What is wrong with an account plan, found automatically: each finding with its code, its weight and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from connector.kpis.actions import open_actions
from connector.kpis.relationship import stakeholders_identified, stakeholders_mapped
from connector.kpis.reviews import next_reviews
from connector.kpis.strategic import objective_of
from connector.kpis.view import AccountView
from connector.languages.speech import _, mark
from mappings.account_plan import Touch
from mappings.strategy import ObjectiveKind

UNTOUCHED_DAYS = 90
CONTRIBUTOR_DAYS = 180


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a plan; `weight`: what it costs of 100 points of health; `days`: named in `text`."""

    code: str
    weight: int
    text: str
    days: int = 0

    def say(self) -> str:
        """The finding in the language that is spoken."""
        return _(self.text, days=self.days)


def find_plan_findings(view: AccountView) -> list[Finding]:
    """All findings about the plans in view, in a fixed order; none about an account that is not strategic."""
    if not view.is_strategic:
        return []
    return [finding for finding, holds in CHECKS if holds(view)]


def touches(view: AccountView) -> list[tuple[date, str]]:
    """The days on which people worked on the plans in view by now, with who it was."""
    as_of = view.frame.as_of
    made: list[Touch] = [touch for unit in view.units for touch in unit.plan.touches if touch.at <= as_of.instant]
    return [(as_of.date_of(touch.at), touch.author) for touch in made]


def _has_objective(view: AccountView) -> bool:
    if any(objective_of(unit.account, unit.plan) for unit in view.units):
        return True
    objectives = [objective for unit in view.units for objective in unit.plan.objectives.values()]
    return any((one.text or "").strip() and one.kind is not ObjectiveKind.ISSUE for one in objectives)


def _is_untouched(view: AccountView) -> bool:
    return not _touched_within(view, UNTOUCHED_DAYS)


def _covers_little(view: AccountView) -> bool:
    """Nobody identified is less than half known, too."""
    identified, mapped = stakeholders_identified(view).n, stakeholders_mapped(view).n
    return not identified or 2 * mapped < identified


def _knows_no_stance(view: AccountView) -> bool:
    return all(person.stance is None for person in view.named)


def _has_loose_actions(view: AccountView) -> bool:
    return any(not (action.owner or "").strip() or action.due is None for action in open_actions(view))


def _has_no_open_action(view: AccountView) -> bool:
    return not open_actions(view)


def _has_one_contributor(view: AccountView) -> bool:
    return len(_touched_within(view, CONTRIBUTOR_DAYS)) == 1


def _is_overdue(view: AccountView) -> bool:
    return any(review.is_overdue(view.frame.as_of.day) for review in next_reviews(view))


def _lists_contacts(view: AccountView) -> bool:
    """People, and nothing that says what for."""
    acted = any(unit.plan.actions for unit in view.units)
    return bool(view.stakeholders) and not acted and not _has_objective(view) and _knows_no_stance(view)


def _touched_within(view: AccountView, days: int) -> set[str]:
    """Who worked on the plans in the last so many days."""
    today = view.frame.as_of.day
    return {author for day, author in touches(view) if (today - day).days < days}


CHECKS: tuple[tuple[Finding, Callable[[AccountView], bool]], ...] = (
    (
        Finding("no_objective", 20, mark("no objective of the client is written down")),
        lambda view: not _has_objective(view),
    ),
    (Finding("untouched", 20, mark("nobody has worked on the plan for {days} days"), UNTOUCHED_DAYS), _is_untouched),
    (
        Finding("low_coverage", 15, mark("role, influence and stance are known of less than half the people")),
        _covers_little,
    ),
    (Finding("no_stance", 15, mark("of nobody is it known whether they are for or against us")), _knows_no_stance),
    (Finding("loose_actions", 10, mark("an open action has no owner or no due date")), _has_loose_actions),
    (Finding("no_open_action", 10, mark("nothing is planned to be done")), _has_no_open_action),
    (
        Finding("single_contributor", 5, mark("one person alone has worked on it in {days} days"), CONTRIBUTOR_DAYS),
        _has_one_contributor,
    ),
    (Finding("review_overdue", 5, mark("a review is overdue")), _is_overdue),
    (
        Finding("contact_list", 0, mark("a list of contacts rather than a plan: no objective, action or stance")),
        _lists_contacts,
    ),
)
