"""A record as HubSpot's API shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sandbox.hubspot.portal.calculated import stage_entered, value_of
from sandbox.hubspot.portal.history import calculated_revision, revisions
from sandbox.hubspot.portal.index import Snapshot
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.instants import from_ms, to_text
from sandbox.hubspot.schema.object_types import ObjectType

# what is shown when no properties are asked for
SHOWN_BY_DEFAULT = {
    ObjectType.COMPANIES: ("name", "domain"),
    ObjectType.CONTACTS: ("email", "firstname", "lastname"),
    ObjectType.DEALS: ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    ObjectType.LINE_ITEMS: ("hs_product_id", "quantity"),
    ObjectType.PRODUCTS: ("description", "name", "price"),
    ObjectType.FEEDBACK: ("hs_survey_type", "hs_value"),
}


def always_shown(object_type: ObjectType) -> tuple[str, ...]:
    """These come whatever is asked for."""
    return ("createdate", object_type.modified_property, "hs_object_id")


class Views:
    """Shows records of one object type with the properties asked for; those that do not exist are left out."""

    def __init__(self, portal: Portal, object_type: ObjectType, asked: Sequence[str]) -> None:
        self._portal = portal
        self._type = object_type
        catalogue = portal.collection(object_type).catalogue
        wanted = asked or SHOWN_BY_DEFAULT[object_type]
        named = [name for name in dict.fromkeys((*always_shown(object_type), *wanted)) if catalogue.readable(name)]
        self._listed = [name for name in named if catalogue.live(name) is not None]
        self._unlisted = [name for name in named if catalogue.live(name) is None]

    def show(self, record: Record) -> dict[str, object]:
        """One record."""
        shown = self._envelope(record.id, record.properties, record.created_at, record.modified_at)
        properties = self._values(record.id, record.properties)
        properties |= {name: stage_entered(record, name) for name in self._unlisted}
        shown["properties"] = properties
        if record.archived_at is not None:
            shown |= {"archived": True, "archivedAt": to_text(record.archived_at)}
        return shown

    def show_found(self, snapshot: Snapshot, created_at: datetime) -> dict[str, object]:
        """One search result, as the index knows it."""
        modified_at = from_ms(snapshot.modified)
        shown = self._envelope(snapshot.id, snapshot.properties, created_at, modified_at)
        shown["properties"] = self._values(snapshot.id, snapshot.properties)
        return shown

    def show_history(self, record: Record, names: Iterable[str], now: datetime) -> dict[str, object]:
        """The `propertiesWithHistory` part; unknown names are left out."""
        catalogue = self._portal.collection(self._type).catalogue
        return {name: self._history(record, name, now) for name in names if catalogue.live(name) is not None}

    def _history(self, record: Record, name: str, now: datetime) -> list[dict[str, object]]:
        definition = self._portal.collection(self._type).catalogue.properties[name]
        if definition.calculated:
            return calculated_revision(value_of(self._portal, self._type, record.id, record.properties, name), now)
        return revisions(record, self._type, name)

    def _values(self, record_id: int, properties: dict[str, str]) -> dict[str, str | None]:
        return {name: value_of(self._portal, self._type, record_id, properties, name) for name in self._listed}

    @staticmethod
    def _envelope(
        record_id: int, properties: dict[str, str], created_at: datetime, modified_at: datetime
    ) -> dict[str, object]:
        return {
            "id": str(record_id),
            "properties": properties,
            "createdAt": to_text(created_at),
            "updatedAt": to_text(modified_at),
            "archived": False,
        }
