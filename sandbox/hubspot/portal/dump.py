"""The raw state of a portal, ready for JSON: what tests compare with."""

from __future__ import annotations

from sandbox.hubspot.portal.associations import Associations
from sandbox.hubspot.portal.calculated import FROM_ASSOCIATIONS, value_of
from sandbox.hubspot.portal.history import all_revisions
from sandbox.hubspot.portal.pipeline import DealStage
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.schema.instants import to_text
from sandbox.hubspot.schema.object_types import ObjectType


def dump(portal: Portal) -> dict[str, object]:
    """Per object type its records by id; the owners; the stages; the links with their labels."""
    state: dict[str, object] = {kind.value: _records(portal, kind) for kind in ObjectType}
    state["owners"] = [
        {"id": str(one.id), "key": one.key, "email": one.email, "archived": not one.active}
        for one in portal.owners.values()
    ]
    state["stages"] = [_stage(one) for one in portal.pipeline.stages.values()]
    state["associations"] = _links(portal.associations)
    return state


def _stage(stage: DealStage) -> dict[str, object]:
    return {
        "id": stage.id,
        "label": stage.label,
        "probability": str(stage.probability),
        "closed": stage.closed,
        "won": stage.won,
        "archived": False,
    }


def _records(portal: Portal, object_type: ObjectType) -> list[dict[str, object]]:
    records = portal.collection(object_type).records
    return [_record(portal, object_type, records[number]) for number in sorted(records)]


def _record(portal: Portal, object_type: ObjectType, record: Record) -> dict[str, object]:
    calculated = {
        name: value_of(portal, kind, record.id, record.properties, name)
        for kind, name in FROM_ASSOCIATIONS
        if kind is object_type
    }
    tracked = ("dealstage", "amount", "closedate") if object_type is ObjectType.DEALS else ()
    return {
        "id": str(record.id),
        "key": record.key,
        "archived": record.archived_at is not None,
        "archived_at": to_text(record.archived_at) if record.archived_at else None,
        "properties": {**record.properties, **calculated},
        "history": {
            name: [{"value": one.value, "at": to_text(one.at)} for one in all_revisions(record, name)]
            for name in (*record.revisions, *tracked)
        },
    }


def _links(associations: Associations) -> list[dict[str, object]]:
    return [
        {"from": pair[0].value, "to": pair[1].value, "from_id": str(ends[0]), "to_id": str(ends[1]), "labels": labels}
        for pair, ends, labels in associations.every()
    ]
