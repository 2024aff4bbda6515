"""Reading associations and their labels (v4 and its dated successor)."""

from __future__ import annotations

from bisect import bisect_right

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import conflict, invalid, row_error
from sandbox.hubspot.endpoints.call import Call, as_id, as_number
from sandbox.hubspot.endpoints.linking import pair_of
from sandbox.hubspot.endpoints.reading import gone
from sandbox.hubspot.portal.association_types import AssociationType, Pair
from sandbox.hubspot.portal.portal import Portal

MOST_READ = 1_000
LIST_PAGE = 500


def read_links(call: Call) -> Response:
    """POST batch/read: each input is paged by itself; inputs without any association are errors in a 207."""
    pair = pair_of(call)
    results: list[object] = []
    alone: list[str] = []
    for row in call.inputs(MOST_READ):
        record_id, after = as_id(row), as_number(row.get("after") or 0, "after")
        links = _page(call, pair, record_id, (after, call.portal.settings.association_page))
        if links is None:
            alone.append(record_id)
        else:
            results.append({"from": {"id": record_id}, "to": links.pop("results"), **links})
    return call.batch(results, [_nobody(pair, record_id) for record_id in alone])


def list_links(call: Call) -> Response:
    """GET the associations of one record."""
    record = call.collection.live(call.args["record_id"])
    if record is None:
        raise gone(call.object_type)
    links = _page(call, pair_of(call), str(record.id), (call.after(), call.limit(LIST_PAGE, LIST_PAGE)))
    return bodies.reply(links or bodies.paged([], None))


def list_labels(call: Call) -> Response:
    """GET labels: the types between two object types, in this direction."""
    types = call.portal.associations.types.between(pair_of(call))
    return bodies.reply(bodies.paged([_shown(one) for one in types], None))


def create_label(call: Call) -> Response:
    """POST labels: a user-defined label and its inverse."""
    pair, sent = pair_of(call), call.body()
    label, name = sent.get("label"), sent.get("name")
    if not label or not name:
        raise invalid("label and name are required.")
    types = call.portal.associations.types
    if any(str(name) == one.name or str(label) == one.label for one in types.between(pair)):
        raise conflict(f"An association label {label} already exists.")
    inverse = sent.get("inverseLabel")
    one = types.define(pair, str(label), str(inverse) if inverse else None, str(name))
    other = types.find(pair[::-1], one.inverse)
    return bodies.reply(bodies.paged([_shown(end) for end in (one, other) if end is not None], None))


def _page(call: Call, pair: Pair, record_id: str, window: tuple[int, int]) -> dict[str, object] | None:
    """The links of one record after an id; None where it has no links at all."""
    after, limit = window
    record = call.portal.collection(pair[0]).live(record_id)
    links = call.portal.associations.of(pair, record.id) if record else {}
    if not links:
        return None
    targets = sorted(links)
    start = bisect_right(targets, after)
    shown = targets[start : start + limit]
    more = str(shown[-1]) if start + limit < len(targets) else None
    return bodies.paged([_link(call.portal, pair, target, links[target]) for target in shown], more)


def _link(portal: Portal, pair: Pair, target: int, keys: frozenset[object]) -> dict[str, object]:
    types = [_shown(one) for one in portal.associations.types.between(pair) if one.key in keys]
    # recordings give the id as a number here, as text everywhere else
    return {"toObjectId": target, "associationTypes": types}


def _shown(one: AssociationType) -> dict[str, object]:
    return {"category": one.key.category, "typeId": one.key.type_id, "label": one.label}


def _nobody(pair: Pair, record_id: str) -> dict[str, object]:
    return row_error(
        "OBJECT_NOT_FOUND",
        f"No {pair[1].singular} is associated with {pair[0].singular} {record_id}.",
        subCategory="crm.associations.NO_ASSOCIATIONS_FOUND",
        context={
            "fromObjectId": [record_id],
            "fromObjectType": [pair[0].singular],
            "toObjectType": [pair[1].singular],
        },
    )
