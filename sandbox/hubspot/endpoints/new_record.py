"""Making records: all that a create body says is checked before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.hubspot.endpoints.call import Call, as_list, as_object
from sandbox.hubspot.endpoints.linking import NewLink, plan_link
from sandbox.hubspot.portal import writing
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.object_types import ObjectType


@dataclass(frozen=True, slots=True)
class NewRecord:
    """Accepted values and links of a record that does not exist yet."""

    values: dict[str, str]
    links: list[NewLink]


def prepare(call: Call, row: Mapping[str, object]) -> NewRecord:
    """What a create body asks for. Raises ApiError for values, links or an email that cannot be."""
    values = writing.accepted(call.portal, call.object_type, sent_properties(row))
    if call.object_type is ObjectType.CONTACTS:
        writing.refuse_known_email(call.portal, values.get("email", ""))
    sent = as_list(row.get("associations"), "associations")
    return NewRecord(values, [plan_link(call, as_object(one, "an association")) for one in sent])


def make(call: Call, new: NewRecord) -> Record:
    """The new record with its links."""
    record = writing.create(call.portal, call.object_type, new.values, call.now)
    for link in new.links:
        call.portal.associations.link(link.pair, (record.id, link.target), link.keys)
    return record


def sent_properties(row: Mapping[str, object]) -> dict[str, object]:
    """The `properties` of a create or update body."""
    return as_object(row.get("properties"), "properties")
