"""Counts records, and finds out what became of those that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.base import Record
from adapters.hubspot.answers import read_instant, read_properties
from adapters.hubspot.archive import merged_away
from adapters.hubspot.objects import ObjectType
from adapters.hubspot.reading import BATCH, in_batches, read_batch
from adapters.hubspot.wire import Wire

_EVERY = {"filters": [{"propertyName": "hs_object_id", "operator": "GT", "value": "0"}]}


def count_records(wire: Wire, object_type: ObjectType) -> int:
    """How many live records the search index knows of; it may be minutes behind."""
    path = wire.paths.search(object_type.name)
    body = {"filterGroups": [_EVERY], "properties": ["hs_object_id"], "limit": 1}
    total = wire.post(path, body, "search").get("total")
    if not isinstance(total, int):
        raise wire.garbled(path, "it does not say how many there are")
    return total


def trace_merges(wire: Wire, object_type: ObjectType, ids: Sequence[str]) -> Iterator[Record]:
    """A tombstone for each of these ids that was merged into another record, which answers in its place."""
    if object_type.merged is None:
        return
    path = wire.paths.batch_read(object_type.name)
    properties = [object_type.modified, object_type.merged]
    for batch in in_batches(ids, BATCH):
        asked = set(batch)
        for survivor, row in read_batch(wire, object_type.name, batch, {"properties": properties}).items():
            values = read_properties(wire, path, row)
            record = Record(object_type.kind, survivor, read_instant(values.get(object_type.modified)), {})
            yield from (gone for gone in merged_away(object_type, record, values) if gone.id in asked)
