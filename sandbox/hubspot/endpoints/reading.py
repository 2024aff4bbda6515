"""Reading records: the list, one by id, a batch by ids."""

from __future__ import annotations

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.answers.errors import ApiError, not_found, row_error
from sandbox.hubspot.answers.pages import record_gone
from sandbox.hubspot.endpoints.call import Call, as_id, as_names, refuse_other_keys
from sandbox.hubspot.endpoints.linked import linked
from sandbox.hubspot.portal.record import Record
from sandbox.hubspot.portal.views import Views
from sandbox.hubspot.schema.object_types import ObjectType, resolve

PAGE = 100
PAGE_WITH_HISTORY = 50
BATCH = 100


def list_records(call: Call) -> Response:
    """GET the records in the order of their ids: 100 a page, 50 with histories."""
    historic = call.names("propertiesWithHistory")
    limit = call.limit(10, PAGE_WITH_HISTORY if historic else PAGE)
    found, last = call.collection.page(call.after(), limit, call.now, archived=call.flag("archived"))
    shown = _shown(call, found, call.names("properties"), historic)
    return bodies.reply(bodies.paged(_with_links(call, found, shown), str(last) if last is not None else None))


def get_record(call: Call) -> Response:
    """GET one; an id that was merged away gives the merged record, under its new id."""
    refuse_other_keys(call.request.args.get("idProperty"))
    record = call.collection.find(call.args["record_id"])
    if record is None or (record.archived_at is not None) is not call.flag("archived"):
        raise gone(call.object_type)
    shown = _shown(call, [record], call.names("properties"), call.names("propertiesWithHistory"))
    return bodies.reply(_with_links(call, [record], shown)[0])


def read_batch(call: Call) -> Response:
    """POST batch/read: deleted and unknown ids are left out of `results` and make the answer a 207."""
    body = call.body()
    refuse_other_keys(body.get("idProperty"))
    historic = as_names(body.get("propertiesWithHistory"), "propertiesWithHistory")
    asked = [as_id(row) for row in call.inputs(PAGE_WITH_HISTORY if historic else BATCH)]
    records = {asked_id: _readable(call, asked_id) for asked_id in asked}
    found = {record.id: record for record in records.values() if record is not None}
    missing = [asked_id for asked_id, record in records.items() if record is None]
    shown = _shown(call, list(found.values()), as_names(body.get("properties"), "properties"), historic)
    return call.batch(shown, missing_rows(call.object_type, missing))


def gone(object_type: ObjectType) -> ApiError:
    """What GET says of a record that is not there: recorded as an HTML page for companies."""
    return record_gone() if object_type is ObjectType.COMPANIES else not_found()


def missing_rows(object_type: ObjectType, ids: list[str]) -> list[dict[str, object]]:
    """The one 207 entry that names all ids that were not found (as public issues quote it)."""
    if not ids:
        return []
    what = object_type.singular.upper()
    message = f"Could not get some {what} objects, they may be deleted or not exist. Check that ids are valid."
    return [row_error("OBJECT_NOT_FOUND", message, context={"ids": ids})]


def _readable(call: Call, record_id: str) -> Record | None:
    record = call.collection.find(record_id)
    if record is None or (record.archived_at is not None) is not call.flag("archived"):
        return None
    return record


def _shown(call: Call, records: list[Record], asked: list[str], historic: list[str]) -> list[dict[str, object]]:
    views = Views(call.portal, call.object_type, [*asked, *historic])
    shown = [views.show(record) for record in records]
    if historic:
        for row, record in zip(shown, records, strict=True):
            row["propertiesWithHistory"] = views.show_history(record, historic, call.now)
    return shown


def _with_links(call: Call, records: list[Record], shown: list[dict[str, object]]) -> list[dict[str, object]]:
    others = [resolve(name) for name in call.names("associations")]
    for row, record in zip(shown, records, strict=True):
        links = linked(call.portal, call.object_type, record.id, others)
        if links:
            row["associations"] = links
    return shown
