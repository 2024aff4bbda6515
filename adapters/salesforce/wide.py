"""Completes rows whose columns do not fit into one query: the others are fetched by id, of the same version only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.errors import TransientError
from adapters.salesforce.columns import CHUNK_ROOM, IDS_PER_CHUNK, chunk, chunk_columns
from adapters.salesforce.failures import garbled
from adapters.salesforce.keyset import quote, read_id, select
from adapters.salesforce.query import read_rows
from adapters.salesforce.wire import Row, Wire

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Completion:
    """Fetches the columns `rest` of an object for rows that hold the columns `first`."""

    wire: Wire
    sobject: str
    first: tuple[str, ...]
    rest: tuple[str, ...]

    def fetch(self, ids: Iterable[str]) -> list[Row]:
        """The rows of these ids with their first columns; rows that are gone altogether are left out."""
        return list(self._fetch(ids, self.first).values())

    def complete(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with all their columns, in their order; a row that changed in between is read again from the start.

        A row that is gone altogether is left out, and one without a usable id stays as it is, for others to set aside.
        TransientError when rows keep changing under our hands.
        """
        if not self.rest:
            return list(rows)
        versions = {row_id: row for row in rows if (row_id := read_id(row))}
        done: dict[str, Row] = {}
        for _ in range(_ROUNDS):
            done |= self._join(versions)
            changed = versions.keys() - done.keys()
            if not changed:
                return [done.get(read_id(row), row) for row in rows if not read_id(row) or read_id(row) in done]
            versions = self._fetch(sorted(changed), self.first)
        raise TransientError(f"rows of {self.sobject} at {self.wire.host} change faster than they can be read")

    def _join(self, versions: dict[str, Row]) -> dict[str, Row]:
        """The rows whose other columns are of the same SystemModstamp."""
        joined = {row_id: dict(row) for row_id, row in versions.items()}
        for columns in chunk_columns(self.rest, CHUNK_ROOM):
            found = self._fetch(joined, ("Id", "SystemModstamp", *columns))
            joined = {
                row_id: row | found[row_id]
                for row_id, row in joined.items()
                if row_id in found and found[row_id]["SystemModstamp"] == row["SystemModstamp"]
            }
        return joined

    def _fetch(self, ids: Iterable[str], columns: Sequence[str]) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for group in chunk(ids, IDS_PER_CHUNK):
            soql = f"{select(columns, self.sobject)} WHERE {quote('Id IN {ids}', ids=group)}"
            found |= {read_id(row): row for row in read_rows(self.wire, soql, self.sobject, deleted=True)}
        if "" in found:
            raise garbled(f"reading {self.sobject}", self.wire.host)
        return found
