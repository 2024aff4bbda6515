"""Reads records by id, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from adapters.errors import TransientError
from adapters.hubspot.answers import read_errors, read_id, read_rows
from adapters.hubspot.refusals import is_absent
from adapters.hubspot.wire import Json, Wire

BATCH = 100
HISTORY_BATCH = 50
"""With property histories a batch holds half as many."""

Item = TypeVar("Item")


def in_batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in slices of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def read_records(wire: Wire, object_type: str, ids: Sequence[str], properties: Sequence[str]) -> dict[str, Json]:
    """The records of these ids that are there, by id; one that was deleted or merged away is left out."""
    found: dict[str, Json] = {}
    for batch in in_batches(ids, BATCH):
        found |= _only(batch, read_batch(wire, object_type, batch, {"properties": list(properties)}))
    return found


def read_histories(wire: Wire, object_type: str, ids: Sequence[str], properties: Sequence[str]) -> dict[str, Json]:
    """The same for up to HISTORY_BATCH records with the history of each property."""
    what = {"properties": [], "propertiesWithHistory": list(properties)}
    return _only(ids, read_batch(wire, object_type, ids, what))


def read_batch(wire: Wire, object_type: str, ids: Sequence[str], what: Mapping[str, object]) -> dict[str, Json]:
    """What one call answers, by id: a merged record answers under the id of the one that took its place."""
    path = wire.paths.batch_read(object_type)
    answer = wire.post(path, {"inputs": [{"id": each} for each in ids], **what}, "read")
    rows = {read_id(wire, path, row): row for row in read_rows(wire, path, answer)}
    if not all(map(is_absent, read_errors(wire, path, answer))):
        raise TransientError(f"{wire.connection}: HubSpot could not read every one of the {object_type} asked for.")
    return rows


def _only(ids: Sequence[str], rows: Mapping[str, Json]) -> dict[str, Json]:
    return {each: rows[each] for each in ids if each in rows}
