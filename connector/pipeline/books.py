"""The books: a run's row in the ledger, kept while it goes on, so that one that is killed leaves what it spent."""

from __future__ import annotations

import json
from datetime import timedelta

from connector.pipeline.job import Job
from connector.pipeline.report import RunStatus
from connector.store.ledger import save_run
from connector.store.runs import close_killed
from connector.store.write_log import KEPT, forget_written_before


def open_books(job: Job) -> None:
    """The run begins. Whatever others of its connection did not tell their end were killed, for it runs alone."""
    with job.store.transaction(fenced=False) as connection:
        close_killed(connection, job.name, RunStatus.RUNNING.value, RunStatus.KILLED.value)
        save_run(connection, _row(job))


def keep_books(job: Job) -> None:
    """How far it has come."""
    with job.store.transaction() as connection:
        save_run(connection, _row(job))


def close_books(job: Job) -> None:
    """The run is over, even where another took its place."""
    end = job.started + timedelta(seconds=job.report.seconds)
    with job.store.transaction(fenced=False) as connection:
        save_run(connection, _row(job) | {"ended_at": end})


def forget_old(job: Job) -> None:
    """Let the log of writes not grow for ever."""
    with job.store.transaction() as connection:
        forget_written_before(connection, job.name, job.started - KEPT)


def _row(job: Job) -> dict[str, object]:
    report = job.report
    return {
        "id": job.run,
        "connection": job.name,
        "command": job.command,
        "started_at": job.started,
        "as_of": job.terms.as_of,
        "ended_at": None,
        "status": report.status.value,
        "counts": json.dumps(report.kept()),
        "started_by": job.started_by,
        **job.versions,
    }
