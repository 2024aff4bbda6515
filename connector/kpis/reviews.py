"""KPIs of the reviews of account plans: whether they take place, and when the next one is due."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Kind
from connector.kpis.registry import Unit, account_kpi, trace_of
from connector.kpis.result import Kpi, Status, ratio, unknown
from connector.kpis.review_schedule import DueReview, PastDue, due_reviews, past_dues
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _, name_code


@account_kpi(unit=Unit.FRACTION)
def review_compliance(view: AccountView) -> Kpi:
    """Reviews held on time ({window_days} days).

    Of the plan reviews due in the last {window_days} days, the share held within tolerance and with everybody who is
    required: light, deep and, for the {executive_top} accounts of highest priority, executive ones. Strategic accounts
    only.

    A review is due so many months after the last one of its kind, the first one after the plan's start (where no date
    is given, the day on which somebody first worked on the plan). A deeper review also does for the lighter kinds. One
    held early counts as in time. A missed one is followed by the next after the same time; one held late moves those
    that follow. A required function attended when it is named itself or by somebody of the plan's team who has it;
    where a review names whom it requires, they are required instead. A due date moved by hand changes nothing.

    Example on 30 June for a plan begun on 31 January, without executive reviews: light ones are due on 28 February,
    31 March, 30 April and so on. Held on 3 March with the account manager: in time; next due on 3 April. Nothing more
    was held: 3 April, 3 May and 3 June were missed. The deep one of 30 April was missed too. 1 of 5: 0.2.
    """
    due = [past for past in _past_dues(view) if view.frame.as_of.in_window(past.due)]
    return ratio(sum(past.kept for past in due), len(due), len(due))


@account_kpi(unit=Unit.DATE, written=True, quiet=True)
def next_review_on(view: AccountView) -> Kpi:
    """Next review.

    Date on which the next review of the account plan is due, of whatever kind; it stays until the review is held, and
    lies in the past when the review is late. Strategic accounts only.

    n is the number of kinds of review that the account has.

    Example: for a plan begun on 31 January with a light review held on 3 March, the next light one is due on 3 April
    and the first deep one on 30 April: 3 April.
    """
    reviews = next_reviews(view)
    if not reviews:
        return unknown(Status.NO_DATA)
    return Kpi(min(review.due for review in reviews), Status.OK, len(reviews))


def next_reviews(view: AccountView) -> list[DueReview]:
    """The next review of each kind of the plans in view; none where the account is not strategic."""
    frame = view.frame
    return [
        review
        for unit in (view.planned if view.is_strategic else ())
        for review in due_reviews(
            unit.plan,
            frame.settings,
            frame.as_of.day,
            executive=unit.id in frame.portfolio.executives,
            zone=frame.as_of.zone,
        )
    ]


def _past_dues(view: AccountView) -> Iterator[PastDue]:
    frame = view.frame
    for unit in view.planned if view.is_strategic else ():
        yield from past_dues(
            unit.plan,
            frame.settings,
            frame.as_of.day,
            executive=unit.id in frame.portfolio.executives,
            zone=frame.as_of.zone,
        )


@trace_of(review_compliance)
def _trace_past(view: AccountView) -> Trace:
    counted, left_out = [], []
    for past in _past_dues(view):
        named = _("{kind} review due on {day}", kind=name_code(past.kind), day=past.due)
        if view.frame.as_of.in_window(past.due):
            counted.append(Counted(None, named, {"held as it should be": past.kept}))
        else:
            left_out.append(LeftOut(None, named, _("not in the window")))
    return Trace(counted, [*left_out, *_not_reviewed(view)])


@trace_of(next_review_on)
def _trace_next(view: AccountView) -> Trace:
    counted = [
        Counted(None, _("{kind} review", kind=name_code(review.kind)), {"due": review.due})
        for review in next_reviews(view)
    ]
    return Trace(counted, list(_not_reviewed(view)))


def _not_reviewed(view: AccountView) -> Iterator[LeftOut]:
    for unit in view.units:
        if not view.is_strategic or not unit.strategic:
            yield LeftOut(Kind.ACCOUNT, unit.id, _("not strategic"))
