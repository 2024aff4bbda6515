"""Turns what a search found into pages of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.base import Cursor, Page, Record
from adapters.hubspot.answers import list_pages, read_id, read_instant, read_properties
from adapters.hubspot.archive import list_archived, merged_away
from adapters.hubspot.associations import choose, read_links
from adapters.hubspot.objects import ObjectType
from adapters.hubspot.reading import BATCH, in_batches, read_records
from adapters.hubspot.search import BEGINNING, Hit, Search, check_emptiness
from adapters.hubspot.wire import Json, Wire

LONGEST_NAMES = 2_000
"""Characters of property names in the address of a list: HubSpot refuses addresses of some 8,000 (414)."""


class Changes:
    """The changed records of one type with these fields. `overlap`: how far before a cursor to start again.

    `verify`: called once with properties that were asked for and left out of a record. HubSpot shows an empty one as
    null; one that was deleted meanwhile is left out, and must not pass for empty.
    """

    def __init__(
        self,
        wire: Wire,
        object_type: ObjectType,
        fields: Sequence[str],
        overlap: timedelta,
        verify: Callable[[Sequence[str]], None] = lambda _names: None,
    ) -> None:
        self._wire = wire
        self._type = object_type
        self._fields = fields
        self._overlap = overlap
        self._verify = verify
        self._verified: set[str] = set()
        self._properties = [name for name in fields if not name.startswith("@")]
        self._asked = [object_type.modified, *self._properties, *([object_type.merged] if object_type.merged else [])]

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """What was archived since, then what changed since. Without `since`: everything that lives.

        The archived ones come first: the cursors of later pages pass them.
        """
        search = Search(self._wire, self._type, self._asked, self._overlap)
        start = BEGINNING if since is None else max(BEGINNING + self._overlap, since.modified_at) - self._overlap
        gone: set[str] = set()
        if since is not None:
            for records in list_archived(self._wire, self._type, start):
                search.begin()
                gone |= {record.id for record in records}
                if records:
                    yield Page(records)
        reached = since
        for hits in search.walk(start):
            reached = _advance(reached, hits, search.bound())
            yield Page(self._records(hits, search, gone), None if reached == since else reached)
        if reached is None:
            check_emptiness(self._wire, self._type)

    def read(self, ids: Sequence[str]) -> Iterator[Record]:
        """The records of these ids as they are now, without those that are deleted or merged away."""
        for batch in in_batches(ids, BATCH):
            yield from self._as_records(read_records(self._wire, self._type.name, batch, self._asked))

    def list_all(self) -> Iterator[list[Record]]:
        """All live records by id, from the list itself; it knows at once what the search index learns later."""
        path = self._wire.paths.listing(self._type.name)
        named = ",".join(self._asked)
        fits = len(named) <= LONGEST_NAMES
        query = [("limit", "100"), ("properties", named if fits else self._type.modified)]
        for rows in list_pages(self._wire, path, "read", query):
            found = {read_id(self._wire, path, row): row for row in rows}
            whole = found if fits else read_records(self._wire, self._type.name, list(found), self._asked)
            yield self._as_records(whole)

    def _as_records(self, rows: Mapping[str, Json]) -> list[Record]:
        references = self._references(list(rows))
        return [self._record(each, row, None, references.get(each)) for each, row in rows.items()]

    def _records(self, hits: Sequence[Hit], search: Search, gone: set[str]) -> list[Record]:
        """The index may go on finding for a while what is archived already."""
        live = [hit for hit in hits if hit.id not in gone]
        rows = self._rows(live, search)
        references = self._references(list(rows))
        found = ((hit, rows[hit.id]) for hit in live if hit.id in rows)
        return [record for hit, row in found for record in self._with_tombstones(hit, row, references.get(hit.id))]

    def _rows(self, hits: Sequence[Hit], search: Search) -> dict[str, Json]:
        """The records themselves: as found, or read by id where the list of properties is too long for a search."""
        if search.carries_properties:
            return {hit.id: hit.row for hit in hits}
        return read_records(self._wire, self._type.name, [hit.id for hit in hits], self._asked)

    def _properties_of(self, row: Json) -> Mapping[str, object]:
        properties = read_properties(self._wire, self._wire.paths.listing(self._type.name), row)
        if absent := [name for name in self._properties if name not in properties and name not in self._verified]:
            self._verify(absent)
            self._verified.update(absent)
        return properties

    def _references(self, ids: Sequence[str]) -> Mapping[str, str | None]:
        reference = self._type.reference
        if reference is None or reference.name not in self._fields or not ids:
            return {}
        links = read_links(self._wire, self._type.name, reference.to, ids)
        return {origin: choose(found) for origin, found in links.items()}

    def _with_tombstones(self, hit: Hit, row: Json, reference: str | None) -> list[Record]:
        record = self._record(hit.id, row, hit.modified_at, reference)
        return [record, *merged_away(self._type, record, self._properties_of(row))]

    def _record(self, identity: str, row: Json, found_at: datetime | None, reference: str | None) -> Record:
        properties = self._properties_of(row)
        fields = {name: properties.get(name) for name in self._fields}
        if self._type.reference is not None and self._type.reference.name in fields:
            fields[self._type.reference.name] = reference
        modified_at = read_instant(properties.get(self._type.modified)) or found_at
        return Record(self._type.kind, identity, modified_at or read_instant(row.get("updatedAt")), fields)


def _advance(reached: Cursor | None, hits: Sequence[Hit], bound: datetime | None) -> Cursor | None:
    """The cursor after these hits, never back and never beyond `bound`."""
    seen = [Cursor(hit.modified_at, hit.id) for hit in hits]
    if bound is not None:
        seen = [cursor if cursor.modified_at <= bound else Cursor(bound) for cursor in seen]
    return max([*seen, *([reached] if reached else [])], default=None)
