"""Writing single records: create, change, archive, merge, forget."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import ApiError, Problem, body, invalid, invalid_values, not_found
from sandbox.hubspot.endpoints.call import Call, as_id, refuse_other_keys
from sandbox.hubspot.endpoints.new_record import make, prepare, sent_properties
from sandbox.hubspot.portal import merging, writing
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.portal.views import Views
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.refusals import Refusal

MERGEABLE = {ObjectType.COMPANIES, ObjectType.CONTACTS, ObjectType.DEALS}


def create_record(call: Call) -> Response:
    """POST one record, with or without associations."""
    record = make(call, prepare(call, call.body()))
    return bodies.reply(shown(call, [record], record.properties)[0], 201)


def update_record(call: Call) -> Response:
    """PATCH one record."""
    refuse_other_keys(call.request.args.get("idProperty"))
    record = writable(call, call.args["record_id"])
    if record is None:
        raise not_found()
    values = writing.accepted(call.portal, call.object_type, sent_properties(call.body()))
    refusal = call.portal.options.refusals.take(call.object_type.value, str(record.id))
    if refusal is not None:
        raise refused(call, refusal)
    writing.update(call.portal, call.object_type, record, values, call.now)
    return bodies.reply(shown(call, [record], values)[0])


def archive_record(call: Call) -> Response:
    """DELETE one record: 204 whether or not it was there."""
    record = call.collection.live(call.args["record_id"])
    if record is not None:
        writing.archive(call.portal, call.object_type, record, call.now)
    return bodies.nothing()


def merge_records(call: Call) -> Response:
    """POST merge: the answer is the new record."""
    sent = call.body()
    if call.object_type not in MERGEABLE:
        raise invalid(f"Records of type {call.object_type} cannot be merged.")
    primary = call.collection.live(as_id(sent, "primaryObjectId"))
    other = call.collection.live(as_id(sent, "objectIdToMerge"))
    if primary is None or other is None:
        raise not_found()
    if primary is other:
        raise invalid("A record cannot be merged with itself.")
    merged = merging.merge(call.portal, call.object_type, primary, other, call.now)
    return bodies.reply(shown(call, [merged], merged.properties)[0])


def forget_record(call: Call) -> Response:
    """POST gdpr-delete: the record is gone without an archived row."""
    record = call.collection.find(as_id(call.body(), "objectId"))
    if record is not None:
        call.portal.associations.remove_record(call.object_type, record.id)
        call.collection.vanish(record)
    return bodies.nothing()


def writable(call: Call, record_id: str) -> Record | None:
    """The live record that a write by this id reaches."""
    record = call.collection.live(record_id)
    merged_away = record is not None and str(record.id) != record_id
    return None if merged_away and not call.portal.settings.old_ids_take_writes else record


def refused(call: Call, refusal: Refusal) -> ApiError:
    """A rule of the account's admin refuses the row."""
    if is_about_values(refusal):
        problem = Problem(refusal.field or "", refusal.code, refusal.message)
        return invalid_values([problem], call.portal.settings.portal_id)
    return ApiError(400, body(refusal.message, refusal.code))


def is_about_values(refusal: Refusal) -> bool:
    """Whether HubSpot treats it as an invalid value: these refuse a whole batch, others only their row."""
    return refusal.field is not None or refusal.code.startswith("INVALID")


def shown(call: Call, records: list[Record], written: Mapping[str, str]) -> list[dict[str, object]]:
    """Written records: what was sent, and the calculated properties though nobody asked (as recorded for PATCH)."""
    calculated = call.collection.catalogue.calculated_names()
    views = Views(call.portal, call.object_type, [*written, *calculated])
    return [views.show(record) for record in records]
