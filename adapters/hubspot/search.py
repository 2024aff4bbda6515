"""Reads what changed by search, in ascending order of change, without offsets.

Each page is a search of its own for everything from a position on, so a record that is edited between two pages moves
behind the position and makes no other record slip past it; and the ceiling of 10,000 results per search is never met
(https://developers.hubspot.com/docs/api-reference/search/guide).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.errors import TransientError
from adapters.hubspot.answers import read_id, read_instant, read_properties, read_rows, to_epoch_ms
from adapters.hubspot.objects import ObjectType
from adapters.hubspot.wire import SEARCH, Json, Wire

PAGE = 200
"""The most results that one search gives."""

LONGEST_BODY = 3000
"""The most characters that a search may have, the list of properties included."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_TICK = timedelta(milliseconds=1)
_LATE = datetime(2100, 1, 1, tzinfo=UTC)
_ID = "hs_object_id"
_LONGEST_ID = 10**19


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that a search found, and when the search says it changed."""

    modified_at: datetime
    id: str
    row: Json


class Search:
    """The changes of one type. `overlap`: how long at most a change stays unknown to the search index."""

    def __init__(self, wire: Wire, object_type: ObjectType, properties: Sequence[str], overlap: timedelta) -> None:
        self._wire = wire
        self._type = object_type
        self._path = wire.paths.search(object_type.name)
        self._overlap = overlap
        self._horizon: datetime | None = None
        self._stretch: datetime | None = None
        wanted = list(dict.fromkeys([object_type.modified, *properties]))
        self.carries_properties = _fits(self._stretch_body(_LATE, _LATE, _LONGEST_ID, wanted))
        self._properties = wanted if self.carries_properties else [object_type.modified]

    def begin(self) -> None:
        """Take the time of the latest answer for the beginning of all, unless there is one already.

        The first search does so by itself; call it where something else has to be asked before.
        """
        if self._horizon is None and self._wire.server_time is not None:
            self._horizon = self._wire.server_time - self._overlap

    def walk(self, start: datetime) -> Iterator[list[Hit]]:
        """The changes since `start` (inclusive). After each list, all up to its last hit is given, or up to `bound`."""
        position = start
        while True:
            hits = self._changes_from(position)
            if len(hits) < PAGE:
                yield _in_order(hits)
                return
            reached = self._reach(hits, position)
            if reached > position:
                # what stands exactly at the new position comes whole with the next page
                yield _in_order(hit for hit in hits if hit.modified_at < reached)
            else:
                reached = self._end_of_stretch(hits, position)
                yield from self._by_id(position, reached)
            position = reached

    def bound(self) -> datetime | None:
        """The latest instant that a cursor may name by now, None for any.

        That is the beginning, by HubSpot's clock: a record that changed later may still be unknown to the index when a
        newer one is found already. While records come in the order of their ids, it is the first instant of theirs.
        """
        if self._stretch is not None:
            return self._stretch
        return None if self._horizon is None else self._horizon + self._overlap

    def _changes_from(self, position: datetime) -> list[Hit]:
        at = str(to_epoch_ms(position))
        return self._ask(self._body([(self._type.modified, "GTE", at)], self._type.modified, self._properties))

    def _reach(self, hits: Sequence[Hit], position: datetime) -> datetime:
        """How far a full page has come; `position` itself where the page does not tell.

        The index lags behind the records: a hit found at an old position may show a change of a moment ago, and
        trusting it would skip everything between. Only older hits tell the position, until all that is left is so young
        that the next pull reads it again.
        """
        told = [hit.modified_at for hit in hits if self._is_settled(hit.modified_at)]
        if not told and not self._is_settled(position):
            told = [hits[-1].modified_at]
        reached = max(told, default=position)
        if reached < position:
            raise self._wire.garbled(self._path, "it goes back in time")
        return reached

    def _end_of_stretch(self, hits: Sequence[Hit], position: datetime) -> datetime:
        """Up to where to read by id when a full page does not tell how far it came.

        A millisecond is enough where many records share it, as after an import. Where every hit shows a change of a
        moment ago, as when somebody edits many records at once, no earlier one than the horizon is known.
        """
        are_all_young = not any(self._is_settled(hit.modified_at) for hit in hits)
        if are_all_young and self._horizon is not None and position < self._horizon:
            return self._horizon
        return position + _TICK

    def _is_settled(self, moment: datetime) -> bool:
        """Whether this is so long ago that the index must know of it."""
        return self._horizon is None or moment < self._horizon

    def _by_id(self, start: datetime, end: datetime) -> Iterator[list[Hit]]:
        """Everything that changed from `start` on and before `end`, in the order of ids."""
        self._stretch = start
        last, full = 0, True
        while full:
            hits = self._ask(self._stretch_body(start, end, last, self._properties))
            yield hits
            full = len(hits) == PAGE
            newest = max((int(hit.id) for hit in hits), default=last)
            if full and newest <= last:
                raise self._wire.garbled(self._path, "it does not go on by id")
            last = newest
        self._stretch = None

    def _stretch_body(self, start: datetime, end: datetime, last: int, properties: Sequence[str]) -> Json:
        since, until = (str(to_epoch_ms(moment)) for moment in (start, end))
        filters = [(self._type.modified, "GTE", since), (self._type.modified, "LT", until), (_ID, "GT", str(last))]
        return self._body(filters, _ID, properties)

    def _body(self, filters: Sequence[tuple[str, str, str]], sort: str, properties: Sequence[str]) -> Json:
        named = [{"propertyName": name, "operator": operator, "value": value} for name, operator, value in filters]
        return {
            "filterGroups": [{"filters": named}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": list(properties),
            "limit": PAGE,
        }

    def _ask(self, body: Json) -> list[Hit]:
        answer = self._wire.post(self._path, body, SEARCH)
        rows = read_rows(self._wire, self._path, answer)
        self._check_total(answer, len(rows))
        self.begin()
        return [self._hit(row) for row in rows]

    def _check_total(self, answer: Json, given: int) -> None:
        """A list cut short must not pass for the end of the changes."""
        total = answer.get("total")
        if isinstance(total, int) and given < min(total, PAGE):
            raise self._wire.garbled(self._path, "it gives fewer records than it counts")

    def _hit(self, row: Json) -> Hit:
        identity = read_id(self._wire, self._path, row)
        properties = read_properties(self._wire, self._path, row)
        modified_at = read_instant(properties.get(self._type.modified)) or read_instant(row.get("updatedAt"))
        if modified_at is None or not (identity.isdecimal() and int(identity) < _LONGEST_ID):
            raise self._wire.garbled(self._path, f"record {identity} has no usable {self._type.modified} or id")
        return Hit(modified_at, identity, row)


def check_emptiness(wire: Wire, object_type: ObjectType) -> None:
    """Raise TransientError when the search found no record at all of a type that has some.

    A filter on a property that a type does not fill finds nothing and is no error, so an empty answer to a search for
    everything is compared with the list.
    """
    path = wire.paths.listing(object_type.name)
    if read_rows(wire, path, wire.get(path, "read", [("limit", "1")])):
        raise TransientError(
            f"{wire.connection}: HubSpot's search finds none of the {object_type.name} that its list shows. "
            "Its index may be behind; try again in a few minutes."
        )


def _fits(body: Json) -> bool:
    # the client writes its JSON just so
    return len(json.dumps(body)) <= LONGEST_BODY


def _in_order(hits: Iterator[Hit] | Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.modified_at, hit.id))
