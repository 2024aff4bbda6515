"""The scheduled life: each connection on its own cron, never twice at once, ending cleanly when asked."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import TypeAlias

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from adapters.errors import CRMError
from connector.config.connection import Connection
from connector.config.cron import make_trigger
from connector.config.settings import Settings
from connector.pipeline.errors import SetupError
from connector.pipeline.report import ConnectionReport
from connector.pipeline.run import sync
from connector.store.errors import StoreError
from connector.wiring.jobs import RunOptions, open_job

Runner: TypeAlias = Callable[[Settings, Connection, Event], None]
"""What a due job calls."""

log = structlog.get_logger()


def serve(settings: Settings, stop: Event) -> None:
    """Run every connection that has a schedule until `stop` is set; runs under way then end after their page."""
    scheduler = build_scheduler(settings, stop, run_scheduled)
    _stop_on_signals(stop)
    scheduler.start()
    for job in scheduler.get_jobs():
        log.info("scheduled", connection=job.id, next_run_at=job.next_run_time.isoformat())
    stop.wait()
    log.info("stopping", reason="asked to; a run under way finishes its page")
    scheduler.shutdown(wait=True)


def build_scheduler(settings: Settings, stop: Event, run: Runner) -> BackgroundScheduler:
    """A job per scheduled connection, never beside itself, missed times made up for once. SetupError when none is."""
    scheduled = [connection for connection in settings.connections if connection.schedule]
    if not scheduled:
        raise SetupError('no connection has a schedule; give at least one, like schedule: "*/15 * * * *"')
    executors = {"default": ThreadPoolExecutor(len(scheduled))}
    scheduler = BackgroundScheduler(timezone=settings.timezone, executors=executors)
    for connection in scheduled:
        trigger = make_trigger(connection.schedule or "", settings.timezone)
        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        scheduler.add_job(run, trigger, (settings, connection, stop), id=connection.name, **once)
    return scheduler


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


def _stop_on_signals(stop: Event) -> None:
    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
