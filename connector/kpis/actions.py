"""KPIs of the actions of account plans: what is late, what is done in time, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from connector.kpis.deals import DealView
from connector.kpis.plan_traces import trace_actions
from connector.kpis.registry import Unit, account_kpi, deal_kpi
from connector.kpis.result import Kpi, Status, count, ratio, unknown
from connector.kpis.view import AccountView
from connector.languages.speech import _
from mappings.strategy import Action, ActionStatus


@account_kpi(
    unit=Unit.COUNT,
    written=True,
    trace=lambda view: trace_actions(_actions(view), lambda one: _why_not_late(one, view.frame.as_of.day)),
)
def actions_overdue(view: AccountView) -> Kpi:
    """Actions overdue.

    Open actions of the account plan whose due date has passed.

    An action is open until it is done or cancelled, and due through its due date. One without a status is open unless
    it has a date on which it was done.

    Example on 30 June: of three actions due on 29 June, one is open, one done and one cancelled; a fourth one is open
    and due today. One action is overdue.
    """
    day = view.frame.as_of.day
    return count(sum(action.due is not None and action.due < day for action in open_actions(view)))


@account_kpi(
    unit=Unit.FRACTION, trace=lambda view: trace_actions(_actions(view), lambda one: _why_not_promised(one, view))
)
def action_on_time_rate(view: AccountView) -> Kpi:
    """Actions done on time ({window_days} days).

    Of the actions first promised for a day in the last {window_days} days (before today), the share that was done by
    that day. Cancelled actions are left out; postponing an action does not help.

    Where no first promise is recorded, the due date is taken for it. An action whose day of completion is unknown was
    not shown to be done in time.

    Example on 30 June: first due on 1 June and done that day; first due on 1 June, put off to 20 June and done on the
    10th; first due on 29 June and still open; first due today. 1 of 3 was on time: 0.333333.
    """
    due = [action for action in _actions(view) if _was_promised(action, view)]
    kept = sum(_kept_promise(action, view.frame.as_of.day) for action in due)
    return ratio(kept, len(due), len(due))


@account_kpi(
    unit=Unit.DATE,
    written=True,
    quiet=True,
    trace=lambda view: trace_actions(_actions(view), lambda one: _why_not_next(one, view.frame.as_of.day)),
)
def next_action_due(view: AccountView) -> Kpi:
    """Next action due.

    Earliest due date of an open action of the account plan; it may lie in the past, then the action is overdue.
    Empty where no action is open.

    n is the number of open actions that have a due date.

    Example: with open actions due on 3 July and 1 August, and one done that was due on 1 July, it is 3 July.
    """
    return _earliest(open_actions(view))


@deal_kpi(
    unit=Unit.DATE,
    written=True,
    quiet=True,
    trace=lambda deal: trace_actions(deal.actions, lambda one: _why_not_next(one, deal.frame.as_of.day)),
)
def deal_next_action_due(view: DealView) -> Kpi:
    """Next action due on the deal.

    Earliest due date of an open action that the plan of the deal's account links to this deal; it may lie in the past.
    Empty where there is none.

    Example: with open actions on this deal due on 3 July and 1 August, it is 3 July; an action on another deal, or on
    the account as a whole, does not count.
    """
    return _earliest(action for action in view.actions if is_open(action, view.frame.as_of.day))


def open_actions(view: AccountView) -> list[Action]:
    """The open actions of the plans in view."""
    return [action for action in _actions(view) if is_open(action, view.frame.as_of.day)]


def is_open(action: Action, day: date) -> bool:
    """Whether an action is still to be done on that day."""
    return action.status is not ActionStatus.CANCELLED and not _is_done(action, day)


def _actions(view: AccountView) -> list[Action]:
    return [action for unit in view.units for action in unit.plan.actions.values()]


def _is_done(action: Action, day: date) -> bool:
    """What is recorded as done later than that day was not done then."""
    if action.status is ActionStatus.OPEN or (action.status is None and action.done_on is None):
        return False
    return action.done_on is None or action.done_on <= day


def _was_promised(action: Action, view: AccountView) -> bool:
    first, as_of = action.first_due or action.due, view.frame.as_of
    return action.status is not ActionStatus.CANCELLED and as_of.in_window(first) and first != as_of.day


def _kept_promise(action: Action, day: date) -> bool:
    first = action.first_due or action.due
    if first is None or action.done_on is None:
        return False
    return _is_done(action, day) and action.done_on <= first


def _earliest(actions: Iterable[Action]) -> Kpi:
    dates = [action.due for action in actions if action.due is not None]
    return Kpi(min(dates), Status.OK, len(dates)) if dates else unknown(Status.NO_DATA)


def _why_closed(action: Action, day: date) -> str | None:
    if is_open(action, day):
        return None
    return _("cancelled") if action.status is ActionStatus.CANCELLED else _("done")


def _why_not_next(action: Action, day: date) -> str | None:
    return _why_closed(action, day) or (None if action.due else _("no due date"))


def _why_not_late(action: Action, day: date) -> str | None:
    why = _why_not_next(action, day)
    return why or (None if action.due and action.due < day else _("due on {day}", day=action.due))


def _why_not_promised(action: Action, view: AccountView) -> str | None:
    if _was_promised(action, view):
        return None
    if action.status is ActionStatus.CANCELLED:
        return _("cancelled")
    first = action.first_due or action.due
    return _("first due on {day}, not in the window", day=first) if first else _("no due date")
