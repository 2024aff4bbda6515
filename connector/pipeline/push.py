"""Push: changed values in full batches; what the CRM acknowledged is remembered as it is acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.base import Kind, Outcome, PushResult, Update
from connector.kpis.compute import AccountResult
from connector.kpis.result import Kpi
from connector.pipeline.budget import check_budget
from connector.pipeline.diff import canonical, changed_values
from connector.pipeline.job import Job
from connector.pipeline.report import Change
from connector.store.ledger import read_written, save_written
from connector.store.record_errors import Origin, RecordError, clear_errors, save_errors

BATCH = 1000
"""Updates gathered before they are handed over: whole batches for both CRMs (200 and 100)."""


def push_changes(job: Job, results: Iterable[AccountResult], spent_before: int) -> None:
    """Write what changed, account by account and deal by deal; in a dry run only say what would change.

    Without push the KPIs are computed all the same, and nothing is compared or sent.
    """
    waiting: dict[Kind, list[Update]] = {kind: [] for kind in job.specs if job.push}
    for result in results:
        if result.account is not None:
            job.report.accounts_computed += 1
        for kind, updates in waiting.items():
            updates += find_updates(job, kind, _own(result) if kind is Kind.ACCOUNT else result.deals)
            while len(updates) >= BATCH:
                send(job, updates[:BATCH], spent_before)
                del updates[:BATCH]
    for updates in waiting.values():
        send(job, updates, spent_before)


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
            job.report.changes += [Change(kind, record, name, before.get(name), value) for name, value in values.items()]
    return updates


def send(job: Job, updates: Sequence[Update], spent_before: int) -> None:
    """Hand over one batch; each answer is remembered even when a later one never comes."""
    if job.dry:
        job.report.written += len(updates)
    elif updates:
        check_budget(job, spent_before)
        job.stop_if_asked()
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
        save_errors(connection, job.name, Origin.PUSH, [_error(update, result) for update, result in refused], job.started)
    job.report.written += len(written)
    job.report.refused += len(refused)
    for update in gone:
        job.report.warnings[f"{job.name}: {update.kind} {update.id} was deleted or merged since it was read; not written"] += 1
    job.progress("written", len(written))


def _own(result: AccountResult) -> Mapping[str, Mapping[str, Kpi]]:
    return {} if result.account is None else {result.account: result.kpis}


def _written_rows(job: Job, update: Update) -> list[dict[str, Any]]:
    key = {"connection": job.name, "kind": update.kind.value, "record": update.id, "run": job.run, "at": job.started}
    return [key | {"field": name, "value": canonical(value)} for name, value in update.values.items()]


def _error(update: Update, result: PushResult) -> RecordError:
    return RecordError(update.kind, update.id, result.field or "", result.code, result.message)
