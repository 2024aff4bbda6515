"""Finds the accounts that need not be computed again: nothing read for them changed, nor has their day come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from connector.kpis.catalogue import definitions
from connector.kpis.facts import Reference
from connector.kpis.frame import frame_of
from connector.kpis.hierarchy import descendants
from connector.pipeline.job import Job
from connector.store.account_inputs import Inputs, digest_of, find_spoken_of, read_inputs
from connector.store.computed import forget_computed, forget_unsettled, read_computed, save_computed

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run compares accounts by: `common`, a digest of what is the same for all of them, and the day."""

    common: str
    day: date
    children: Mapping[str, Sequence[str]] | None
    keeps: bool

    def combine(self, account: str, inputs: Mapping[str, Inputs]) -> str:
        """The digest of an account with all that its figures rest on."""
        return digest_of([self.common, *(f"{unit} {inputs[unit].digest}" for unit in self.units(account))])

    def units(self, account: str) -> list[str]:
        """The account, and under a hierarchy those below it."""
        return [account] if self.children is None else [account, *descendants(account, self.children)]


@dataclass(frozen=True, slots=True)
class Input:
    """The digest of an account's inputs; `is_known`: it was computed from them, and no figure can have changed since.

    `deals`: how many it has.
    """

    digest: str
    deals: int
    is_known: bool


def begin(job: Job, connection: Connection, reference: Reference) -> Scope:
    """Forget what cannot be relied on, before anything else of an earlier run is forgotten.

    A run that reckons for another day than its own computes all, and leaves nothing to rely on.
    """
    forget_unsettled(connection, job.name)
    usual = job.terms.as_of == job.started
    if job.full or not usual:
        forget_computed(connection, job.name)
    frame = frame_of(reference, job.terms)
    children = reference.children if job.terms.settings.rollup == "hierarchy" else None
    return Scope(_digest_common(job, reference, stale=frame.stale), frame.as_of.day, children, usual)


def read_page(scope: Scope, connection: Connection, name: str, accounts: Sequence[str]) -> dict[str, Input]:
    """What these accounts would be computed from, and which of them were already."""
    units = list(dict.fromkeys(unit for account in accounts for unit in scope.units(account)))
    inputs = read_inputs(connection, name, units)
    known = read_computed(connection, name, accounts, scope.day)
    found = {}
    for account in accounts:
        digest = scope.combine(account, inputs)
        found[account] = Input(digest, inputs[account].deals, is_known=known.get(account) == digest)
    return found


def keep_computed(job: Job, connection: Connection, scope: Scope, inputs: Mapping[str, str]) -> None:
    """Remember that these accounts were computed.

    Ages and windows move with the day, so that each figure may be another tomorrow. What was said of plans after the
    run's instant did not count yet, though it was read.
    """
    if scope.keeps:
        units = {account: scope.units(account) for account in inputs}
        late = find_spoken_of(connection, job.name, {one for some in units.values() for one in some}, job.started)
        kept = {account: digest for account, digest in inputs.items() if late.isdisjoint(units[account])}
        save_computed(connection, job.name, kept, scope.day, scope.day + timedelta(days=1))


def _digest_common(job: Job, reference: Reference, *, stale: bool) -> str:
    """Of all that is the same for all accounts, but for what each run has of its own."""
    return digest_of(
        [
            *_say_fields(reference, but={"last_complete_pull", "children"}),
            *_say_fields(job.terms, but={"as_of"}),
            *(f"{one.key} {one.traits.version}" for one in definitions()),
            f"{stale} {job.push} {_say(job.specs)}",
        ]
    )


def _say_fields(row: DataclassInstance, but: Collection[str] = ()) -> list[str]:
    return [f"{one.name} {_say(getattr(row, one.name))}" for one in fields(row) if one.name not in but]


def _say(value: object) -> str:
    """A text that is the same for the same value: in whatever order it was read, in whatever process."""
    if isinstance(value, Mapping):
        return repr(sorted((repr(key), _say(one)) for key, one in value.items()))
    if isinstance(value, list | set | frozenset):
        return repr(sorted(map(_say, value)))
    if is_dataclass(value) and not isinstance(value, type):
        return repr(_say_fields(value))
    return repr(value)
