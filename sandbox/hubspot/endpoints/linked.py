"""The `associations` part of a record, in the v3 form that GET still shows."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.portal.association_types import AssociationType, Pair
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.schema.object_types import ObjectType

SHOWN = 100
"""Links shown per object type; the v3 form cuts the rest off (HubSpot/hubspot-api-python issue 135)."""


def linked(portal: Portal, object_type: ObjectType, record_id: int, others: Iterable[ObjectType]) -> dict[str, object]:
    """For each object type that has any: the ids and type names of the links."""
    shown = {other: _links(portal, (object_type, other), record_id) for other in others}
    return {
        other.value.replace("_", " "): bodies.paged(links[:SHOWN], links[SHOWN - 1]["id"] if links[SHOWN:] else None)
        for other, links in shown.items()
        if links
    }


def _links(portal: Portal, pair: Pair, record_id: int) -> list[dict[str, str]]:
    types = portal.associations.types.between(pair)
    return [
        {"id": str(other), "type": _type_name(pair, one)}
        for other, keys in sorted(portal.associations.of(pair, record_id).items())
        for one in types
        if one.key in keys
    ]


def _type_name(pair: Pair, one: AssociationType) -> str:
    """`deal_to_company` is the primary company; the plain link has another name."""
    name = f"{pair[0].singular}_to_{pair[1].singular}"
    if one.key.category == "USER_DEFINED":
        return f"{name}_{one.label}".lower().replace(" ", "_")
    has_primary = ObjectType.COMPANIES in pair and ObjectType.LINE_ITEMS not in pair
    return f"{name}_unlabeled" if one.label is None and has_primary else name
