"""KPIs of how alive the relationship is: contact in both directions, and access to those at the top."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import mul

from adapters.base import Kind
from connector.kpis.arithmetic import divide
from connector.kpis.frame import Frame
from connector.kpis.inputs import PEOPLE, one_of
from connector.kpis.people import Person
from connector.kpis.people_traces import day_of, trace_people
from connector.kpis.registry import Unit, account_kpi
from connector.kpis.result import Kpi, KpiValue, Status, ratio, unknown
from connector.kpis.titles import Rank, rank_of
from connector.kpis.view import AccountView
from connector.languages.speech import _

RECENT, LONG_AGO = 30, 180
"""Days since the last activity up to which a relationship is fresh, and from which on it is forgotten."""

SEASON = 90
OFTEN, DEEP = 6, 2
"""Activities, and meetings, of a season from which on there is nothing to wish for."""

SENIORITY = {Rank.C_LEVEL: Decimal(1), Rank.DIRECTOR: Decimal("0.6"), Rank.OTHER: Decimal("0.3")}
MIDDLE = 3
"""Counts as the influence of somebody whose influence is not known: the middle of the scale."""

_WEIGHTS = (
    (30, ("last_activity_at",)),
    (25, ("activities_90d",)),
    (15, ("last_answer_at",)),
    (15, ("meetings_90d",)),
    (15, ("title", "c_level")),
)
"""Of each part of a person's strength, and the fields of a contact that feed it."""

_ACTIVITY = one_of(
    *((Kind.CONTACT, name) for name in ("last_activity_at", "last_answer_at", "activities_90d", "meetings_90d"))
)
_SEEN = one_of((Kind.CONTACT, "last_activity_at"), (Kind.CONTACT, "activities_90d"))
_TITLE = one_of((Kind.CONTACT, "title"), (Kind.CONTACT, "c_level"))
ACCESS = PEOPLE + _SEEN + _TITLE


@account_kpi(
    unit=Unit.NUMBER,
    needs=PEOPLE + _ACTIVITY,
    trace=lambda view: trace_people(view, lambda one: _brought(one, view), lambda _: ""),
)
def relationship_strength(view: AccountView) -> Kpi:
    """Relationship strength (0 to 100).

    How alive our contact with the account's people is: how recent the last activity, how many activities and
    meetings in 90 days, whether they answered in 90 days, and how high they stand. The influential weigh more.

    For each active stakeholder with a name the weighted mean of recency (1 up to 30 days after the last activity,
    falling to 0 at 180), weight 30; frequency (activities in 90 days / 6, at most 1), 25; two-way (an answer in the
    last 90 days), 15; depth (meetings in 90 days / 2, at most 1), 15; seniority (C-level 1, director 0.6, others
    0.3), 15. Inputs that no field feeds leave the mean, those that are empty count 0; someone without any activity
    counts 0 altogether. Then the mean over the people, weighted with their influence; an unknown influence weighs 3.
    n is the number of people. Example, all inputs mapped: a CEO of influence 5, last activity 105 days ago, no more
    than that, has 30 x 0.5 + 15 x 1 = 30; a user of influence 1, seen yesterday, with 6 activities, an answer and 2
    meetings, has 30 + 25 + 15 + 15 + 15 x 0.3 = 89.5; together (5 x 30 + 89.5) / 6 = 39.916667.
    """
    people = [(Decimal(person.influence or MIDDLE), _strength(person, view.frame)) for person in view.named]
    if not people:
        return unknown(Status.NO_DATA)
    weight = sum((influence for influence, _ in people), Decimal())
    whole = sum((influence * strength for influence, strength in people), Decimal())
    return Kpi(divide(whole, weight), Status.OK, len(people))


@account_kpi(
    unit=Unit.FRACTION,
    needs=ACCESS,
    trace=lambda view: trace_people(view, lambda one: _seen(one, view), lambda _one: _("not at C-level")),
)
def c_level_access(view: AccountView) -> Kpi:
    """C-level access (90 days).

    Of the active contacts at C-level: the share with whom there was an activity in the last 90 days. Empty where we
    know nobody at C-level.

    C-level is who the CRM's own field says is; where it is empty, the job title decides, in English and French
    (chief … officer, CEO, president, PDG, directeur général, DAF, …), with the patterns of `c_level_patterns` beside.
    Assistants and deputies are not. Example: of a CEO met last week and a CFO not seen for a year, 1 / 2 = 0.5.
    """
    chiefs = [person for person in view.named if rank(person, view.frame) is Rank.C_LEVEL]
    return ratio(sum(_is_seen(person, view.frame) for person in chiefs), len(chiefs), len(chiefs))


def rank(person: Person, frame: Frame) -> Rank:
    """How high a person stands: by the CRM's own field, else by job title."""
    if person.record.c_level:
        return Rank.C_LEVEL
    found = rank_of(person.record.title, frame.settings.c_level_patterns)
    denied = person.record.c_level is False and found is Rank.C_LEVEL
    return Rank.DIRECTOR if denied else found


def _is_seen(person: Person, frame: Frame) -> bool:
    record = person.record
    return bool(record.activities_90d) or frame.as_of.is_within(SEASON, record.last_activity_at)


def _brought(person: Person, view: AccountView) -> dict[str, KpiValue]:
    last = day_of(person.record.last_activity_at, view)
    strength = _strength(person, view.frame)
    return {"strength": strength, "influence": person.influence or MIDDLE, "last activity": last}


def _seen(person: Person, view: AccountView) -> dict[str, KpiValue] | None:
    if rank(person, view.frame) is not Rank.C_LEVEL:
        return None
    return {"seen": _is_seen(person, view.frame), "last activity": day_of(person.record.last_activity_at, view)}


def _strength(person: Person, frame: Frame) -> Decimal:
    """0 to 100."""
    record = person.record
    if not any((record.last_activity_at, record.last_answer_at, record.activities_90d, record.meetings_90d)):
        return Decimal()
    days = LONG_AGO if record.last_activity_at is None else _days_since(record.last_activity_at, frame)
    counts = (
        min(max(LONG_AGO - days, 0), LONG_AGO - RECENT),
        min(max(record.activities_90d or 0, 0), OFTEN),
        int(frame.as_of.is_within(SEASON, record.last_answer_at)),
        min(max(record.meetings_90d or 0, 0), DEEP),
    )
    return _mean(_weights(frame.mapped), counts, rank(person, frame))


def _days_since(moment: datetime, frame: Frame) -> int:
    return (frame.as_of.day - frame.as_of.date_of(moment)).days


@lru_cache(maxsize=32_768)
def _mean(weights: tuple[int, ...], counts: tuple[int, int, int, int], standing: Rank) -> Decimal:
    """Of recency, frequency, answers, depth and seniority; they are so few that many people share one."""
    full = (LONG_AGO - RECENT, OFTEN, 1, DEEP)
    parts = (*map(divide, counts, full), SENIORITY[standing])
    return divide(100 * sum(map(mul, weights, parts), Decimal()), sum(weights))


@lru_cache(maxsize=16)
def _weights(mapped: frozenset[tuple[Kind, str]]) -> tuple[int, ...]:
    """Of recency, frequency, answers, depth and seniority; 0 for what no field feeds."""
    return tuple(weight if any((Kind.CONTACT, name) in mapped for name in names) else 0 for weight, names in _WEIGHTS)
