"""Finds the records that are gone: a complete listing shows what is missing from it, and the CRM is asked once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adapters.base import Kind, Record
from connector.pipeline.budget import check_budget
from connector.pipeline.following import catch_all
from connector.pipeline.job import Job
from connector.pipeline.saving import save_catch
from connector.store.census import begin_census, list_unseen, note_seen

BATCH = 500
"""Absent records looked into together."""


def bury_absent(job: Job, kind: Kind) -> int:
    """List all ids of a kind and bury the records that are not among them. Returns how many."""
    start_census(job)
    batch: list[str] = []
    for id_ in job.crm.ids(kind):
        batch.append(id_)
        if len(batch) == BATCH:
            see(job, batch)
            batch = []
            _after_unit(job)
    see(job, batch)
    return sum(bury(job, kind, gone) for gone in find_absent(job, kind))


def start_census(job: Job) -> None:
    """Begin a listing."""
    with job.store.transaction() as connection:
        begin_census(connection)


def see(job: Job, ids: Iterable[str]) -> None:
    """These were listed."""
    with job.store.transaction() as connection:
        note_seen(connection, ids)


def find_absent(job: Job, kind: Kind) -> Iterator[list[str]]:
    """After a complete listing: the live records that were not in it and that the CRM does not know by their ids."""
    after = ""
    while True:
        with job.store.reading() as connection:
            unseen = list_unseen(connection, job.name, kind, after, BATCH)
        if not unseen:
            return
        after = unseen[-1]
        alive = {record.id for record in job.crm.read(kind, [], unseen)}
        if gone := [id_ for id_ in unseen if id_ not in alive]:
            yield gone
        _after_unit(job)


def bury(job: Job, kind: Kind, gone: Sequence[str]) -> int:
    """Turn records that are gone into tombstones; what was merged leads to the record that took its place."""
    traced = {record.id: record for record in job.crm.trace(kind, gone)}
    records = [traced.get(id_) or Record(kind, id_, None, {}, archived=True) for id_ in gone]
    catches = catch_all(job, kind, records)
    with job.store.transaction() as connection:
        for catch in catches:
            save_catch(job, connection, catch)
    return len(records)


def _after_unit(job: Job) -> None:
    job.stop_if_asked()
    check_budget(job)
