"""Keeps what the CRM says of people, and when it changed: a rep's entry there is a judgement like any other.

The mirror holds what is so now. What it said before a page was saved is compared with what it says afterwards, so that
a page in which nobody changed costs one look into the mirror.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Kind
from connector.pipeline.assessments import AUTHOR, AccountsBefore, keep_assessments, look_at_accounts
from connector.pipeline.job import Job
from connector.plans.overlay import JUDGED
from connector.store.plan_people import Judged, read_judged
from connector.store.plan_sightings import find_recorded, find_unrecorded, record_first_sight, record_leaving
from connector.store.plan_values import PlanValue, Side, Source, read_part, save_missing, save_values
from mappings.plan import Mapped
from mappings.strategy import Entity

TOGETHER = 10_000
"""People recorded in one transaction."""

FIELDS = ("account", *JUDGED)
"""What is kept of a person; the account among it, since whoever leaves it is no stakeholder any more."""


@dataclass(frozen=True, slots=True)
class Before:
    """The people or accounts of a page as they stood before it was saved.

    `anew`: it is read again because the mapping changed.
    """

    people: Mapping[str, Judged]
    accounts: AccountsBefore
    anew: bool = False


def recall_first_sights(job: Job) -> None:
    """Keep what was known of people before plans were kept, so that whoever never changes has a past as well."""
    while True:
        with job.store.transaction() as connection:
            some = find_unrecorded(connection, job.name, TOGETHER)
            record_first_sight(connection, job.name, some, AUTHOR, job.started)
        if len(some) < TOGETHER:
            return


def look_before(job: Job, connection: Connection, kind: Kind, mapped: Sequence[Mapped], *, anew: bool) -> Before:
    """How the people or accounts of a page stand; nothing for other kinds."""
    ids = {record.id for record in mapped} if kind is Kind.CONTACT else set()
    people = read_judged(connection, job.name, ids) if ids else {}
    return Before(people, look_at_accounts(job, connection, kind, mapped), anew)


def keep_judgements(job: Job, connection: Connection, mapped: Sequence[Mapped], before: Before) -> None:
    """Record what a page that was just saved changed of people or accounts; in the page's own transaction."""
    keep_assessments(job, connection, mapped, before.accounts, anew=before.anew)
    turning = {record.id: record for record in mapped if _may_turn(record, before.people.get(record.id))}
    winners = {record.merged_into for record in mapped if record.kind is Kind.CONTACT and record.merged_into}
    for id_ in _keep_first_sights(job, connection, turning.keys() - before.people.keys()):
        del turning[id_]
    if turning or winners:
        after = read_judged(connection, job.name, turning.keys() | winners)
        _keep_turns(job, connection, [_turn(job, record, before, after) for record in turning.values()], before)
        _restate(job, connection, (after[id_] for id_ in sorted(winners & after.keys())))


def _keep_first_sights(job: Job, connection: Connection, unseen: AbstractSet[str]) -> AbstractSet[str]:
    """Record those who are new altogether; returns them. What is known of the others came back with an undelete."""
    new = unseen - find_recorded(connection, job.name, unseen) if unseen else set()
    if new:
        record_first_sight(connection, job.name, new, AUTHOR, job.started)
    return new


def _keep_turns(job: Job, connection: Connection, turns: Sequence[_Turn], before: Before) -> None:
    save_missing(connection, job.name, [value for turn in turns for value in turn.known_before()])
    reread = frozenset(FIELDS) - job.mapping.filled_by_reps(Kind.CONTACT) if before.anew else frozenset()
    save_values(connection, job.name, [value for turn in turns for value in turn.values(reread)])
    for turn in turns:
        if turn.after and turn.moved_to:
            _move(connection, job.name, turn.after.id, turn.moved_to)


