"""The agenda of a review: what changed since the last one, what is late, what comes next, and the checklist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import partial

from connector.config.kpis import Cadence
from connector.languages.speech import _, speaker
from connector.plans.known import KnownAccount
from connector.plans.overlay import Conflict
from connector.plans.reviews import last_held
from connector.plans.subjects import name_subjects, tell_value
from connector.plans.values import decode_value, name_of
from connector.store.plan_values import HUMAN, PlanChange, PlanValue, Side
from mappings.strategy import PARTS, Action, ActionStatus, Entity

SOON = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its points; there is no section without any."""

    title: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What to speak about. `since`: the day of the last review; None: there was none."""

    since: date | None
    sections: tuple[Section, ...]


def make_agenda(
    known: KnownAccount, changes: Sequence[PlanChange], cadence: Cadence, today: date, zone: tzinfo
) -> Agenda:
    """The agenda of a review held today."""
    last = last_held(known.plan.reviews)
    since = last.held_on if last else None
    news = [change for change in changes if _is_news(change, since, zone)]
    actions = known.plan.actions.values()
    sections = {
        _("Decided last time"): [last.decisions] if last and last.decisions else [],
        _("Actions overdue"): [_action(one) for one in actions if _is_open(one) and one.due and one.due < today],
        _("Actions due soon"): [
            _action(one) for one in actions if _is_open(one) and one.due and today <= one.due <= today + SOON
        ],
        _("Actions done since"): [
            _action(one) for one in actions if one.done_on and (not since or one.done_on >= since)
        ],
        _("People: what changed"): _person_lines(known, news),
        _("Deals: what changed"): _deal_lines(known, since, today, zone),
        _("Plan: what changed"): _plan_lines(known, news, changes),
        _("To settle with the CRM"): [_conflict(known, one) for one in known.conflicts],
        _("Checklist"): [speaker().say(point) for point in cadence.checklist],
    }
    return Agenda(since, tuple(Section(title, tuple(points)) for title, points in sections.items() if points))


def read_value(of: PlanValue, text: str | None) -> object:
    """A value that a change tells of; the account of a contact is no field of a plan: its value is the id itself."""
    return decode_value(of.entity, of.field, text) if of.field in PARTS[of.entity].model_fields else text


def _conflict(known: KnownAccount, one: Conflict) -> str:
    return _(
        "{name}: {field} is {local} here and {crm} in the CRM",
        name=known.called(one.person) or known.name,
        field=_spell(one.field),
        local=tell_value(known, one.field, one.local),
        crm=tell_value(known, one.field, one.crm),
    )


def _is_news(change: PlanChange, since: date | None, zone: tzinfo) -> bool:
    """Whether a person changed it on the day of the last review or later."""
    return change.now.source in HUMAN and (since is None or change.now.at.astimezone(zone).date() >= since)


def _is_open(action: Action) -> bool:
    return action.status in {None, ActionStatus.OPEN}


def _action(action: Action) -> str:
    return f"{action.title} ({action.owner or _('nobody yet')}, {_when(action)})"


def _when(action: Action) -> str:
    if action.done_on:
        return _("done {day}", day=_day(action.done_on))
    if action.due and action.first_due not in {None, action.due}:
        return _("due {day}, first promised for {first}", day=_day(action.due), first=_day(action.first_due))
    return _("due {day}", day=_day(action.due))


def _day(day: date | None) -> str:
    return _("unknown") if day is None else speaker().day(day)


def _person_lines(known: KnownAccount, news: Iterable[PlanChange]) -> Iterator[str] | list[str]:
    """One line per value, from what it was at the last review to what it is now."""
    first: dict[tuple[str, str], object] = {}
    latest: dict[tuple[str, str], PlanChange] = {}
    for change in news:
        now = change.now
        told = now.entity is Entity.STAKEHOLDER and now.field not in {"removed", "name", "account"}
        if told and now.side is not _unheard(known, now):
            first.setdefault((now.id, now.field), read_value(now, change.old))
            latest[now.id, now.field] = change
    tell = partial(tell_value, known)
    return [
        f"{known.called(id_)}: {_spell(field)} {tell(field, old)} → {tell(field, new)} ({change.now.author})"
        for (id_, field), change in latest.items()
        if (new := read_value(change.now, change.now.value)) != (old := first[id_, field])
    ]


def _unheard(known: KnownAccount, of: PlanValue) -> Side | None:
    """The side whose word on a value does not count, where both may speak."""
    said = known.said.get((of.entity, of.id, of.field))
    if said is None or said.value is None:
        return None
    differ = [one for one in known.conflicts if (one.person, one.field) == (of.id, of.field)]
    return Side.LOCAL if any(one.holds != one.local for one in differ) else Side.CRM


def _spell(field: str) -> str:
    return _(field.replace("_", " "))


def _deal_lines(known: KnownAccount, since: date | None, today: date, zone: tzinfo) -> list[str]:
    """Deals that moved since, as the CRM's history tells, and those that should have closed by now."""
    moved = [
        f"{known.deals[turn.deal].name or turn.deal}: {turn.stage}, {_day(turn.at.astimezone(zone).date())}"
        for turn in sorted(known.history, key=lambda turn: (str(turn.at), turn.deal or ""))
        if turn.deal and turn.stage and turn.at and since and turn.at.astimezone(zone).date() >= since
    ]
    created = [
        _("{deal}: new", deal=deal.name or id_)
        for id_, deal in sorted(known.deals.items())
        if deal.created_at and since and since <= deal.created_at.astimezone(zone).date() <= today
    ]
    return created + moved


def _plan_lines(known: KnownAccount, news: Iterable[PlanChange], changes: Iterable[PlanChange]) -> list[str]:
    """Other parts that were worked on, each once, by what it is called and what was said last."""
    called = name_subjects(known, changes)
    touched: dict[tuple[Entity, str], PlanChange] = {}
    for change in news:
        if change.now.entity not in {Entity.STAKEHOLDER, Entity.ACTION, Entity.REVIEW}:
            touched[change.now.entity, change.now.id] = change
    return [f"{name_of(key[0])} {called[key]}".strip() + f", {_said(known, change)}" for key, change in touched.items()]


def _said(known: KnownAccount, change: PlanChange) -> str:
    now = change.now
    value = tell_value(known, now.field, read_value(now, now.value))
    return _("{field}: {value} ({author})", field=_spell(now.field), value=value, author=now.author)
