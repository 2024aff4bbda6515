"""Sends what is pending in full batches, accounts first; what the CRM acknowledged is remembered as it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.base import Kind, Outcome, PushResult, Update
from connector.languages.speech import _
from connector.pipeline.acknowledge import acknowledge
from connector.pipeline.budget import check_budget
from connector.pipeline.canonical import canonical, restore
from connector.pipeline.job import Job
from connector.pipeline.preflight import WRITTEN_KINDS
from connector.pipeline.refusals import keep_refused
from connector.store.computed import forget_computed_of
from connector.store.ledger import read_edited
from connector.store.pending import PendingUpdate, drop_pending, mark_sent, read_pending
from connector.store.record_errors import Origin, clear_errors

BATCH = 1000
"""Updates handed over together: whole batches for both CRMs (200 and 100)."""

Answers = Sequence[tuple[Update, PushResult]]


def flush(job: Job) -> None:
    """Send everything that is pending; a dry run only counts it."""
    for kind in WRITTEN_KINDS:
        if kind in job.specs:
            for batch in _read_batches(job, kind):
                if job.dry:
                    _count(job, kind, [update.record for update in batch])
                else:
                    _send(job, kind, batch)


def _read_batches(job: Job, kind: Kind) -> Iterator[Sequence[PendingUpdate]]:
    last = 0
    while True:
        with job.store.reading() as connection:
            batch = read_pending(connection, job.name, kind, last, BATCH)
        if not batch:
            return
        yield batch
        last = batch[-1].position


def _send(job: Job, kind: Kind, batch: Sequence[PendingUpdate]) -> None:
    """Hand over one batch; each answer is remembered even when a later one never comes."""
    job.before_unit()
    check_budget(job)
    specs = job.specs[kind]
    updates = [
        Update(kind, one.record, {name: restore(specs[name], text) for name, text in one.values.items()})
        for one in batch
    ]
    with job.store.transaction() as connection:
        mark_sent(connection, job.name, kind, batch)
    answered: list[tuple[Update, PushResult]] = []
    try:
        for update, result in zip(updates, job.crm.push(updates, specs), strict=False):
            answered.append((update, result))
    finally:
        _remember(job, kind, answered)


def _remember(job: Job, kind: Kind, answered: Answers) -> None:
    """Commit what was acknowledged, and keep what was refused with the CRM's words."""
    written = [update for update, result in answered if result.outcome is Outcome.WRITTEN]
    _count(job, kind, [update.id for update in written])
    values = {update.id: {name: canonical(value) for name, value in update.values.items()} for update in written}
    with job.store.transaction() as connection:
        acknowledge(connection, job, kind, job.run, values)
        clear_errors(connection, job.name, Origin.PUSH, kind, list(values))
        keep_refused(job, connection, kind, [pair for pair in answered if pair[1].outcome is not Outcome.WRITTEN])
        unwritten = {update.id for update, result in answered if result.outcome is not Outcome.WRITTEN}
        forget_computed_of(connection, job.name, kind, unwritten)
        drop_pending(connection, job.name, kind, [update.id for update, _ in answered])
    _report(job, answered)
    job.progress("written", len(written))


def _count(job: Job, kind: Kind, records: Sequence[str]) -> None:
    """Records that are (or would be) written, and how many of them are put right after somebody else's edit."""
    with job.store.reading() as connection:
        job.report.restored += len(read_edited(connection, job.name, kind, records))
    job.report.written += len(records)


def _report(job: Job, answered: Answers) -> None:
    job.report.refused += sum(result.outcome is Outcome.REFUSED for _, result in answered)
    for update, result in answered:
        if result.outcome is Outcome.GONE:
            gone = _(
                "{connection}: {kind} {id} was deleted or merged since it was read; not written",
                connection=job.name,
                kind=update.kind,
                id=update.id,
            )
            job.report.warnings[gone] += 1
