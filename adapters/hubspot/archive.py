"""Records that went away: archived ones, and those that a merge put an end to.

HubSpot's search never finds archived records, and archiving one does not change its modification time; the archived
ones are listed for 90 days. A merge leaves no archived record: the survivor lists the ids that it replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from adapters.base import Record
from adapters.hubspot.answers import list_pages, read_id, read_instant
from adapters.hubspot.objects import ObjectType
from adapters.hubspot.wire import Wire

_ARCHIVED = (("limit", "100"), ("properties", "hs_object_id"), ("archived", "true"))


def list_archived(wire: Wire, object_type: ObjectType, since: datetime) -> Iterator[list[Record]]:
    """The records archived since then, page by page of the list.

    All that are archived have to be looked through, as they stand in no order: most pages have none of them.
    """
    path = wire.paths.listing(object_type.name)
    for rows in list_pages(wire, path, "read", _ARCHIVED):
        dated = [(row, read_instant(row.get("archivedAt"))) for row in rows]
        # one without a date may be new: better told again than missed
        recent = [(row, at) for row, at in dated if at is None or at >= since]
        yield [Record(object_type.kind, read_id(wire, path, row), at, {}, archived=True) for row, at in recent]


def merged_away(object_type: ObjectType, survivor: Record, properties: Mapping[str, object]) -> list[Record]:
    """A tombstone for each id that was merged into this record."""
    listed = properties.get(object_type.merged) if object_type.merged else None
    old = dict.fromkeys(_id(part) for part in str(listed or "").split(";"))
    return [
        Record(object_type.kind, each, survivor.modified_at, {}, archived=True, merged_into=survivor.id)
        for each in old
        if each and each != survivor.id
    ]


def _id(part: str) -> str:
    """Contacts list "<id>:<epoch ms of the merge>", companies and deals the id alone."""
    return part.partition(":")[0].strip()
