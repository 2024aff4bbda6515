"""Proves the mirror complete: counts, then ids and stamps, kind by kind; names what differs and repairs only that.

Users, stages and rates are read whole by every run: there is nothing left to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from adapters.base import Cursor, Kind, Reading, Record, Source
from connector.pipeline.absence import BATCH, bury, find_absent, see, start_census
from connector.pipeline.budget import check_budget
from connector.pipeline.following import catch_all, fetch_family
from connector.pipeline.forgetting import leave_out_erased
from connector.pipeline.job import Job
from connector.pipeline.preflight import prepare
from connector.pipeline.pull import pull_all
from connector.pipeline.readback import asked_fields
from connector.pipeline.report import ConnectionReport
from connector.pipeline.run import run_alone
from connector.pipeline.saving import Catch, save_catch
from connector.pipeline.settle import settle_sent
from connector.store.census import (
    compare_family,
    compare_records,
    count_live,
    list_live,
    save_comparison,
)
from connector.store.ledger import read_position
from mappings.plan import Mapped

SHOWN = 1000
"""Ids of a kind that are named at most; all are counted."""


@dataclass(slots=True)
class Found:
    """How many records differ in one way, and the first of their ids."""

    count: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, ids: Sequence[str]) -> None:
        """Some more."""
        self.count += len(ids)
        self.ids += ids[: SHOWN - len(self.ids)]


@dataclass(slots=True)
class Comparison:
    """One kind in the CRM (`counted`) and here. `compared` is false where equal counts were enough."""

    kind: Kind
    counted: int = 0
    compared: bool = True
    missing: Found = field(default_factory=Found)
    extra: Found = field(default_factory=Found)
    stale: Found = field(default_factory=Found)
    repaired: int = 0

    @property
    def left(self) -> int:
        """Differences that are still there."""
        return self.missing.count + self.extra.count + self.stale.count - self.repaired

    def counts(self) -> dict[str, int]:
        """For the ledger."""
        found = {name: getattr(self, name).count for name in ("missing", "extra", "stale")}
        return {"counted": self.counted, "repaired": self.repaired} | found

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        ids = {f"{name}_ids": getattr(self, name).ids for name in ("missing", "extra", "stale")}
        return {"kind": self.kind.value, "compared": self.compared} | self.counts() | ids


def reconcile(job: Job, *, repair: bool, quick: bool = False) -> tuple[ConnectionReport, list[Comparison]]:
    """Read what changed, as a sync does, then compare everything. `quick`: nothing but counts where these are equal."""
    done: list[Comparison] = []
    report = run_alone(job, partial(_reconcile, repair=repair, quick=quick, done=done))
    return report, done


def _reconcile(job: Job, *, repair: bool, quick: bool, done: list[Comparison]) -> None:
    prepare(job)
    check_budget(job)
    settle_sent(job)
    pull_all(job)
    for kind in Kind:
        source = job.crm.source(kind)
        if source and source.reading is not Reading.WHOLE:
            comparison = Comparison(kind)
            done.append(comparison)
            _compare(job, source, comparison, repair=repair, quick=quick)
            with job.store.transaction() as connection:
                save_comparison(connection, job.name, kind, job.started, comparison.counts())


def _compare(job: Job, source: Source, comparison: Comparison, *, repair: bool, quick: bool) -> None:
    if source.parent:
        _compare_families(job, source.parent, comparison, repair=repair)
        return
    counted = job.crm.count(comparison.kind)
    with job.store.reading() as connection:
        live = count_live(connection, job.name, comparison.kind)
    if quick and counted == live:
        comparison.counted, comparison.compared = live, False
        return
    _compare_listing(job, source, comparison, repair=repair)
    _compare_absence(job, comparison, repair=repair)


def _compare_listing(job: Job, source: Source, comparison: Comparison, *, repair: bool) -> None:
    """Every record that the CRM lists: by its stamp, and by its contents where these change without it."""
    kind = comparison.kind
    with job.store.reading() as connection:
        reached = read_position(connection, job.name, kind)
    start_census(job)
    for page in job.crm.scan(kind, job.mapping.fields(kind) if source.unstamped else ()):
        see(job, [record.id for record in page.records])
        comparison.counted += len(page.records)
        settled = [record for record in page.records if _is_settled(record, reached)]
        _compare_page(job, comparison, settled, contents=source.unstamped, repair=repair)
        _after_unit(job, len(page.records))


def _compare_page(job: Job, comparison: Comparison, records: Sequence[Record], *, contents: bool, repair: bool) -> None:
    kind = comparison.kind
    mapped = [job.mapping.apply(record) if contents else _without_values(record) for record in records]
    with job.store.reading() as connection:
        verdict = compare_records(connection, job.name, kind, leave_out_erased(connection, job.name, kind, mapped))
    comparison.missing.add(verdict.missing)
    comparison.stale.add(verdict.stale)
    wrong = [*verdict.missing, *verdict.stale]
    if repair and wrong:
        fresh = list(job.crm.read(kind, asked_fields(job, kind), wrong))
        _save(job, catch_all(job, kind, fresh))
        comparison.repaired += len(fresh)


def _compare_absence(job: Job, comparison: Comparison, *, repair: bool) -> None:
    for gone in find_absent(job, comparison.kind):
        comparison.extra.add(gone)
        if repair:
            comparison.repaired += bury(job, comparison.kind, gone)


def _compare_families(job: Job, parent: Kind, comparison: Comparison, *, repair: bool) -> None:
    """All rows under the live records of a kind."""
    after = ""
    while True:
        with job.store.reading() as connection:
            parents = list_live(connection, job.name, parent, after, BATCH)
        if not parents:
            return
        after = parents[-1]
        _compare_family(job, parent, comparison, parents, repair=repair)


def _compare_family(job: Job, parent: Kind, comparison: Comparison, parents: Sequence[str], *, repair: bool) -> None:
    kind = comparison.kind
    family = fetch_family(job, kind, parents)
    mapped = [job.mapping.apply(record) for record in family.rows]
    with job.store.reading() as connection:
        rows = leave_out_erased(connection, job.name, kind, mapped)
        verdict, extra = compare_family(connection, job.name, kind, {parent.value: parents}, rows)
    comparison.counted += len(family.rows)
    comparison.missing.add(verdict.missing)
    comparison.stale.add(verdict.stale)
    comparison.extra.add(extra)
    different = len(verdict.missing) + len(verdict.stale) + len(extra)
    if repair and different:
        _save(job, [Catch(parent, families={kind: family})])
        comparison.repaired += different
    _after_unit(job, len(family.rows))


def _save(job: Job, catches: Sequence[Catch]) -> None:
    with job.store.transaction() as connection:
        for catch in catches:
            save_catch(job, connection, catch)


def _after_unit(job: Job, count: int) -> None:
    job.progress("compared", count)
    job.stop_if_asked()
    check_budget(job)


def _without_values(record: Record) -> Mapped:
    return Mapped(record.kind, record.id, record.modified_at, record.archived, record.merged_into, {})


def _is_settled(record: Record, reached: Cursor | None) -> bool:
    """Whether it should be here: what changed after our cursor comes with the next run by itself."""
    return reached is not None and (record.modified_at is None or record.modified_at <= reached.modified_at)
