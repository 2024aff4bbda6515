"""Gathers what a run is to write, a shard of accounts at a time, so that memory stays flat however much it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from adapters.base import Kind, Value
from connector.kpis.catalogue import COMPUTED_AT
from connector.kpis.compute import AccountResult
from connector.kpis.facts import Reference
from connector.kpis.result import Kpi
from connector.languages.translation import translator_for
from connector.pipeline.canonical import canonical
from connector.pipeline.compute import compute_orphans, compute_some, know_all
from connector.pipeline.diff import Held, changed_values
from connector.pipeline.facts import SHARD, pages
from connector.pipeline.history import keep_history
from connector.pipeline.job import Job
from connector.pipeline.refusals import is_waiting
from connector.pipeline.report import Change
from connector.pipeline.unchanged import Input, Scope, begin, keep_computed, read_page
from connector.store.accounts import read_account_ids
from connector.store.kpi_history import end_history_of_the_gone
from connector.store.ledger import read_edited, read_written
from connector.store.pending import PendingUpdate, clear_pending, save_pending
from connector.store.record_errors import Origin, RecordError, clear_errors, renew_left_out, save_errors
from connector.store.refusals import forget_errors_of_the_gone, read_refused

LEFT_OUT = "left_out"
NO_ACCOUNT = "none"
"""Stands for the account of deals that have none, among the faults of records."""

_MOST_LINES = 12
"""Of what the computation says of deals without an account."""


def gather(job: Job, reference: Reference) -> None:
    """Compute the KPIs of all accounts and deals, but of those accounts whose figures cannot have changed.

    What they change is kept as pending, in the order of accounts.
    """
    numbers: Counter[Kind] = Counter()
    reference = know_all(job.store, job.name, reference, job.terms)
    with job.store.transaction() as connection:
        scope = begin(job, connection, reference)
        clear_pending(connection, job.name)
        forget_errors_of_the_gone(connection, job.name)
        end_history_of_the_gone(connection, job.name, job.started)
    for ids in pages(job.store, job.name, read_account_ids, SHARD):
        job.stop_if_asked()
        _gather_page(job, ids, reference, scope, numbers)
    orphans: list[str] = []
    for shard in compute_orphans(job.store, job.name, reference, job.terms):
        job.stop_if_asked()
        with job.store.transaction() as connection:
            _gather_shard(job, connection, shard, numbers)
        orphans += [line for result in shard for line in result.problems]
    with job.store.transaction() as connection:
        _save_problems(job, connection, {NO_ACCOUNT: orphans[:_MOST_LINES]})


def _gather_page(job: Job, ids: Sequence[str], reference: Reference, scope: Scope, numbers: Counter[Kind]) -> None:
    """Compute those of these accounts that need it; the inputs are read first, so that no later word is missed."""
    with job.store.reading() as connection:
        inputs = read_page(scope, connection, job.name, ids)
    _leave(job, {id_: one for id_, one in inputs.items() if one.is_known})
    if changed := [id_ for id_ in ids if not inputs[id_].is_known]:
        shard = compute_some(job.store, job.name, changed, reference, job.terms)
        with job.store.transaction() as connection:
            _gather_shard(job, connection, shard, numbers)
            keep_computed(job, connection, scope, {id_: inputs[id_].digest for id_ in changed})


def _leave(job: Job, accounts: Mapping[str, Input]) -> None:
    """What was left out of these accounts is so still, and in the CRM they and their deals are as they should be."""
    if job.push:
        job.report.unchanged += len(accounts) if Kind.ACCOUNT in job.specs else 0
        job.report.unchanged += sum(one.deals for one in accounts.values()) if Kind.DEAL in job.specs else 0
    if accounts:
        with job.store.transaction() as connection:
            renew_left_out(connection, job.name, list(accounts), job.started)


def _gather_shard(job: Job, connection: Connection, shard: Sequence[AccountResult], numbers: Counter[Kind]) -> None:
    problems = {result.account: result.problems for result in shard if result.account is not None}
    _save_problems(job, connection, problems)
    for kind, records in _by_kind(shard).items():
        keep_history(job, connection, kind, records)
        _gather_kind(job, connection, kind, records, numbers)
    job.report.accounts_computed += len(problems)


def _by_kind(shard: Sequence[AccountResult]) -> dict[Kind, dict[str, Mapping[str, Kpi]]]:
    return {
        Kind.ACCOUNT: {result.account: result.kpis for result in shard if result.account is not None},
        Kind.DEAL: {deal: kpis for result in shard for deal, kpis in result.deals.items()},
    }


def _save_problems(job: Job, connection: Connection, problems: Mapping[str, Sequence[str]]) -> None:
    """Keep what the computation of accounts left out, and why, beside the faults of single records."""
    found = [RecordError(Kind.ACCOUNT, id_, "", LEFT_OUT, "; ".join(lines)) for id_, lines in problems.items() if lines]
    clear_errors(connection, job.name, Origin.COMPUTE, Kind.ACCOUNT, [id_ for id_ in problems if not problems[id_]])
    save_errors(connection, job.name, Origin.COMPUTE, found, job.started)


def _gather_kind(
    job: Job, connection: Connection, kind: Kind, records: Mapping[str, Mapping[str, Kpi]], numbers: Counter[Kind]
) -> None:
    if not job.push or kind not in job.specs:
        return
    changes = _find_changes(job, connection, kind, records)
    updates = []
    for record, values in changes.items():
        numbers[kind] += 1
        texts = {name: canonical(value) for name, value in values.items()}
        updates.append(PendingUpdate(record, numbers[kind], job.run, texts))
    save_pending(connection, job.name, kind, updates)


def _find_changes(
    job: Job, connection: Connection, kind: Kind, records: Mapping[str, Mapping[str, Kpi]]
) -> dict[str, dict[str, Value]]:
    """What these records need and may be written now; the others are counted as unchanged or waiting."""
    ids = list(records)
    written = read_written(connection, job.name, kind, ids)
    edited = read_edited(connection, job.name, kind, ids)
    refused = read_refused(connection, job.name, kind, ids)
    translator = translator_for(job.terms.language)
    changes: dict[str, dict[str, Value]] = {}
    settled = []
    for record, kpis in records.items():
        held = Held(written.get(record, {}), edited.get(record, ()))
        values = changed_values(job.specs[kind], kpis, held, job.terms.as_of, translator)
        if not values:
            settled.append(record)
        elif is_waiting(refused.get(record), job.specs[kind], values, job.started):
            job.report.waiting += 1
        else:
            changes[record] = values
            _show(job, kind, record, held, values)
    job.report.unchanged += len(settled)
    clear_errors(connection, job.name, Origin.PUSH, kind, [record for record in settled if record in refused])
    return changes


def _show(job: Job, kind: Kind, record: str, held: Held, values: Mapping[str, Value]) -> None:
    """Keep for a dry run what would change; that the moment of each record does goes without saying."""
    if not job.dry:
        return
    for name, value in values.items():
        new, old = canonical(value), held.values.get(name)
        if new != old and (job.specs[kind][name].key != COMPUTED_AT or name in held.edited):
            job.report.changes.append(Change(kind, record, name, old, new))
