"""Learns what a field of ours holds when runs begin to ask for it: one added, renamed, or shown to us again.

From then on pulls tell of each change of it. What was in it before would otherwise be overwritten unseen: not weighed,
not restored by an undo, and left standing where we have no value of our own.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.base import Kind
from connector.pipeline.budget import check_budget
from connector.pipeline.job import Job
from connector.pipeline.readback import compare, readable_fields
from connector.store.census import list_live
from connector.store.ledger import correct_written
from connector.store.watched import read_watched, save_watched

BATCH = 1000
"""Records read at once: whole requests for both CRMs."""


def begin_watching(job: Job, kind: Kind) -> None:
    """A pull from the beginning asks for all of them."""
    _keep(job, kind, readable_fields(job, kind))


def stop_watching(job: Job, kind: Kind) -> None:
    """Before a pull that does not ask for some of them any more."""
    watched, fields = _read(job, kind), set(readable_fields(job, kind))
    if watched - fields:
        _keep(job, kind, sorted(watched & fields))


def watch_new(job: Job, kind: Kind) -> None:
    """Ask all records that are here for the fields that pulls before did not ask for."""
    fields = readable_fields(job, kind)
    watched = _read(job, kind)
    if new := [name for name in fields if name not in watched]:
        _learn(job, kind, new)
        _keep(job, kind, fields)


def _learn(job: Job, kind: Kind, fields: Sequence[str]) -> None:
    after = ""
    while True:
        with job.store.reading() as connection:
            ids = list_live(connection, job.name, kind, after, BATCH)
        if not ids:
            return
        after = ids[-1]
        differences = compare(job, kind, list(job.crm.read(kind, fields, ids)))
        with job.store.transaction() as connection:
            correct_written(connection, differences)
        job.stop_if_asked()
        check_budget(job)


def _read(job: Job, kind: Kind) -> set[str]:
    with job.store.reading() as connection:
        return read_watched(connection, job.name, kind)


def _keep(job: Job, kind: Kind, fields: Sequence[str]) -> None:
    with job.store.transaction() as connection:
        save_watched(connection, job.name, kind, fields)
