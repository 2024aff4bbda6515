"""Reads what belongs to records: the rows that hang on them, and what hung on those that are gone.

A merge gives what hung on the loser to the winner, a delete ends associations: neither need move the modification time
of what was associated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.base import Kind, Reading, Record
from connector.pipeline.job import Job
from connector.pipeline.readback import asked_fields, find_differences
from connector.pipeline.saving import Catch, Family, children_of
from connector.store.references import find_pointing, list_pointers


def catch_all(job: Job, kind: Kind, records: Sequence[Record]) -> list[Catch]:
    """These records with all that must be saved together with them."""
    live = [record.id for record in records if not record.archived]
    families = {child: fetch_family(job, child, live) for child in children_of(job, kind)} if live else {}
    whole = Catch(kind, records, families, find_differences(job, kind, records))
    gone = [record.id for record in records if record.archived]
    return [whole, *(_follow_gone(job, kind, gone) if gone else ())]


def fetch_family(job: Job, kind: Kind, parents: Sequence[str]) -> Family:
    """The rows of a dependent kind under these parents."""
    pages = job.crm.children(kind, job.mapping.fields(kind), parents)
    return Family(parents, [record for page in pages for record in page.records])


def _follow_gone(job: Job, kind: Kind, gone: Sequence[str]) -> Iterator[Catch]:
    """Read again what pointed at these records, except what went with them or comes with the winner of a merge."""
    for pointer, field in list_pointers(kind):
        source = job.crm.source(pointer)
        if source is None or source.parent is kind:
            continue
        with job.store.reading() as connection:
            rows = find_pointing(connection, job.name, pointer, field, gone)
        if rows and source.parent:
            parents = sorted({getattr(row, source.parent.value) for row in rows})
            yield Catch(source.parent, families={pointer: fetch_family(job, pointer, parents)})
        elif rows and source.reading is Reading.INCREMENTAL:
            records = list(job.crm.read(pointer, asked_fields(job, pointer), [row.id for row in rows]))
            yield Catch(pointer, records, differences=find_differences(job, pointer, records))
