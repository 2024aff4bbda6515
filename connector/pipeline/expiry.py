"""Forgets people who left long ago, where the admin set how long they are kept."""

from __future__ import annotations

from datetime import timedelta

import structlog

from connector.pipeline.job import Job
from connector.plans.erasure import erase_people
from connector.store.chunks import chunks
from connector.store.departures import find_departed

TOGETHER = 100
"""People who are forgotten in one transaction."""

log = structlog.get_logger()


def forget_departed(job: Job) -> None:
    """Erase whoever has been known to have left for longer than people who left are kept."""
    if job.keep_departed is None:
        return
    before = job.started - timedelta(days=job.keep_departed)
    with job.store.reading() as connection:
        departed = find_departed(connection, job.name, before)
    for some in chunks(departed, TOGETHER):
        with job.store.transaction() as connection:
            erase_people(connection, job.name, some, job.started)
        job.stop_if_asked()
    if departed:
        log.info("people who left long ago were forgotten", people=len(departed), days=job.keep_departed)
