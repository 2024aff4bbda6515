"""The scheduled life: each connection on its own cron, never twice at once, ending cleanly when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import TypeAlias

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from adapters.errors import CRMError
from connector.config.connection import Connection
from connector.config.cron import make_trigger
from connector.config.settings import Settings
from connector.pipeline.errors import SetupError
from connector.pipeline.reconcile import reconcile
from connector.pipeline.report import ConnectionReport
from connector.pipeline.run import sync
from connector.schedule.signals import stopping_on_signals
from connector.store.errors import StoreError
from connector.wiring.jobs import RECONCILE, RunOptions, open_job

Runner: TypeAlias = Callable[[Settings, Connection, Event], None]
"""What a due job calls."""

log = structlog.get_logger()


def serve(settings: Settings, stop: Event) -> None:
    """Run every connection that has a schedule until `stop` is set; runs under way then end after their page."""
    scheduler = build_scheduler(settings, stop, run_scheduled)
    with stopping_on_signals(stop):
        scheduler.start()
        for job in scheduler.get_jobs():
            log.info("scheduled", job=job.id, next_run_at=job.next_run_time.isoformat())
        stop.wait()
    log.info("stopping", reason="asked to; a run under way finishes its page")
    scheduler.shutdown(wait=True)


def build_scheduler(settings: Settings, stop: Event, run: Runner) -> BackgroundScheduler:
    """A job per scheduled connection, never beside itself, missed times made up for once. SetupError when none is."""
    scheduled = [connection for connection in settings.connections if connection.schedule]
    if not scheduled:
        raise SetupError('no connection has a schedule; give at least one, like schedule: "*/15 * * * *"')
    # a thread for each connection: what is due while another job of it is under way waits for its end
    executors = {connection.name: ThreadPoolExecutor(1) for connection in scheduled}
    scheduler = BackgroundScheduler(timezone=settings.timezone, executors=executors)
    for connection in scheduled:
        for name, cron, runner in _list_jobs(connection, run):
            trigger = make_trigger(cron, settings.timezone)
            scheduler.add_job(runner, trigger, (settings, connection, stop), id=name, executor=connection.name, **_ONCE)
    return scheduler


_ONCE = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}


def _list_jobs(connection: Connection, run: Runner) -> Iterator[tuple[str, str, Runner]]:
    """Name, cron and function."""
    if connection.schedule:
        yield connection.name, connection.schedule, run
    if connection.reconcile_schedule:
        yield f"{connection.name} reconcile", connection.reconcile_schedule, reconcile_scheduled


def run_scheduled(settings: Settings, connection: Connection, stop: Event) -> None:
    """One scheduled run; what stops it is in the log and in `playmaker status`, and the schedule goes on."""
    try:
        with open_job(settings, connection, RunOptions(stop=stop)) as job:
            log_troubles(sync(job))
    except (CRMError, StoreError) as fault:
        log.error("run impossible", connection=connection.name, reason=str(fault))


def log_troubles(report: ConnectionReport) -> None:
    """What an admin must know of a run that nobody watched: its warnings, its refused records, and why it stopped."""
    for warning, times in report.warnings.items():
        log.warning("warning", text=warning, times=times)
    if report.refused:
        log.warning("records refused", records=report.refused, mend="`playmaker errors` says why")
    if report.error:
        log.error("run stopped", status=report.status.value, reason=report.error["message"])


def reconcile_scheduled(settings: Settings, connection: Connection, stop: Event) -> None:
    """One scheduled reconciliation, with repair; its outcome is in the log and in `playmaker status`."""
    try:
        with open_job(settings, connection, RunOptions(command=RECONCILE, push=False, stop=stop)) as job:
            report, comparisons = reconcile(job, repair=True)
            log_troubles(report)
            for one in comparisons:
                log.info("compared", kind=one.kind.value, **one.counts())
    except (CRMError, StoreError) as fault:
        log.error("reconciliation impossible", connection=connection.name, reason=str(fault))
