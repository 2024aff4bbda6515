"""Reads HubSpot's JSON answers: what does not have the right shape is garbled, never empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from adapters.hubspot.wire import Json, Wire

LONGEST_ID = 100
"""Characters; ids are numbers, those of stages and pipelines words."""


def read_rows(wire: Wire, path: str, answer: Json, key: str = "results") -> list[Json]:
    """The rows of an answer. Raises TransientError when they are missing or are no objects."""
    rows = answer.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise wire.garbled(path, f"`{key}` is missing or no list of records")
    return rows


def read_id(wire: Wire, path: str, row: Json, key: str = "id") -> str:
    """The id of a row. Raises TransientError for a row without one that could be one."""
    identity = row.get(key)
    text = str(identity) if isinstance(identity, str | int) and not isinstance(identity, bool) else ""
    if not (0 < len(text) <= LONGEST_ID and text.isprintable()):
        raise wire.garbled(path, f"a record has no usable {key}")
    return text


def read_errors(wire: Wire, path: str, answer: Json) -> list[Json]:
    """The errors beside the results of a batch; most answers have none. TransientError for those only counted."""
    if answer.get("errors"):
        return read_rows(wire, path, answer, "errors")
    if answer.get("numErrors"):
        raise wire.garbled(path, "it counts errors and names none")
    return []


def read_properties(wire: Wire, path: str, row: Json) -> Mapping[str, object]:
    """The properties of a record of which some were asked for. Raises TransientError for one without any."""
    properties = row.get("properties")
    if not isinstance(properties, dict):
        raise wire.garbled(path, "a record has no properties")
    return properties


def read_after(wire: Wire, path: str, answer: Json) -> str | None:
    """Where the next page begins; None at the end. `paging` is there only when more follows.

    Raises TransientError where more follows and it does not say from where on: that is no end.
    """
    paging = answer.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else paging
    if following is None:
        return None
    after = following.get("after") if isinstance(following, dict) else None
    if isinstance(after, bool) or not isinstance(after, str | int) or after == "":
        raise wire.garbled(path, "it does not say where its next page begins")
    return str(after)


def read_instant(value: object) -> datetime | None:
    """An instant as HubSpot writes it: ISO 8601 with or without milliseconds, or epoch milliseconds; else None."""
    try:
        if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
            return datetime.fromtimestamp(int(value) // 1000, UTC).replace(microsecond=int(value) % 1000 * 1000)
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        return instant.astimezone(UTC) if instant is not None and instant.tzinfo is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def to_epoch_ms(instant: datetime) -> int:
    """Milliseconds since 1970, by whole numbers: a float would be off by one now and then."""
    return int(instant.replace(microsecond=0).timestamp()) * 1000 + instant.microsecond // 1000


def list_pages(wire: Wire, path: str, kind: str, query: Sequence[tuple[str, str]] = ()) -> Iterator[list[Json]]:
    """All pages of a listing. Raises TransientError when the listing runs in a circle."""
    answer = wire.get(path, kind, query)
    yield read_rows(wire, path, answer)
    visited: set[str] = set()
    while (after := read_after(wire, path, answer)) is not None:
        if after in visited:
            raise wire.garbled(path, "its pages run in a circle")
        visited.add(after)
        answer = wire.get(path, kind, [*query, ("after", after)])
        yield read_rows(wire, path, answer)
