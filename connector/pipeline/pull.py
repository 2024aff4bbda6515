"""Pull and map: each page's rows, children, faults and cursor are committed together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from adapters.base import Cursor, Kind, Page, Reading, Record
from connector.pipeline.budget import check_budget
from connector.pipeline.job import Job
from connector.store.ledger import mark_complete_pull, read_cursor, save_cursor
from connector.store.mirror import bury_missing, replace_children, save_records
from connector.store.record_errors import Origin, RecordError, clear_errors, save_errors
from mappings.plan import Mapped

UNUSABLE = "unusable_value"


def pull_all(job: Job) -> None:
    """Read every kind that the organisation has, parents first; children come with their parents' pages."""
    for kind in Kind:
        source = job.crm.source(kind)
        if source and source.reading is Reading.WHOLE:
            pull_whole(job, kind)
        elif source and source.reading is Reading.INCREMENTAL:
            pull_changes(job, kind)
    with job.store.transaction() as connection:
        mark_complete_pull(connection, job.name, job.started)


def pull_changes(job: Job, kind: Kind) -> None:
    """Read what changed of a kind since its cursor, or all of it when there is none or the mapping has grown."""
    asked = _fingerprint(job, kind)
    since = _since(job, kind, asked)
    for page in job.crm.pull(kind, job.mapping.fields(kind), since):
        families = {child: list(fetch_children(job, child, page)) for child in _children_of(job, kind)}
        with job.store.transaction() as connection:
            _save_page(job, connection, kind, page)
            for child, records in families.items():
                _save_children(job, connection, child, page, records)
            if page.cursor:
                save_cursor(connection, job.name, kind, asked, max(page.cursor, since or page.cursor))
        job.report.read_all |= since is None and bool(page.records)
        job.progress(kind.value, len(page.records))
        job.stop_if_asked()
        check_budget(job)


def pull_whole(job: Job, kind: Kind) -> None:
    """Read all rows of a kind that has no modification time; what a complete pass did not show is gone."""
    records = [record for page in job.crm.pull(kind, job.mapping.fields(kind)) for record in page.records]
    with job.store.transaction() as connection:
        _save_page(job, connection, kind, Page(records))
        missing = bury_missing(connection, job.name, kind, {record.id for record in records}, job.started)
        _count_deleted(job, kind, missing)
    job.progress(kind.value, len(records))


def fetch_children(job: Job, kind: Kind, page: Page) -> Iterator[Record]:
    """The rows of a dependent kind under the live records of a page."""
    parents = _live_ids(page)
    if parents:
        for children in job.crm.children(kind, job.mapping.fields(kind), parents):
            yield from children.records


def _save_page(job: Job, connection: Connection, kind: Kind, page: Page) -> None:
    mapped = _apply(job, connection, kind, page.records)
    _count_deleted(job, kind, save_records(connection, job.name, kind, mapped, job.started))


def _save_children(job: Job, connection: Connection, kind: Kind, page: Page, records: Sequence[Record]) -> None:
    source = job.crm.source(kind)
    if source and source.parent:
        mapped = _apply(job, connection, kind, records)
        parents = {source.parent.value: _live_ids(page)}
        _count_deleted(job, kind, replace_children(connection, job.name, kind, parents, mapped))


def _apply(job: Job, connection: Connection, kind: Kind, records: Sequence[Record]) -> list[Mapped]:
    mapped = [job.mapping.apply(record) for record in records]
    job.report.pulled[kind.value] += len(mapped)
    clear_errors(connection, job.name, Origin.PULL, kind, [one.id for one in mapped])
    save_errors(connection, job.name, Origin.PULL, list(_problems(mapped)), job.started)
    for field, word in (unknown for one in mapped for unknown in one.unknown_words):
        job.report.warnings[f"{kind} {field}: no value table knows {word!r}; it counts as unknown"] += 1
    return mapped


def _problems(mapped: Sequence[Mapped]) -> Iterator[RecordError]:
    for one in mapped:
        for problem in one.problems:
            yield RecordError(one.kind, one.id, problem.field, UNUSABLE, problem.message)


def _children_of(job: Job, kind: Kind) -> list[Kind]:
    sources = {child: job.crm.source(child) for child in Kind}
    return [child for child, source in sources.items() if source and source.parent is kind]


def _live_ids(page: Page) -> list[str]:
    return [record.id for record in page.records if not record.archived]


def _since(job: Job, kind: Kind, asked: str) -> Cursor | None:
    if job.full:
        return None
    with job.store.reading() as connection:
        return read_cursor(connection, job.name, kind, asked)


def _fingerprint(job: Job, kind: Kind) -> str:
    """What was asked for: a mapping changed later, of the kind or of its children, makes the next pull start anew."""
    asked = [line for one in (kind, *_children_of(job, kind)) for line in job.mapping.wording(one)]
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def _count_deleted(job: Job, kind: Kind, count: int) -> None:
    if count:
        job.report.deleted[kind.value] += count
