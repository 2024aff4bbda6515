"""One run of one connection: the units in their order, and an end that says what happened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

import structlog

from adapters.errors import CRMError, FatalError, SchemaError
from connector.pipeline.budget import check_budget, note_calls, spent_today
from connector.pipeline.errors import SetupError
from connector.pipeline.job import Job
from connector.pipeline.preflight import prepare
from connector.pipeline.pull import pull_all
from connector.pipeline.push import push_changes
from connector.pipeline.report import ConnectionReport, ErrorKind, RunStatus
from connector.pipeline.settle import settle_sent
from connector.store.errors import StoreError, StoreSetupError
from connector.store.lease import Lease
from connector.store.ledger import save_run

log = structlog.get_logger()


def sync(job: Job) -> ConnectionReport:
    """Run the main job once. Foreseeable faults end it with an error in the report; nothing is half-done."""
    return run_alone(job, _run)


def run_alone(job: Job, work: Callable[[Job], None]) -> ConnectionReport:
    """Do some work while no other run of this connection does any, with its beginning and end in the books.

    When another run is under way, this one ends incomplete and has done nothing. A dry run disturbs none.
    """
    lease = nullcontext() if job.dry else job.store.holding(Lease(job.name, job.run, job.lease))
    try:
        with lease:
            _run_in_books(job, work)
    except StoreError as fault:
        job.report.stop(kind_of(fault), str(fault))
        log.warning("run not begun", reason=str(fault))
    return job.report


def kind_of(fault: Exception) -> ErrorKind:
    """What a fault means for the exit code."""
    if isinstance(fault, SchemaError | SetupError | StoreSetupError):
        return ErrorKind.SETUP
    return ErrorKind.REFUSED if isinstance(fault, FatalError) else ErrorKind.INCOMPLETE


def _run_in_books(job: Job, work: Callable[[Job], None]) -> None:
    begun = time.monotonic()
    try:
        _open_books(job)
        work(job)
        job.report.status = RunStatus.DONE
    except (CRMError, SetupError, StoreError) as fault:
        job.report.stop(kind_of(fault), str(fault))
    finally:
        _close_books(job, begun)


def _run(job: Job) -> None:
    job.report.spent_before = spent_today(job)
    prepare(job)
    check_budget(job)
    settle_sent(job)
    pull_all(job)
    push_changes(job)


def _open_books(job: Job) -> None:
    _save_run(job, ended=False)
    log.info("run started", full=job.full, dry_run=job.dry)


def _close_books(job: Job, begun: float) -> None:
    report = job.report
    note_calls(job)
    report.seconds = time.monotonic() - begun
    if report.status is RunStatus.RUNNING:
        report.status = RunStatus.FAILED
    try:
        _save_run(job, ended=True)
    except StoreError as fault:
        log.error("the end of the run could not be recorded", reason=str(fault))
        if report.error is None:
            report.stop(kind_of(fault), str(fault))
    log.info("run ended", **{key: value for key, value in report.counts().items() if key != "name"})


def _save_run(job: Job, *, ended: bool) -> None:
    end = job.started + timedelta(seconds=job.report.seconds) if ended else None
    row = {"id": job.run, "connection": job.name, "started_at": job.started, "as_of": job.terms.as_of, "ended_at": end}
    outcome = {"status": job.report.status.value, "counts": json.dumps(job.report.kept()), "command": job.command}
    with job.store.transaction(fenced=False) as connection:
        save_run(connection, row | outcome)
