"""Values that HubSpot works out from associations and histories when a record is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.hubspot.portal.association_types import (
    CHILD_TO_PARENT_COMPANY,
    CONTACT_TO_PRIMARY_COMPANY,
    PARENT_TO_CHILD_COMPANY,
    Pair,
    TypeKey,
)
from sandbox.hubspot.portal.history import last_entered
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.catalogue import UNLISTED
from sandbox.hubspot.schema.instants import to_text
from sandbox.hubspot.schema.object_types import ObjectType

COMPANIES, CONTACTS, DEALS = ObjectType.COMPANIES, ObjectType.CONTACTS, ObjectType.DEALS


def _the_one(pair: Pair, key: TypeKey) -> Callable[[Portal, int], str]:
    def find(portal: Portal, record_id: int) -> str:
        others = portal.associations.with_type(pair, record_id, key)
        return str(others[0]) if others else ""

    return find


def _how_many(pair: Pair, key: TypeKey | None = None) -> Callable[[Portal, int], str]:
    def count(portal: Portal, record_id: int) -> str:
        associations = portal.associations
        linked = associations.with_type(pair, record_id, key) if key else associations.of(pair, record_id)
        return str(len(linked))

    return count


FROM_ASSOCIATIONS: Mapping[tuple[ObjectType, str], Callable[[Portal, int], str]] = {
    (COMPANIES, "hs_parent_company_id"): _the_one((COMPANIES, COMPANIES), CHILD_TO_PARENT_COMPANY),
    (COMPANIES, "hs_num_child_companies"): _how_many((COMPANIES, COMPANIES), PARENT_TO_CHILD_COMPANY),
    (COMPANIES, "num_associated_contacts"): _how_many((COMPANIES, CONTACTS)),
    (COMPANIES, "num_associated_deals"): _how_many((COMPANIES, DEALS)),
    (CONTACTS, "associatedcompanyid"): _the_one((CONTACTS, COMPANIES), CONTACT_TO_PRIMARY_COMPANY),
    (CONTACTS, "num_associated_deals"): _how_many((CONTACTS, DEALS)),
    (DEALS, "num_associated_contacts"): _how_many((DEALS, CONTACTS)),
}


def value_of(
    portal: Portal, object_type: ObjectType, record_id: int, properties: Mapping[str, str], name: str
) -> str | None:
    """A property's value as HubSpot shows it; None where there is none."""
    rule = FROM_ASSOCIATIONS.get((object_type, name))
    value = rule(portal, record_id) if rule else properties.get(name)
    return value or None


def stage_entered(record: Record, name: str) -> str | None:
    """The value of an unlisted hs_v2_date_entered_{stage}: only the latest entry."""
    match = UNLISTED.fullmatch(name)
    instant = last_entered(record, "dealstage", match["stage"]) if match else None
    return to_text(instant) if instant else None
