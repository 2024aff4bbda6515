"""KPIs of what the account's people answer when they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from connector.kpis.arithmetic import divide
from connector.kpis.plan_traces import trace_answers
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, Status, ratio, sampled
from connector.kpis.trace import Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _
from mappings.strategy import Answer
from mappings.vocabulary import Survey

PROMOTERS = range(9, 11)
DETRACTORS = range(7)
SATISFIED = range(4, 6)
SCALES = {Survey.NPS: range(11), Survey.CSAT: range(1, 6)}


@account_kpi(unit=Unit.NUMBER, sample="answer", trace=lambda view: _trace(view, Survey.NPS))
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


@account_kpi(unit=Unit.FRACTION, sample="answer", trace=lambda view: _trace(view, Survey.CSAT))
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
    return [answer.score for answer in _counted(view, survey) if answer.score is not None]


def _counted(view: AccountView, survey: Survey) -> list[Answer]:
    """Each person's latest answer in the window, and each answer without a person."""
    latest: dict[str, Answer] = {}
    nameless = []
    for answer in _usable(view, survey):
        if answer.person is None:
            nameless.append(answer)
        elif answer.person not in latest or _place(answer) > _place(latest[answer.person]):
            latest[answer.person] = answer
    return nameless + list(latest.values())


def _place(answer: Answer) -> tuple[date, int]:
    """Later answers count rather than earlier ones, and of one day the lowest."""
    return answer.answered_on or date.min, -(answer.score or 0)


def _trace(view: AccountView, survey: Survey) -> Trace:
    counted = {id(answer) for answer in _counted(view, survey)}
    usable = {id(answer) for answer in _usable(view, survey)}

    def why_not(answer: Answer) -> str | None:
        if id(answer) in counted:
            return None
        if id(answer) in usable:
            return _("answered again since")
        if answer.score not in SCALES[survey]:
            return _("score outside of the scale")
        if answer.answered_on is None:
            return _("on no known day")
        if answer.answered_on > view.frame.as_of.day:
            return _("answered on {day}, which has not come yet", day=answer.answered_on)
        return _("answered on {day}, not in the window", day=answer.answered_on)

    return trace_answers((answer for answer in _answers(view) if answer.survey == survey), why_not)


def _usable(view: AccountView, survey: Survey) -> Iterator[Answer]:
    window, scale = view.frame.as_of.in_window, SCALES[survey]
    for answer in _answers(view):
        if answer.survey == survey and answer.score in scale and window(answer.answered_on):
            yield answer


def _answers(view: AccountView) -> Iterable[Answer]:
    for unit in view.units:
        yield from unit.answers
        yield from unit.plan.answers.values()
