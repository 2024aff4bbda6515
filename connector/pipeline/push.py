"""Push: changed values in full batches; what the CRM acknowledged is remembered as it is acknowledged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.base import Kind, Outcome, PushResult, Update
from connector.kpis.problems import settings_problems
from connector.kpis.result import Kpi
from connector.pipeline.budget import check_budget
from connector.pipeline.compute import compute_all, read_reference
from connector.pipeline.diff import canonical, changed_values
from connector.pipeline.job import Job
from connector.pipeline.preflight import WRITTEN_KINDS
from connector.pipeline.report import Change
from connector.store.ledger import read_written, save_written
from connector.store.record_errors import Origin, RecordError, clear_errors, save_errors

BATCH = 1000
"""Updates gathered before they are handed over: whole batches for both CRMs (200 and 100)."""

LEFT_OUT = "left_out"
NO_ACCOUNT = "none"
"""Stands for the account of deals that have none, among the faults of records."""


def push_changes(job: Job) -> None:
    """Compute and write what changed, account by account and deal by deal; a dry run only says what would change.

    Without push the KPIs are computed all the same, and nothing is compared or sent.
    """
    for line in settings_problems(read_reference(job.store, job.name, job.mapping), job.terms.settings):
        job.report.warnings[f"{job.name}: {line}"] += 1
    outbox = Outbox(job)
    for shard in compute_all(job.store, job.name, job.mapping, job.terms):
        accounts = {result.account: result for result in shard if result.account is not None}
        job.report.accounts_computed += len(accounts)
        report_problems(job, {result.account or NO_ACCOUNT: result.problems for result in shard})
        outbox.take(Kind.ACCOUNT, {account: result.kpis for account, result in accounts.items()})
        outbox.take(Kind.DEAL, {deal: kpis for result in shard for deal, kpis in result.deals.items()})
    outbox.empty()


class Outbox:
    """Gathers updates of each kind until a whole batch is there, and sends it."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._waiting: dict[Kind, list[Update]] = {kind: [] for kind in WRITTEN_KINDS if kind in job.specs}

    def take(self, kind: Kind, records: Mapping[str, Mapping[str, Kpi]]) -> None:
        """Add what these records need, and send what fills a batch."""
        if self._job.push and kind in self._waiting:
            waiting = self._waiting[kind]
            waiting += find_updates(self._job, kind, records)
            while len(waiting) >= BATCH:
                self._send(waiting[:BATCH])
                del waiting[:BATCH]

    def empty(self) -> None:
        """Send the rest."""
        for waiting in self._waiting.values():
            self._send(waiting)

    def _send(self, updates: Sequence[Update]) -> None:
        if self._job.dry:
            self._job.report.written += len(updates)
        elif updates:
            self._job.stop_if_asked()
            check_budget(self._job)
            send(self._job, updates)


def report_problems(job: Job, problems: Mapping[str, Sequence[str]]) -> None:
    """Keep what the computation of accounts left out, and why, beside the faults of single records."""
    found = [RecordError(Kind.ACCOUNT, id_, "", LEFT_OUT, "; ".join(lines)) for id_, lines in problems.items() if lines]
    with job.store.transaction() as connection:
        clear_errors(connection, job.name, Origin.COMPUTE, Kind.ACCOUNT, list(problems))
        save_errors(connection, job.name, Origin.COMPUTE, found, job.started)


def find_updates(job: Job, kind: Kind, records: Mapping[str, Mapping[str, Kpi]]) -> list[Update]:
    """The updates that these records need; the others are counted as unchanged."""
    specs = job.specs.get(kind, {})
    with job.store.reading() as connection:
        acknowledged = read_written(connection, job.name, kind, list(records))
    updates = []
    for record, kpis in records.items():
        before = acknowledged.get(record, {})
        values = changed_values(specs, kpis, before, job.terms.as_of)
        if not values:
            job.report.unchanged += 1
            continue
        updates.append(Update(kind, record, values))
        if job.dry:
            job.report.changes += [
                Change(kind, record, name, before.get(name), value) for name, value in values.items()
            ]
    return updates


def send(job: Job, updates: Sequence[Update]) -> None:
    """Hand over one batch; each answer is remembered even when a later one never comes."""
    answered: list[tuple[Update, PushResult]] = []
    try:
        for update, result in zip(updates, job.crm.push(updates, job.specs[updates[0].kind]), strict=False):
            answered.append((update, result))
    finally:
        remember(job, answered)


def remember(job: Job, answered: Sequence[tuple[Update, PushResult]]) -> None:
    """Commit what was acknowledged, and keep what was refused with the CRM's words."""
    written = [update for update, result in answered if result.outcome is Outcome.WRITTEN]
    refused = [(update, result) for update, result in answered if result.outcome is Outcome.REFUSED]
    gone = [update for update, result in answered if result.outcome is Outcome.GONE]
    with job.store.transaction() as connection:
        save_written(connection, [row for update in written for row in _written_rows(job, update)])
        for kind in {update.kind for update in written}:
            clear_errors(connection, job.name, Origin.PUSH, kind, [update.id for update in written])
        save_errors(
            connection, job.name, Origin.PUSH, [_error(update, result) for update, result in refused], job.started
        )
    job.report.written += len(written)
    job.report.refused += len(refused)
    for update in gone:
        job.report.warnings[
            f"{job.name}: {update.kind} {update.id} was deleted or merged since it was read; not written"
        ] += 1
    job.progress("written", len(written))


def _written_rows(job: Job, update: Update) -> list[dict[str, Any]]:
    key = {"connection": job.name, "kind": update.kind.value, "record": update.id, "run": job.run, "at": job.started}
    return [key | {"field": name, "value": canonical(value)} for name, value in update.values.items()]


def _error(update: Update, result: PushResult) -> RecordError:
    return RecordError(update.kind, update.id, result.field or "", result.code, result.message)
