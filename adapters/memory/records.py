"""One record in the organisation in memory: read as it is, written as far as it lets us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.base import FieldSpec, Kind, Outcome, PushResult, Record, Update
from adapters.memory.organisation import MemoryOrganisation, Refusal, Row
from adapters.memory.schema import find_refusal


def read_row(kind: Kind, row: Row, fields: Sequence[str]) -> Record:
    """The envelope of one row."""
    values = {name: row.fields.get(name) for name in fields}
    return Record(kind, row.id, row.modified_at, values, row.archived, row.merged_into)


def write_update(organisation: MemoryOrganisation, update: Update, specs: Mapping[str, FieldSpec]) -> PushResult:
    """What became of it."""
    row = organisation.rows[update.kind].get(update.id)
    if row is None or row.archived:
        return PushResult(update.id, Outcome.GONE, "GONE", "the record is deleted or merged")
    unfit = find_refusal(organisation.visible(update.kind), update.values, specs)
    refusal = organisation.refusals.get((update.kind, update.id)) or (Refusal(*unfit) if unfit else None)
    if refusal:
        return PushResult(update.id, Outcome.REFUSED, refusal.code, refusal.message, refusal.field)
    organisation.put(update.kind, update.id, update.values)
    return PushResult(update.id, Outcome.WRITTEN)
