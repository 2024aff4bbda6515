"""Pull and map: each page's rows, children, faults and cursor are committed together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy import Connection

from adapters.base import Cursor, Kind, Reading, Record
from connector.pipeline.absence import bury_absent
from connector.pipeline.budget import check_budget
from connector.pipeline.following import catch_all
from connector.pipeline.job import Job
from connector.pipeline.readback import asked_fields
from connector.pipeline.saving import Catch, children_of, count_deleted, save_catch
from connector.pipeline.watch import begin_watching, stop_watching, watch_new
from connector.store.ledger import mark_complete_pull, read_cursor, read_organisation, save_cursor
from connector.store.mirror import bury_missing
from connector.store.sweeps import Sweep, begin_reading, end_census, end_sweep, read_sweep, save_position

BIN_KEEPS = timedelta(days=14)
"""Less than any CRM goes on showing what was deleted: Salesforce for 15 days, HubSpot for 90."""

SaveCursor: TypeAlias = Callable[[Connection, Cursor], None]
"""Commits how far a reading came beside the rows it stands for."""


def pull_all(job: Job) -> None:
    """Read every kind that the organisation has, parents first; children come with their parents' pages."""
    away = _was_away(job)
    for kind in Kind:
        source = job.crm.source(kind)
        if source and source.reading is Reading.WHOLE:
            pull_whole(job, kind)
        elif source and source.reading is Reading.INCREMENTAL:
            pull_changes(job, kind)
            _bury_if_due(job, kind, away=away)
            if source.unstamped or children_of(job, kind):
                sweep_if_due(job, kind)
    with job.store.transaction() as connection:
        mark_complete_pull(connection, job.name, job.started)


def pull_changes(job: Job, kind: Kind) -> None:
    """Read what changed of a kind since its cursor, or all of it when there is none or the mapping has grown."""
    asked = _fingerprint(job, kind)
    since = _since(job, kind, asked)
    if since is None:
        with job.store.transaction() as connection:
            begin_reading(connection, job.name, kind, job.started)
        begin_watching(job, kind)
    else:
        stop_watching(job, kind)

    def keep(connection: Connection, cursor: Cursor) -> None:
        save_cursor(connection, job.name, kind, asked, max(cursor, since or cursor))

    _read(job, kind, since, keep, anew=since is None and not job.full)
    watch_new(job, kind)


def _was_away(job: Job) -> bool:
    """Whether deleted records may have left the CRM's bin since the last complete pull."""
    with job.store.reading() as connection:
        known = read_organisation(connection, job.name)
    last = known.last_complete_pull_at if known else None
    return last is not None and job.started - last > BIN_KEEPS


def _bury_if_due(job: Job, kind: Kind, *, away: bool) -> None:
    """Find what was deleted unseen: after a reading from the beginning, which shows what lives, or a long absence."""
    with job.store.reading() as connection:
        due = read_sweep(connection, job.name, kind).census_due
    if due or away:
        bury_absent(job, kind)
        with job.store.transaction() as connection:
            end_census(connection, job.name, kind)


def sweep_if_due(job: Job, kind: Kind) -> None:
    """Read a kind whole again, with its children, when that was last begun too long ago or broke off half-way.

    What changes without a modification time (associations, their labels, histories, formulas) is found by this alone.
    """
    with job.store.reading() as connection:
        sweep = read_sweep(connection, job.name, kind)
    if not _is_due(job, sweep):
        return
    begun = sweep.begun_at or job.started

    def keep(connection: Connection, cursor: Cursor) -> None:
        save_position(connection, job.name, kind, begun, cursor)

    _read(job, kind, sweep.position, keep)
    with job.store.transaction() as connection:
        end_sweep(connection, job.name, kind, begun)


def pull_whole(job: Job, kind: Kind) -> None:
    """Read all rows of a kind that has no modification time; what a complete pass did not show is gone."""
    records = read_whole(job, kind)
    with job.store.transaction() as connection:
        save_catch(job, connection, Catch(kind, records))
        missing = bury_missing(connection, job.name, kind, {record.id for record in records}, job.started)
        count_deleted(job, kind, missing)
    job.progress(kind.value, len(records))


def read_whole(job: Job, kind: Kind) -> Sequence[Record]:
    """All rows of a kind that is few."""
    return [record for page in job.crm.pull(kind, job.mapping.fields(kind)) for record in page.records]


def _read(job: Job, kind: Kind, since: Cursor | None, keep: SaveCursor, *, anew: bool = False) -> None:
    for page in job.crm.pull(kind, asked_fields(job, kind), since):
        catches = catch_all(job, kind, page.records)
        with job.store.transaction() as connection:
            for catch in catches:
                save_catch(job, connection, catch, anew=anew)
            if page.cursor:
                keep(connection, page.cursor)
        job.report.read_all |= since is None and bool(page.records)
        job.progress(kind.value, len(page.records))
        _tell_of_children(job, catches)
        job.stop_if_asked()
        check_budget(job)


def _tell_of_children(job: Job, catches: Sequence[Catch]) -> None:
    for catch in catches:
        for child, family in catch.families.items():
            job.progress(child.value, len(family.rows))


def _is_due(job: Job, sweep: Sweep) -> bool:
    """Also when it was last done later than now: the clock was wrong then, or is now."""
    if sweep.begun_at or sweep.swept_at is None:
        return True
    return not sweep.swept_at <= job.started < sweep.swept_at + job.sweep_every


def _since(job: Job, kind: Kind, asked: str) -> Cursor | None:
    if job.full:
        return None
    with job.store.reading() as connection:
        return read_cursor(connection, job.name, kind, asked)


def _fingerprint(job: Job, kind: Kind) -> str:
    """What was asked for: a mapping changed later, of the kind or of its children, makes the next pull start anew."""
    asked = [line for one in (kind, *children_of(job, kind)) for line in job.mapping.wording(one)]
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()
