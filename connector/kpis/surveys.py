"""KPIs of what the account's people answer when they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from connector.kpis.arithmetic import divide
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, ratio, sampled
from connector.kpis.view import AccountView
from mappings.strategy import Answer
from mappings.vocabulary import Survey

PROMOTERS = range(9, 11)
DETRACTORS = range(7)
SATISFIED = range(4, 6)
SCALES = {Survey.NPS: range(11), Survey.CSAT: range(1, 6)}


@account_kpi(unit=Unit.NUMBER, sample="answer")
def nps(view: AccountView) -> Kpi:
    """Net promoter score ({window_days} days).

    100 x (promoters, who answered 9 or 10, minus detractors, who answered 0 to 6) / answers: the latest answer of each
    person in the last {window_days} days. From -100 to 100.

    Answers come from the CRM and from imports. Of several on one day the lowest counts; an answer without a person
    counts for itself; a score outside of 0 to 10, or without a date, does not count. Example: 10, 9, 8 and 3: 100 x (2
    - 1) / 4 = 25.
    """
    scores = _scores(view, Survey.NPS)
    lead = sum(score in PROMOTERS for score in scores) - sum(score in DETRACTORS for score in scores)
    share = ratio(lead, len(scores), len(scores))
    if share.value is None:
        return share
    value = divide(100 * lead, len(scores))
    return sampled(Kpi(value, Status.OK, share.n, lead, len(scores)), view.frame.settings.min_sample)


@account_kpi(unit=Unit.FRACTION, sample="answer")
def csat(view: AccountView) -> Kpi:
    """Customer satisfaction ({window_days} days).

    Satisfied answers (4 or 5 of 5) divided by all answers: the latest answer of each person in the last {window_days}
    days.

    As for the net promoter score, on a scale from 1 to 5. Example: 5, 4, 4 and 2: 3 / 4 = 0.75.
    """
    scores = _scores(view, Survey.CSAT)
    satisfied = sum(score in SATISFIED for score in scores)
    return sampled(ratio(satisfied, len(scores), len(scores)), view.frame.settings.min_sample)


def _scores(view: AccountView, survey: Survey) -> list[int]:
    """The score of each person's latest answer in the window, and of each answer without a person."""
    latest: dict[str, tuple[date, int]] = {}
    nameless = []
    for answer in _usable(view, survey):
        if answer.answered_on is None or answer.score is None:
            continue
        if answer.person is None:
            nameless.append(answer.score)
            continue
        found = (answer.answered_on, -answer.score)
        latest[answer.person] = max(found, latest.get(answer.person, found))
    return nameless + [-score for _, score in latest.values()]


def _usable(view: AccountView, survey: Survey) -> Iterator[Answer]:
    window, scale = view.frame.as_of.in_window, SCALES[survey]
    for answer in _answers(view):
        if answer.survey == survey and answer.score in scale and window(answer.answered_on):
            yield answer


def _answers(view: AccountView) -> Iterable[Answer]:
    for unit in view.units:
        yield from unit.answers
        yield from unit.plan.answers.values()
