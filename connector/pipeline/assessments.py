"""Keeps what the CRM says of accounts that plans say too, and when it changed: potential, alignment, main objective.

As with people, what the mirror said before a page was saved is compared with what it says afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from adapters.base import Kind
from connector.pipeline.job import Job
from connector.plans.overlay import SHARED
from connector.plans.values import PlanError, encode
from connector.store.plan_accounts import Assessed, read_assessed
from connector.store.plan_values import PlanValue, Side, Source, save_missing, save_values
from mappings.plan import Mapped
from mappings.strategy import Entity

AUTHOR = "crm"

AccountsBefore = Mapping[str, Assessed]
"""The accounts of a page as they stood before it was saved."""


def look_at_accounts(job: Job, connection: Connection, kind: Kind, mapped: Sequence[Mapped]) -> AccountsBefore:
    """How the accounts of a page stand; nothing for other kinds, or where no CRM field tells anything of this."""
    if kind is not Kind.ACCOUNT or not any(job.mapping.mapped(kind, field) for field in SHARED):
        return {}
    return read_assessed(connection, job.name, [record.id for record in mapped])


def keep_assessments(
    job: Job, connection: Connection, mapped: Sequence[Mapped], before: AccountsBefore, *, anew: bool
) -> None:
    """Record what a page that was just saved changed of accounts; in the page's own transaction.

    `anew`: it was read again because the mapping changed.
    """
    turning = {record.id: record for record in mapped if _may_turn(record, before.get(record.id))}
    winners = {record.merged_into for record in mapped if record.kind is Kind.ACCOUNT and record.merged_into}
    if not turning and not winners:
        return
    after = read_assessed(connection, job.name, turning.keys() | winners)
    reread = frozenset(SHARED) - job.mapping.filled_by_reps(Kind.ACCOUNT) if anew else frozenset()
    turns = [
        _Turn(before.get(id_), after[id_], record.modified_at or job.started, reread)
        for id_, record in turning.items()
        if id_ in after
    ]
    save_missing(connection, job.name, [value for turn in turns for value in turn.known_before()])
    save_values(connection, job.name, [value for turn in turns for value in turn.values()])
    _restate(job, connection, [after[id_] for id_ in sorted(winners & after.keys())])


@dataclass(frozen=True, slots=True)
class _Turn:
    """An account before and after; `before` None: it was not there. `reread`: what may differ by the mapping alone."""

    before: Assessed | None
    after: Assessed
    at: datetime
    reread: frozenset[str]

    def known_before(self) -> Iterator[PlanValue]:
        """What was known already, in case nobody recorded it."""
        if self.before is not None:
            at = min(self.before.modified_at or self.at, self.at)
            yield from _values(self.before, Source.CRM_FOUND, at)

    def values(self) -> Iterator[PlanValue]:
        """What changed: found with an account that is new here, else set by somebody since."""
        if self.before is None:
            yield from _values(self.after, Source.CRM_FOUND, self.at)
            return
        newer = _is_newer(self.after.modified_at, self.before.modified_at)
        for field in SHARED:
            if getattr(self.before, field) != getattr(self.after, field):
                source = Source.CRM if newer and field not in self.reread else Source.CRM_FOUND
                yield _value(self.after, field, source, self.at)


def _may_turn(record: Mapped, before: Assessed | None) -> bool:
    """Whether saving this record can change what is said of an account; those merged away go on as the winner."""
    if record.kind is not Kind.ACCOUNT or record.merged_into or record.archived:
        return False
    values = record.values
    return any(field in values and values[field] != getattr(before, field, None) for field in SHARED)


def _is_newer(new: datetime | None, old: datetime | None) -> bool:
    return new is not None and (old is None or new > old)


def _values(account: Assessed, source: Source, at: datetime) -> Iterator[PlanValue]:
    yield from (_value(account, field, source, at) for field in SHARED if getattr(account, field) is not None)


def _value(account: Assessed, field: str, source: Source, at: datetime) -> PlanValue:
    text = _encode(field, getattr(account, field))
    return PlanValue(Entity.PLAN, account.id, field, account.id, text, source, AUTHOR, at, Side.CRM)


def _encode(field: str, value: object) -> str | None:
    """As plans keep it, amounts without idle zeros; what no plan can hold, such as a negative potential, is unknown."""
    try:
        return encode(Entity.PLAN, field, format(value.normalize(), "f") if isinstance(value, Decimal) else value)
    except PlanError:
        return None


def _restate(job: Job, connection: Connection, winners: Sequence[Assessed]) -> None:
    """After a merge the CRM's word is the winner's, whatever it said of the others."""
    values = [
        _value(account, field, Source.CRM_FOUND, account.modified_at or job.started)
        for account in winners
        for field in SHARED
    ]
    save_values(connection, job.name, values)
