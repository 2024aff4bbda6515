"""Counts the API calls of commands that are no runs towards the day's share of their connection."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from adapters.base import CRM
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.store.engine import begin, is_current, open_connection, open_engine
from connector.store.errors import StoreError
from connector.store.ledger import save_run
from connector.wiring.jobs import read_clock

log = structlog.get_logger()


@contextmanager
def spending(settings: Settings, connection: Connection, command: str, crm: CRM) -> Iterator[None]:
    """What is called within the block is in the ledger afterwards, however the block ends.

    No database is created or migrated for it, and one that cannot be written hinders no command.
    """
    started = read_clock()
    try:
        yield
    finally:
        calls = crm.limits().calls
        try:
            if calls and _has_database(settings):
                _keep(settings, _row(connection.name, command, started, calls))
        except StoreError as fault:
            log.warning("calls not counted", connection=connection.name, calls=sum(calls.values()), reason=str(fault))


def _has_database(settings: Settings) -> bool:
    url = settings.database
    return url.drivername != "sqlite" or bool(url.database and Path(url.database).exists())


def _keep(settings: Settings, row: Mapping[str, object]) -> None:
    engine = open_engine(settings.database)
    try:
        with open_connection(engine) as connection, begin(connection, writing=True):
            if is_current(connection):
                save_run(connection, row)
    finally:
        engine.dispose()


def _row(name: str, command: str, started: datetime, calls: Mapping[str, int]) -> dict[str, object]:
    report = ConnectionReport(name, RunStatus.DONE, api_calls=sum(calls.values()), calls_by_kind=dict(calls))
    return {
        "id": uuid.uuid4().hex[:12],
        "connection": name,
        "command": command,
        "started_at": started,
        "as_of": started,
        "ended_at": read_clock(),
        "status": report.status.value,
        "counts": json.dumps(report.kept()),
    }
