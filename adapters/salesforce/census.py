"""Counts records, and finds out what became of those that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.salesforce.columns import IDS_PER_CHUNK, chunk
from adapters.salesforce.describe import Described
from adapters.salesforce.failures import garbled
from adapters.salesforce.ids import keep_ids
from adapters.salesforce.keyset import quote, select
from adapters.salesforce.query import read_rows
from adapters.salesforce.wire import Row, Wire

_COLUMNS = ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId")


def count_rows(wire: Wire, sobject: str) -> int:
    """How many rows of an object are not deleted."""
    total = wire.query(select(["COUNT()"], sobject), sobject).get("totalSize")
    if not isinstance(total, int):
        raise garbled(f"counting {sobject}", wire.host)
    return total


def trace_rows(wire: Wire, described: Described, ids: Sequence[str]) -> Iterator[Row]:
    """The rows of these ids that are in the recycle bin; it keeps them for 15 days, unless somebody empties it."""
    columns = [name for name in _COLUMNS if name in described.fields]
    for group in chunk(keep_ids(ids), IDS_PER_CHUNK):
        soql = f"{select(columns, described.name)} WHERE {quote('Id IN {ids}', ids=group)}"
        rows = read_rows(wire, soql, described.name, deleted=True)
        yield from (row for row in rows if row.get("IsDeleted") is True)
