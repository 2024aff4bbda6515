"""Property histories: what `propertiesWithHistory` shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox.hubspot.portal.record import Record, Revision
from sandbox.hubspot.schema.instants import to_text
from sandbox.hubspot.schema.object_types import ObjectType

# revisions kept per property; contacts keep more (reported by connector projects)
KEPT = {ObjectType.CONTACTS: 45}
KEPT_ELSEWHERE = 20
USER_ID = 9_000_001


def note(record: Record, name: str, value: str, at: datetime, source: str) -> None:
    """Add a revision; an unchanged value makes none."""
    before = record.properties.get(name, "")
    if value == before:
        return
    if name not in record.revisions:
        record.revisions[name] = [Revision(before, record.created_at)] if before else []
    record.revisions[name].append(Revision(value, at, source))


def all_revisions(record: Record, name: str) -> list[Revision]:
    """What a property has been, oldest first; one that was never changed has had its value since creation."""
    value = record.properties.get(name)
    return record.revisions.get(name) or ([Revision(value, record.created_at)] if value else [])


def revisions(record: Record, object_type: ObjectType, name: str) -> list[dict[str, object]]:
    """The kept revisions of a property that people set, newest first."""
    newest = all_revisions(record, name)[-KEPT.get(object_type, KEPT_ELSEWHERE) :]
    return [_shown(revision) for revision in reversed(newest)]


def calculated_revision(value: str | None, now: datetime) -> list[dict[str, object]]:
    """A calculated property's history: its value as of now, as connector projects report it."""
    return [_shown(Revision(value, now, "CALCULATED"))] if value is not None else []


def last_entered(record: Record, name: str, value: str) -> datetime | None:
    """When a property last took this value."""
    times = [revision.at for revision in all_revisions(record, name) if revision.value == value]
    return times[-1] if times else None


def _shown(revision: Revision) -> dict[str, object]:
    shown: Mapping[str, object] = {
        "value": revision.value,
        "timestamp": to_text(revision.at),
        "sourceType": revision.source,
    }
    return (
        {**shown, "sourceId": f"userId:{USER_ID}", "updatedByUserId": USER_ID}
        if revision.source == "CRM_UI"
        else {**shown}
    )
