"""Reads our own fields back, so that what changes is found against what the CRM really holds.

The pulls of accounts and deals ask for our fields too. Where the CRM holds another value than it last acknowledged,
somebody else edited the field, or our ledger is behind (a lost database): the ledger takes the CRM's value, and the
comparison of this very run puts ours back. What a field holds that is added later is learnt by watch.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.base import FieldSpec, Kind, Record
from adapters.errors import SkippableError
from connector.pipeline.canonical import agree, canonical
from connector.pipeline.job import Job
from connector.store.ledger import read_written
from connector.store.ledger_tables import EDITED, FOUND, UNREADABLE

_LONGEST = 255


def asked_fields(job: Job, kind: Kind) -> list[str]:
    """The CRM fields to pull for a kind: those of the mapping, and ours that are there."""
    return list(dict.fromkeys([*job.mapping.fields(kind), *readable_fields(job, kind)]))


def readable_fields(job: Job, kind: Kind) -> list[str]:
    """Our fields of a kind that the CRM has."""
    specs = job.specs.get(kind)
    schema = job.crm.describe(kind) if specs else {}
    return [name for name in specs or () if name in schema]


def find_differences(job: Job, kind: Kind, records: Sequence[Record]) -> list[dict[str, Any]]:
    """The ledger's rows that these records belie, as they should be; to be saved together with the records.

    What differs from an acknowledged value is read once more by id: a search index may still show the record as it was
    before our own last write.
    """
    live = [record for record in records if not record.archived] if job.specs.get(kind) else []
    differences = compare(job, kind, live)
    doubtful = {row["record"] for row in differences if row["run"] == EDITED}
    if not doubtful:
        return differences
    fresh = compare(job, kind, list(job.crm.read(kind, readable_fields(job, kind), sorted(doubtful))))
    return [row for row in differences if row["record"] not in doubtful] + fresh


def compare(job: Job, kind: Kind, records: Sequence[Record]) -> list[dict[str, Any]]:
    """The same, taking these records at their word."""
    if not records:
        return []
    with job.store.reading() as connection:
        acknowledged = read_written(connection, job.name, kind, [record.id for record in records])
    key: dict[str, Any] = {"connection": job.name, "kind": kind.value, "at": job.started}
    rows = []
    for record in {record.id: record for record in records}.values():
        known = acknowledged.get(record.id, {})
        for name, text in read_texts(job, job.specs[kind], record).items():
            if not agree(job.specs[kind][name], text, known.get(name)):
                whose = EDITED if name in known else FOUND
                rows.append(key | {"record": record.id, "field": name, "value": text, "run": whose})
    return rows


def read_texts(job: Job, specs: dict[str, FieldSpec], record: Record) -> dict[str, str | None]:
    """What a record holds in our fields, as far as they were asked for, as canonical text."""
    return {name: _read_text(job, spec, record.fields[name]) for name, spec in specs.items() if name in record.fields}


def _read_text(job: Job, spec: FieldSpec, raw: object) -> str | None:
    try:
        return canonical(job.crm.read_value(spec, raw))
    except SkippableError:
        return f"{UNREADABLE}{raw}"[:_LONGEST]
