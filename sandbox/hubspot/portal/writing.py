"""Creating, changing and archiving records: validation, histories, computed figures, the modified date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.hubspot.answers.errors import Problem, conflict, invalid_values
from sandbox.hubspot.portal.deal_figures import deal_figures, line_item_figures
from sandbox.hubspot.portal.history import note
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.instants import to_text
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.hubspot.schema.values import accept, as_text

FROM_API = "INTEGRATION"
PRICED = {"quantity", "price", "discount", "hs_discount_percentage"}


def accepted(portal: Portal, object_type: ObjectType, sent: Mapping[str, object]) -> dict[str, str]:
    """The values as they will be kept. Raises ApiError (400) naming every property that refuses its value."""
    checked = {name: _check(portal, object_type, name, value) for name, value in sent.items()}
    problems = [result for result in checked.values() if isinstance(result, Problem)]
    if problems:
        raise invalid_values(problems, portal.settings.portal_id)
    return {name: result for name, result in checked.items() if isinstance(result, str)}


def _check(portal: Portal, object_type: ObjectType, name: str, sent: object) -> str | Problem:
    definition = portal.collection(object_type).catalogue.live(name)
    if definition is None:
        return Problem(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if definition.read_only:
        return Problem(name, "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
    if definition.referenced == "OWNER":
        return _check_owner(portal, name, as_text(sent))
    return accept(definition, sent)


def _check_owner(portal: Portal, name: str, value: str) -> str | Problem:
    if value and not (value.isdecimal() and int(value) in portal.owners):
        return Problem(name, "INVALID_OWNER_ID", f"{value} is not the id of an owner")
    return value


def create(portal: Portal, object_type: ObjectType, values: Mapping[str, str], now: datetime) -> Record:
    """Add a record with accepted values."""
    collection = portal.collection(object_type)
    record = Record(collection.new_id(), {}, now, now)
    properties = {name: value for name, value in values.items() if value}
    properties |= {"hs_object_id": str(record.id), "createdate": to_text(now)}
    record.properties = _completed(portal, object_type, record, properties, now)
    collection.add(record)
    collection.index.announce(record, portal.visible_from(now))
    return record


def update(portal: Portal, object_type: ObjectType, record: Record, values: Mapping[str, str], now: datetime) -> None:
    """Write accepted values; the modified date moves even where nothing changes, revisions come only with a change."""
    before = record.properties
    for name, value in values.items():
        note(record, name, value, now, FROM_API)
    if values.get("dealstage", before.get("dealstage")) != before.get("dealstage"):
        record.probability = None
    properties = {name: value for name, value in {**before, **values}.items() if value}
    if object_type is ObjectType.LINE_ITEMS and PRICED & values.keys():
        properties |= line_item_figures(properties)
    record.properties = _completed(portal, object_type, record, properties, now)
    record.modified_at = now
    portal.collection(object_type).index.announce(record, portal.visible_from(now))


def archive(portal: Portal, object_type: ObjectType, record: Record, now: datetime) -> None:
    """Archive a record; its associations end with it."""
    portal.collection(object_type).archive(record, now)
    portal.associations.remove_record(object_type, record.id)


def _completed(
    portal: Portal, object_type: ObjectType, record: Record, properties: dict[str, str], now: datetime
) -> dict[str, str]:
    """The properties with the modified date and what is computed from the others."""
    computed = computed_values(portal, object_type, properties, record.probability)
    return {**properties, **computed, object_type.modified_property: to_text(now)}


def computed_values(
    portal: Portal, object_type: ObjectType, properties: Mapping[str, str], probability: Decimal | None
) -> dict[str, str]:
    """What HubSpot computes from the other properties of a record."""
    if object_type is ObjectType.DEALS:
        stage = portal.pipeline.stages.get(properties.get("dealstage", ""))
        return deal_figures(properties, stage, portal.currencies, probability)
    if object_type is ObjectType.LINE_ITEMS and "amount" not in properties:
        return line_item_figures(properties)
    return {}


def refuse_known_email(portal: Portal, email: str) -> None:
    """Raises ApiError (409) when a live contact has this email."""
    if not email:
        return
    for record in portal.collection(ObjectType.CONTACTS).records.values():
        if record.archived_at is None and record.properties.get("email", "").lower() == email.lower():
            raise conflict(f"Contact already exists. Existing ID: {record.id}")
