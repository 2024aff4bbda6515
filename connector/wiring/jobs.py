"""The one place that builds objects from the configuration, and the one place where a run reads the clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import structlog

from adapters.base import CRM
from adapters.catalogue import connect
from adapters.exchange import Listener
from adapters.settings import ConnectionSettings
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.config.tokens import CANNOT_KEEP, token_saver
from connector.kpis.facts import Terms
from connector.pipeline.job import Job
from connector.pipeline.report import ConnectionReport
from connector.store.engine import open_engine, open_memory
from connector.store.store import Store, open_store
from connector.wiring.backup import open_copy
from connector.wiring.pace import find_pace_file
from connector.wiring.trail import Trail
from connector.wiring.versions import read_versions
from mappings.mapping import Mapping as FieldMapping
from mappings.mapping import build_mapping as overlay_mapping

log = structlog.get_logger()


SYNC, RECONCILE, UNDO, CHECK, FIELDS = "sync", "reconcile", "undo", "check", "fields"
REHEARSAL, SHOW = "dry run", "show"
"""Commands as the ledger names them."""

_SCHEDULED = {SYNC, RECONCILE}
"""What a pause stops; what it leaves to people is mending: to undo a run, say."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is to go.

    `command`: what is run, for the ledger. `run`: its id, shared by the connections of one command. `as_of`: reckon the
    KPIs for the end of that day. `started`: the run's instant where it is not now. `progress` and `stop`: see Job.
    `started_by`: a person, `serve` or `cron`. `even_paused`: run a paused connection too.
    """

    command: str = SYNC
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    dry: bool = False
    full: bool = False
    push: bool = True
    force: bool = False
    as_of: date | None = None
    started: datetime | None = None
    started_by: str | None = None
    even_paused: bool = False
    progress: Callable[[str, int], None] = lambda _kind, _count: None
    stop: Event = field(default_factory=Event)


def read_clock() -> datetime:
    """The instant of a run; made once and handed down."""
    return datetime.now(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in the configured time zone, in UTC."""
    return (datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)).astimezone(UTC)


@contextmanager
def open_crm(
    settings: Settings,
    connection: Connection,
    before_call: Callable[[], None] = lambda: None,
    after_call: Listener | None = None,
) -> Iterator[CRM]:
    """The adapter of a connection, with its secrets; no request is made until it is used."""
    asked = replace(_connection_settings(settings, connection), before_call=before_call, after_call=after_call)
    crm = connect(connection.crm, asked)
    try:
        yield crm
    finally:
        crm.close()


def build_mapping(settings: Settings, connection: Connection) -> FieldMapping:
    """The shipped mapping of the connection's CRM with the admin's override over it."""
    return overlay_mapping(connection.crm, connection.mapping, settings.timezone)


def build_terms(settings: Settings, connection: Connection, as_of: date | None, now: datetime) -> Terms:
    """How a connection's KPIs are reckoned, and for which instant: the end of the day asked for, else now."""
    instant = end_of_day(as_of, settings.timezone) if as_of else now
    return Terms(
        settings.kpis,
        settings.currency,
        settings.rates,
        settings.timezone,
        instant,
        connection.authority.by_field(),
        connection.portfolio,
        settings.language,
    )


@contextmanager
def open_database(settings: Settings, *, dry: bool, looking: bool = False) -> Iterator[Store]:
    """The configured database; for a dry run a copy of it, so that no other run waits; for looking as it is.

    Where looking would have to create its file, one in memory instead.
    """
    if dry and not looking:
        with open_copy(settings) as copy, open_store(copy, rehearsal=True) as store:
            yield store
        return
    file = settings.database.database if settings.database.drivername == "sqlite" else None
    engine = open_memory() if dry and file and not Path(file).exists() else open_engine(settings.database)
    try:
        with open_store(engine, rehearsal=dry, looking=looking) as store:
            yield store
    finally:
        engine.dispose()


@contextmanager
def open_job(settings: Settings, connection: Connection, options: RunOptions) -> Iterator[Job]:
    """Everything for one run of one connection. Raises StoreError when the database cannot be used."""
    trail = Trail(settings, read_clock)
    with (
        structlog.contextvars.bound_contextvars(run_id=options.run, connection=connection.name),
        open_database(settings, dry=options.dry) as store,
        open_crm(settings, connection, store.keep_lease, trail.note) as crm,
    ):
        try:
            yield _as_asked(_build_job(settings, connection, options, crm, store), options)
        finally:
            trail.keep(store, connection.name, options.run)


def _build_job(settings: Settings, connection: Connection, options: RunOptions, crm: CRM, store: Store) -> Job:
    started = options.started or read_clock()
    return Job(
        run=options.run,
        command=options.command,
        name=connection.name,
        crm_name=connection.crm,
        crm=crm,
        mapping=build_mapping(settings, connection),
        store=store,
        terms=build_terms(settings, connection, options.as_of, started),
        kpi_fields=connection.kpi_fields,
        started=started,
        keep_departed=settings.privacy.keep_departed_days,
        share=connection.budget.share_of_daily_limit,
        reserve=connection.budget.reserve_of_daily_limit,
        report=ConnectionReport(connection.name),
        max_change=connection.max_change,
        attempts=connection.retry.attempts,
        sweep_every=timedelta(hours=connection.sweep_hours),
        versions=read_versions(settings, connection),
    )


def _as_asked(job: Job, options: RunOptions) -> Job:
    """The job as this run is to go."""
    return replace(
        job,
        full=options.full,
        force=options.force,
        push=options.push,
        dry=options.dry,
        started_by=options.started_by,
        heeds_pause=options.command in _SCHEDULED and not options.even_paused,
        progress=options.progress,
        stop=options.stop,
    )


def _connection_settings(settings: Settings, connection: Connection) -> ConnectionSettings:
    overlap = connection.overlap_minutes
    return ConnectionSettings(
        name=connection.name,
        base_url=connection.base_url,
        auth=connection.auth.reveal(),
        api_version=connection.api_version,
        overlap=None if overlap is None else timedelta(minutes=overlap),
        searches_per_second=connection.budget.searches_per_second,
        pace_file=find_pace_file(settings),
        save_refresh_token=_refresh_token_saver(connection),
    )


def _refresh_token_saver(connection: Connection) -> Callable[[str], None] | None:
    token = connection.auth.refresh_token
    saver = token_saver(token) if token else None
    if token and saver is None:
        log.warning("refresh token", connection=connection.name, warning=CANNOT_KEEP)
    return saver


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Store]:
    """The store alone, for commands that only look; a database file that is not there yet is not created."""
    with open_database(settings, dry=True, looking=True) as store:
        yield store
