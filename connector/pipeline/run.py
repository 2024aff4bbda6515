"""One run of one connection: the units in their order, and an end that says what happened."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext

import structlog

from adapters.errors import CRMError, FatalError, SchemaError
from connector.pipeline.books import close_books, forget_old, open_books
from connector.pipeline.budget import check_budget, note_calls, spent_today
from connector.pipeline.errors import SetupError
from connector.pipeline.expiry import forget_departed
from connector.pipeline.job import Job
from connector.pipeline.judgements import recall_first_sights
from connector.pipeline.pause import PausedError, require_not_paused
from connector.pipeline.preflight import prepare
from connector.pipeline.pull import pull_all
from connector.pipeline.push import push_changes
from connector.pipeline.report import ConnectionReport, ErrorKind, RunStatus
from connector.pipeline.settle import settle_sent
from connector.store.errors import LeaseTakenError, StoreError, StoreSetupError
from connector.store.lease import Lease

log = structlog.get_logger()


def sync(job: Job) -> ConnectionReport:
    """Run the main job once. Foreseeable faults end it with an error in the report; nothing is half-done."""
    return run_alone(job, _run)


def run_alone(job: Job, work: Callable[[Job], None]) -> ConnectionReport:
    """Do some work while no other run of this connection does any, with its beginning and end in the books.

    When another run is under way or the connection is paused, this one ends incomplete and has done nothing. A dry run
    disturbs none.
    """
    lease = nullcontext() if job.dry else job.store.holding(Lease(job.name, job.run, job.lease))
    try:
        with lease:
            require_not_paused(job)
            _run_in_books(job, work)
    except (StoreError, PausedError) as fault:
        job.report.stop(kind_of(fault), str(fault))
        job.report.kept_out = isinstance(fault, LeaseTakenError)
        job.report.paused = isinstance(fault, PausedError)
        log.log(logging.INFO if job.report.paused else logging.WARNING, "run not begun", reason=str(fault))
    return job.report


def kind_of(fault: Exception) -> ErrorKind:
    """What a fault means for the exit code."""
    if isinstance(fault, SchemaError | SetupError | StoreSetupError):
        return ErrorKind.SETUP
    return ErrorKind.REFUSED if isinstance(fault, FatalError) else ErrorKind.INCOMPLETE


def _run_in_books(job: Job, work: Callable[[Job], None]) -> None:
    begun = time.monotonic()
    try:
        open_books(job)
        log.info("run started", full=job.full, dry_run=job.dry)
        job.report.spent_before = spent_today(job)
        job.stop_if_asked()
        work(job)
        forget_old(job)
        job.report.status = RunStatus.DONE
    except (CRMError, SetupError, StoreError) as fault:
        job.report.stop(kind_of(fault), str(fault))
    finally:
        _end(job, begun)


def _run(job: Job) -> None:
    prepare(job)
    check_budget(job)
    settle_sent(job)
    recall_first_sights(job)
    pull_all(job)
    forget_departed(job)
    push_changes(job)


def _end(job: Job, begun: float) -> None:
    report = job.report
    note_calls(job)
    report.seconds = time.monotonic() - begun
    if report.status is RunStatus.RUNNING:
        report.status = RunStatus.FAILED
    try:
        close_books(job)
    except StoreError as fault:
        log.error("the end of the run could not be recorded", reason=str(fault))
        if report.error is None:
            report.stop(kind_of(fault), str(fault))
    log.info("run ended", **{key: value for key, value in report.counts().items() if key != "name"})
