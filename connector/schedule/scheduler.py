"""The scheduled life: each connection on its own cron, never twice at once, ending cleanly when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from threading import Event
from typing import TypeAlias

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from adapters.errors import CRMError
from connector.config.connection import Connection
from connector.config.cron import make_trigger
from connector.config.settings import Settings
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.pipeline.reconcile import reconcile
from connector.pipeline.report import ConnectionReport
from connector.pipeline.run import sync
from connector.schedule.signals import stopping_on_signals
from connector.store.errors import StoreError
from connector.watch.alerts import alert
from connector.watch.endpoints import answering
from connector.wiring.jobs import RECONCILE, RunOptions, open_job, read_clock

Runner: TypeAlias = Callable[[Settings, Connection, Event], bool]
"""What a due job calls; it says whether another run of the connection was in the way, so that it did nothing."""

AGAIN = timedelta(minutes=10)
"""How often it is tried to make up for runs that another one kept out."""

SERVE = "serve"
"""Who started a run, in the ledger's words."""

log = structlog.get_logger()


def serve(settings: Settings, stop: Event) -> None:
    """Run every connection that has a schedule until `stop` is set; runs under way then end after their page."""
    scheduler = build_scheduler(settings, stop, run_scheduled)
    if settings.alerts.urls:
        scheduler.add_job(_alert_of_all, _HOURLY, (settings,), id="alerts", executor=_ALERTS, **_ONCE)
    with stopping_on_signals(stop), answering(settings, lambda: bool(scheduler.running), read_clock):
        scheduler.start()
        for job in scheduler.get_jobs():
            log.info("scheduled", job=job.id, next_run_at=job.next_run_time.isoformat())
        stop.wait()
        log.info("stopping", reason="asked to; a run under way finishes its page")
        scheduler.shutdown(wait=True)


def _alert_of_all(settings: Settings) -> None:
    """Reviews fall due and credentials expire without any run."""
    alert(settings, settings.connections, read_clock())


def build_scheduler(settings: Settings, stop: Event, run: Runner) -> BackgroundScheduler:
    """A job per scheduled connection, never beside itself, missed times made up for once. SetupError when none is."""
    scheduled = [connection for connection in settings.connections if connection.schedule]
    if not scheduled:
        raise SetupError(_('no connection has a schedule; give at least one, like schedule: "*/15 * * * *"'))
    # a thread for each connection: what is due while another job of it is under way waits for its end
    executors = {name: ThreadPoolExecutor(1) for name in (*(connection.name for connection in scheduled), _ALERTS)}
    scheduler = BackgroundScheduler(timezone=settings.timezone, executors=executors)
    for connection in scheduled:
        for name, trigger, work in _list_jobs(settings, connection, run):
            scheduler.add_job(work, trigger, (settings, connection, stop), id=name, executor=connection.name, **_ONCE)
    return scheduler


_HOURLY = IntervalTrigger(hours=1)
_ALERTS = "alerts of all connections"
_ONCE = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}


Work: TypeAlias = Callable[[Settings, Connection, Event], None]


def _list_jobs(settings: Settings, connection: Connection, run: Runner) -> Iterator[tuple[str, BaseTrigger, Work]]:
    """Name, times and function."""
    tries = Tries()
    if connection.schedule:
        yield connection.name, make_trigger(connection.schedule, settings.timezone), partial(tries.run, run)
    if connection.reconcile_schedule:
        trigger = make_trigger(connection.reconcile_schedule, settings.timezone)
        yield f"{connection.name} reconcile", trigger, partial(tries.run, reconcile_scheduled)
    yield f"{connection.name} again", IntervalTrigger(seconds=int(AGAIN.total_seconds())), tries.run_again


class Tries:
    """Remembers what another run kept out: its next time may be a day away. One connection's jobs come one by one."""

    def __init__(self) -> None:
        self._kept_out: list[Runner] = []

    def run(self, runner: Runner, settings: Settings, connection: Connection, stop: Event) -> None:
        """On time."""
        self._kept_out = [one for one in self._kept_out if one is not runner]
        if runner(settings, connection, stop):
            self._kept_out.append(runner)

    def run_again(self, settings: Settings, connection: Connection, stop: Event) -> None:
        """A while later, only what was kept out."""
        for runner in list(self._kept_out):
            self.run(runner, settings, connection, stop)


def run_scheduled(settings: Settings, connection: Connection, stop: Event) -> bool:
    """One scheduled run; what stops it is in the log and in `playmaker status`, and the schedule goes on."""
    try:
        with open_job(settings, connection, RunOptions(started_by=SERVE, stop=stop)) as job:
            report = sync(job)
            log_troubles(report)
            return report.kept_out
    except (CRMError, StoreError) as fault:
        log.error("run impossible", connection=connection.name, reason=str(fault))
        return False
    finally:
        alert(settings, [connection], read_clock())


def log_troubles(report: ConnectionReport) -> None:
    """What an admin must know of a run that nobody watched: its warnings, its refused records, and why it stopped."""
    for warning, times in report.warnings.items():
        log.warning("warning", text=warning, times=times)
    if report.refused:
        log.warning("records refused", records=report.refused, mend="`playmaker errors` says why")
    if report.error and not report.paused:
        log.error("run stopped", status=report.status.value, reason=report.error["message"])


def reconcile_scheduled(settings: Settings, connection: Connection, stop: Event) -> bool:
    """One scheduled reconciliation, with repair; its outcome is in the log and in `playmaker status`."""
    try:
        options = RunOptions(command=RECONCILE, push=False, started_by=SERVE, stop=stop)
        with open_job(settings, connection, options) as job:
            report, comparisons = reconcile(job, repair=True)
            log_troubles(report)
            for one in comparisons:
                log.info("compared", kind=one.kind.value, **one.counts())
            return report.kept_out
    except (CRMError, StoreError) as fault:
        log.error("reconciliation impossible", connection=connection.name, reason=str(fault))
        return False
    finally:
        alert(settings, [connection], read_clock())
