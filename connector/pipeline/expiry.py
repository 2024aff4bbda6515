"""Forgets people who left long ago, where the admin set how long they are kept."""

from __future__ import annotations

from datetime import timedelta

import structlog

from connector.pipeline.job import Job
from connector.plans.erasure import erase_person
from connector.store.plan_values import find_departed

log = structlog.get_logger()


def forget_departed(job: Job) -> None:
    """Erase whoever has been known to have left for longer than people who left are kept."""
    if job.keep_departed is None:
        return
    before = job.started - timedelta(days=job.keep_departed)
    with job.store.transaction() as connection:
        departed = find_departed(connection, job.name, before)
        for person in departed:
            erase_person(connection, job.name, person, job.started)
    if departed:
        log.info("people who left long ago were forgotten", people=len(departed), days=job.keep_departed)