@dataclass(frozen=True, slots=True)
class _Telling:
    """How the CRM says something: for whose plan, as whose word, and when."""

    account: str
    source: Source
    at: datetime

    def value(self, person: str, field: str, value: object) -> PlanValue:
        """An account's value is its id itself, all others are JSON."""
        text = None if value is None else str(value) if field == "account" else json.dumps(value)
        told = (self.account, text, self.source, AUTHOR, self.at, Side.CRM)
        return PlanValue(Entity.STAKEHOLDER, person, field, *told)

    def known(self, person: Judged) -> Iterator[PlanValue]:
        """What is known of a person; of one whom nobody judged, the account alone is not worth a line."""
        if person.is_known:
            known = {field: getattr(person, field) for field in FIELDS}
            yield from (self.value(person.id, field, value) for field, value in known.items() if value is not None)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A person before and after; None: not there, not yet or no longer."""

    before: Judged | None
    after: Judged | None
    at: datetime

    def known_before(self) -> Iterator[PlanValue]:
        """What was known already, in case nobody recorded it."""
        if self.before is not None and self.before.account is not None:
            at = min(self.before.modified_at or self.at, self.at)
            yield from _Telling(self.before.account, Source.CRM_FOUND, at).known(self.before)

    def values(self, reread: AbstractSet[str]) -> Iterator[PlanValue]:
        """What changed: found where the person was at no account before, else set by somebody since.

        `reread`: the fields whose values may differ because of the mapping alone.
        """
        if self.before is not None and self.before.account is not None:
            yield from self._changed(self.before, self.before.account, reread)
        elif self.after is not None and self.after.account is not None:
            yield from _Telling(self.after.account, Source.CRM_FOUND, self.at).known(self.after)

    def _changed(self, before: Judged, account: str, reread: AbstractSet[str]) -> Iterator[PlanValue]:
        """Of one who is gone only that: how people judge the deleted is nobody's word."""
        newer = self._is_newer()
        for field in FIELDS if self.after else ("account",):
            if (value := getattr(self.after, field, None)) != getattr(before, field):
                source = Source.CRM if newer and field not in reread else Source.CRM_FOUND
                yield _Telling(account, source, self.at).value(before.id, field, value)

    def _is_newer(self) -> bool:
        """Whether the record itself changed, rather than what it is read as."""
        old = self.before.modified_at if self.before else None
        new = self.after.modified_at if self.after else None
        return new is not None and (old is None or new > old)

    @property
    def moved_to(self) -> str | None:
        """The other account that the person went to."""
        old, new = (one.account if one else None for one in (self.before, self.after))
        return new if old and new and old != new else None


def _turn(job: Job, record: Mapped, before: Before, after: Mapping[str, Judged]) -> _Turn:
    return _Turn(before.people.get(record.id), after.get(record.id), record.modified_at or job.started)


def _may_turn(record: Mapped, before: Judged | None) -> bool:
    """Whether saving this record can change a person; those merged away go on as the winner."""
    if record.kind is not Kind.CONTACT or record.merged_into:
        return False
    if record.archived:
        return before is not None
    values = record.values
    if before is None:
        return any(values.get(field) is not None for field in JUDGED)
    return any(field in values and values[field] != getattr(before, field) for field in FIELDS)


def _move(connection: Connection, name: str, person: str, account: str) -> None:
    """Whoever goes to another account takes along what is known of them, and stays in the history of the first."""
    held = read_part(connection, name, Entity.STAKEHOLDER, person)
    save_values(connection, name, [replace(value, account=account) for value in held])


def _restate(job: Job, connection: Connection, winners: Iterable[Judged]) -> None:
    """After a merge the CRM's word is the winner's, whatever it said of the others."""
    there = list(winners)
    homes = {person.id: person.account for person in there if person.account is not None}
    record_leaving(connection, job.name, homes, AUTHOR, job.started)
    for person in there:
        if person.account is not None:
            telling = _Telling(person.account, Source.CRM_FOUND, person.modified_at or job.started)
            values = [telling.value(person.id, field, getattr(person, field)) for field in FIELDS]
            save_values(connection, job.name, values)
