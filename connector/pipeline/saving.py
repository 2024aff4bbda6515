"""Saves what was read: records, the rows that hang on them, the faults of their values; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from adapters.base import Kind, Record
from connector.languages.speech import _
from connector.pipeline.forgetting import forget_merged, leave_out_erased
from connector.pipeline.job import Job
from connector.pipeline.judgements import keep_judgements, look_before
from connector.store.ledger import correct_written
from connector.store.mirror import replace_children, save_records
from connector.store.record_errors import Origin, RecordError, clear_errors, save_errors
from connector.store.references import drop_children
from mappings.plan import Mapped

UNUSABLE = "unusable_value"


@dataclass(frozen=True, slots=True)
class Family:
    """All rows of a dependent kind under these parents."""

    parents: Sequence[str]
    rows: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Catch:
    """Records of one kind as read, with what belongs to them; committed together.

    `differences`: rows of the ledger that these records belie.
    """

    kind: Kind
    records: Sequence[Record] = ()
    families: Mapping[Kind, Family] = field(default_factory=dict)
    differences: Sequence[Mapping[str, Any]] = ()


def save_catch(job: Job, connection: Connection, catch: Catch, *, anew: bool = False) -> None:
    """Save records, then the rows under them, then what they say of our own fields.

    `anew`: they were read again because the mapping changed.
    """
    _drop_families(job, connection, catch)
    mapped = apply_mapping(job, connection, catch.kind, catch.records)
    before = look_before(job, connection, catch.kind, mapped, anew=anew)
    count_deleted(job, catch.kind, save_records(connection, job.name, catch.kind, mapped, job.started))
    keep_judgements(job, connection, mapped, before)
    for kind, family in catch.families.items():
        rows = apply_mapping(job, connection, kind, family.rows)
        parents = {catch.kind.value: family.parents}
        count_deleted(job, kind, replace_children(connection, job.name, kind, parents, rows))
    correct_written(connection, catch.differences)


def apply_mapping(job: Job, connection: Connection, kind: Kind, records: Sequence[Record]) -> list[Mapped]:
    """The records in our words, with the faults of their values kept and those of before forgotten."""
    read = [job.mapping.apply(record) for record in records]
    forget_merged(connection, job.name, read, job.started)
    mapped = leave_out_erased(connection, job.name, kind, read)
    job.report.pulled[kind.value] += len(mapped)
    clear_errors(connection, job.name, Origin.PULL, kind, [one.id for one in mapped])
    save_errors(connection, job.name, Origin.PULL, list(_problems(mapped)), job.started)
    for name, word in (pair for one in mapped for pair in one.unknown_words):
        unknown = _(
            "{kind} {field}: no value table knows {word}; it counts as unknown", kind=kind, field=name, word=repr(word)
        )
        job.report.warnings[unknown] += 1
    return mapped


def count_deleted(job: Job, kind: Kind, count: int) -> None:
    """Into the report."""
    if count:
        job.report.deleted[kind.value] += count


def children_of(job: Job, kind: Kind) -> list[Kind]:
    """The kinds that are read with the records of this one."""
    sources = {child: job.crm.source(child) for child in Kind}
    return [child for child, source in sources.items() if source and source.parent is kind]


def _drop_families(job: Job, connection: Connection, catch: Catch) -> None:
    """What hung on a deleted record went with it; of a merged one the winner brings all along, under other ids."""
    gone = [record.id for record in catch.records if record.archived]
    for child in children_of(job, catch.kind) if gone else ():
        count_deleted(job, child, drop_children(connection, job.name, child, catch.kind.value, gone))


def _problems(mapped: Sequence[Mapped]) -> Iterator[RecordError]:
    for one in mapped:
        for problem in one.problems:
            yield RecordError(one.kind, one.id, problem.field, UNUSABLE, problem.message)
