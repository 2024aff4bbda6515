"""Merging two records: by default HubSpot makes a third one and the two originals vanish, leaving no archived row."""

from __future__ import annotations

from datetime import datetime

from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.portal.writing import computed_values
from sandbox.hubspot.schema.instants import to_ms, to_text
from sandbox.hubspot.schema.object_types import ObjectType


def merge(portal: Portal, object_type: ObjectType, primary: Record, other: Record, now: datetime) -> Record:
    """The new record: the primary's values, the other's where the primary has none, and the links of both."""
    collection = portal.collection(object_type)
    merged = Record(collection.new_id(), {}, min(primary.created_at, other.created_at), now, key=primary.key)
    merged.probability = primary.probability
    merged.revisions = {**other.revisions, **primary.revisions}
    merged.properties = _joined(portal, object_type, merged, (primary, other))
    # the primary's links go last: its primary company is the one that stays
    for old in (other, primary):
        portal.associations.move_record(object_type, old.id, merged.id)
        collection.vanish(old)
        collection.aliases[old.id] = merged.id
    collection.add(merged)
    collection.index.announce(merged, portal.visible_from(now))
    return merged


def _joined(
    portal: Portal, object_type: ObjectType, merged: Record, originals: tuple[Record, Record]
) -> dict[str, str]:
    primary, other = originals
    properties = {**other.properties, **primary.properties}
    properties |= {
        "hs_object_id": str(merged.id),
        "createdate": to_text(merged.created_at),
        object_type.modified_property: to_text(merged.modified_at),
    }
    properties |= _merged_ids(object_type, originals, merged.modified_at)
    return properties | computed_values(portal, object_type, properties, merged.probability)


def _merged_ids(object_type: ObjectType, originals: tuple[Record, Record], now: datetime) -> dict[str, str]:
    """Companies and deals list the old ids; contacts list `id:epoch milliseconds` in another property."""
    contact = object_type is ObjectType.CONTACTS
    name = "hs_calculated_merged_vids" if contact else "hs_merged_object_ids"
    earlier = [one.properties[name] for one in originals if one.properties.get(name)]
    latest = [f"{one.id}:{to_ms(now)}" if contact else str(one.id) for one in originals]
    return {name: ";".join([*latest, *earlier])}
