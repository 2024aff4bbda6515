"""The KPI of who has left: what becomes of those who decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from adapters.base import Kind
from connector.kpis.asof import AsOf
from connector.kpis.registry import Unit, account_kpi, trace_of
from connector.kpis.result import Kpi, ratio
from connector.kpis.trace import Counted, LeftOut, Trace
from connector.kpis.view import AccountView, UnitView
from connector.languages.speech import _
from mappings.account_plan import Turn
from mappings.vocabulary import DECISION_ROLES, HIGH_INFLUENCE


@account_kpi(unit=Unit.FRACTION)
def contact_turnover(view: AccountView) -> Kpi:
    """Contact turnover ({window_days} days).

    Of the key people {window_days} days ago (with a decision role or high influence, 4 or 5), the share who have
    left since. Empty where nothing is known of that time.

    Who was key is told by the history of what people are to us, which is kept from the first synchronisation on;
    what stood in the CRM then counts from the record's last change before. Roles that only deals carry have no
    history and do not make anybody key. Someone has left who is marked as departed, whose contact belongs to an
    account outside of those in view or to none any more, or whose contact was deleted; who came back in between has
    not left, and a merged contact lives on in the other. People of partners and competitors do not count. n is the
    number of key people then. Example: of an economic buyer, a user and an influential other of a year ago one has
    departed: 1 / 3 = 0.333333.
    """
    return turnover_between(view, view.frame.as_of.window_start, view.frame.as_of.day)


def turnover_between(view: AccountView, first: date, last: date) -> Kpi:
    """The turnover from the end of one day to the end of another, or to T where that is earlier."""
    units = frozenset(unit.id for unit in view.units)
    then, gone = 0, 0
    for unit in view.units:
        for turns in _by_person(unit).values():
            if _is_key(_state(turns, first, view.frame.as_of), turns, unit.id):
                then += 1
                gone += _has_left(_state(turns, last, view.frame.as_of), units)
    return ratio(gone, then, then)


@trace_of(contact_turnover)
def _trace(view: AccountView) -> Trace:
    as_of, units = view.frame.as_of, frozenset(unit.id for unit in view.units)
    counted, left_out = [], []
    for unit in view.units:
        for person, turns in _by_person(unit).items():
            then, now = _state(turns, as_of.window_start, as_of), _state(turns, as_of.day, as_of)
            if _is_key(then, turns, unit.id):
                figures = {"role then": _word(then.get("role")), "has left": _has_left(now, units)}
                counted.append(Counted(Kind.CONTACT, person, figures))
            else:
                why = _("was not known to be key on {day}", day=as_of.window_start)
                left_out.append(LeftOut(Kind.CONTACT, person, why))
    return Trace(counted, left_out)


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def _by_person(unit: UnitView) -> dict[str, list[Turn]]:
    found: dict[str, list[Turn]] = {}
    for turn in unit.plan.turns:
        said = unit.plan.stakeholders.get(turn.person)
        if said is None or not said.external:
            found.setdefault(turn.person, []).append(turn)
    return found


def _state(turns: Iterable[Turn], day: date, as_of: AsOf) -> dict[str, object]:
    """What each field was at the end of a day."""
    return {turn.field: turn.value for turn in turns if _is_by(turn.at, day, as_of)}


def _is_by(at: datetime, day: date, as_of: AsOf) -> bool:
    return at <= as_of.instant and as_of.date_of(at) <= day


def _is_key(state: dict[str, object], turns: Iterable[Turn], unit: str) -> bool:
    if state.get("departed") is True or not _was_here(state, turns, unit):
        return False
    influence = state.get("influence")
    return state.get("role") in DECISION_ROLES or (isinstance(influence, int) and influence >= HIGH_INFLUENCE)


def _was_here(state: dict[str, object], turns: Iterable[Turn], unit: str) -> bool:
    """Before the first word on it somebody was where they left from, and not yet where they came to."""
    if "account" in state:
        return state["account"] == unit
    first = next((turn for turn in turns if turn.field == "account"), None)
    return first is None or first.value != unit


def _has_left(state: dict[str, object], units: frozenset[str]) -> bool:
    return state.get("departed") is True or ("account" in state and state["account"] not in units)
