"""Writing associations (v4 and its dated successor)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import ApiError, invalid, not_found, row_error
from sandbox.hubspot.endpoints.call import Call, as_id, as_list, as_number, as_object
from sandbox.hubspot.portal.association_types import Pair, TypeKey
from sandbox.hubspot.schema.object_types import ObjectType, resolve

MOST_CREATED = 2_000
MOST_ARCHIVED = 100


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that a new record is to have with `target`."""

    pair: Pair
    target: int
    keys: list[TypeKey]


def pair_of(call: Call) -> Pair:
    """The object types of the path."""
    return call.object_type, resolve(call.args["to_type"])


def put_link(call: Call) -> Response:
    """PUT one association with the types in the body, which is an array."""
    pair = pair_of(call)
    ends = _ends(call, pair, call.args["record_id"], call.args["to_id"])
    try:
        sent: object = json.loads(call.request.get_data())
    except ValueError as error:
        raise invalid(f"Invalid input JSON: {error}") from error
    _link(call, pair, ends, _keys(sent))
    return bodies.reply(_labels_between(call, pair, ends), 201)


def put_default_link(call: Call) -> Response:
    """PUT one association of the plain kind."""
    pair = pair_of(call)
    ends = _ends(call, pair, call.args["record_id"], call.args["to_id"])
    return call.batch(_link_plainly(call, pair, ends), [])


def delete_link(call: Call) -> Response:
    """DELETE every association between two records."""
    pair = pair_of(call)
    call.portal.associations.unlink(pair, _ends(call, pair, call.args["record_id"], call.args["to_id"]))
    return bodies.nothing()


def create_links(call: Call) -> Response:
    """POST batch/create: 201, or 207 where an end of some link was not found."""
    pair = pair_of(call)
    results: list[object] = []
    errors: list[Mapping[str, object]] = []
    for row in call.inputs(MOST_CREATED):
        try:
            ends = _row_ends(call, pair, row)
            _link(call, pair, ends, _keys(row.get("types")))
            results.append(_labels_between(call, pair, ends))
        except ApiError as error:
            errors.append(row_error(str(error.body.get("category")), str(error), context={}))
    return call.batch(results, errors, 201)


def create_default_links(call: Call) -> Response:
    """POST batch/associate/default: the plain kind."""
    pair = pair_of(call)
    linked = [_link_plainly(call, pair, _row_ends(call, pair, row)) for row in call.inputs(MOST_CREATED)]
    return call.batch([one for both in linked for one in both], [])


def archive_links(call: Call) -> Response:
    """POST batch/archive: every association between the records named."""
    pair = pair_of(call)
    for row in call.inputs(MOST_ARCHIVED):
        for target in as_list(row.get("to"), "to"):
            ends = _ends(call, pair, _id_in(row.get("from")), _id_in(target))
            call.portal.associations.unlink(pair, ends)
    return bodies.nothing()


def archive_labels(call: Call) -> Response:
    """POST batch/labels/archive: only the types named."""
    pair = pair_of(call)
    for row in call.inputs(MOST_ARCHIVED):
        call.portal.associations.unlink(pair, _row_ends(call, pair, row), _keys(row.get("types")))
    return bodies.nothing()


def plan_link(call: Call, sent: Mapping[str, object]) -> NewLink:
    """The association of a create body: the types tell which object type the other end has."""
    target, keys = _id_in(sent.get("to")), _keys(sent.get("types"))
    types = call.portal.associations.types
    for other in ObjectType:
        pair = (call.object_type, other)
        if keys and all(types.find(pair, key) for key in keys):
            return NewLink(pair, _live(call, other, target), keys)
    raise invalid(f"No association types {keys} start at {call.object_type}.")


def _link(call: Call, pair: Pair, ends: tuple[int, int], keys: list[TypeKey]) -> None:
    unknown = [key for key in keys if call.portal.associations.types.find(pair, key) is None]
    if unknown or not keys:
        named = ", ".join(f"{key.category} {key.type_id}" for key in unknown) or "(none given)"
        raise invalid(f"Association types {named} are not valid from {pair[0].singular} to {pair[1].singular}.")
    call.portal.associations.link(pair, ends, keys)


def _link_plainly(call: Call, pair: Pair, ends: tuple[int, int]) -> list[dict[str, object]]:
    plain = call.portal.associations.types.unlabelled(pair)
    if plain is None:
        raise invalid(f"{pair[0].singular} cannot be associated with {pair[1].singular}.")
    call.portal.associations.link(pair, ends)
    return [_default(plain.key, ends), _default(plain.inverse, ends[::-1])]


def _default(key: TypeKey, ends: tuple[int, int]) -> dict[str, object]:
    spec = {"associationCategory": key.category, "associationTypeId": key.type_id}
    return {"from": {"id": str(ends[0])}, "to": {"id": str(ends[1])}, "associationSpec": spec}


def _labels_between(call: Call, pair: Pair, ends: tuple[int, int]) -> dict[str, object]:
    associations = call.portal.associations
    keys = associations.of(pair, ends[0])[ends[1]]
    labels = associations.types.labels(pair, keys)
    return {
        "fromObjectTypeId": pair[0].type_id,
        "fromObjectId": ends[0],
        "toObjectTypeId": pair[1].type_id,
        "toObjectId": ends[1],
        "labels": labels,
    }


def _row_ends(call: Call, pair: Pair, row: Mapping[str, object]) -> tuple[int, int]:
    return _ends(call, pair, _id_in(row.get("from")), _id_in(row.get("to")))


def _ends(call: Call, pair: Pair, from_id: str, to_id: str) -> tuple[int, int]:
    """The live records at both ends. Raises ApiError (404) when one is not there."""
    return _live(call, pair[0], from_id), _live(call, pair[1], to_id)


def _live(call: Call, object_type: ObjectType, record_id: str) -> int:
    record = call.portal.collection(object_type).live(record_id)
    if record is None:
        raise not_found(f"The {object_type.singular} {record_id} does not exist.")
    return record.id


def _id_in(sent: object) -> str:
    return as_id(as_object(sent, "an end of the association"))


def _keys(sent: object) -> list[TypeKey]:
    specs = [as_object(one, "an association type") for one in as_list(sent, "types")]
    return [
        TypeKey(str(spec.get("associationCategory")), as_number(spec.get("associationTypeId"), "associationTypeId"))
        for spec in specs
    ]
