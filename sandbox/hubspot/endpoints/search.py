"""POST search: finds live records as the index knows them."""

from __future__ import annotations

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.endpoints.call import WHOLE_NUMBER, Call
from sandbox.hubspot.endpoints.search_filters import bad, comparable, definition_of, test_for
from sandbox.hubspot.endpoints.search_plan import FOREVER, Bounds, Group, Order, SortKey, Tester, find
from sandbox.hubspot.endpoints.search_request import Filter, SearchRequest, parse_search
from sandbox.hubspot.portal.calculated import value_of
from sandbox.hubspot.portal.index import Snapshot, place
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.views import Views
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.instants import to_ms
from sandbox.hubspot.schema.object_types import ObjectType

IN_ORDER = {"EQ", "GT", "GTE", "LT", "LTE", "BETWEEN"}
"""The operators that cut a stretch out of a sorted index."""


def search(call: Call) -> Response:
    """The page asked for. `paging` may lead to 10,000, where the next request is refused, as HubSpot does."""
    request = parse_search(call)
    index = call.collection.index
    index.settle(to_ms(call.now))
    run = find(index, _groups(call, request), _order(call, request))
    ids = run.page(request.after, request.limit, descending=request.descending)
    views = Views(call.portal, call.object_type, request.properties)
    shown = [views.show_found(index.snapshots[one], call.collection.records[one].created_at) for one in ids]
    following = request.after + len(ids)
    return bodies.reply(bodies.paged(shown, str(following) if following < len(run) else None, total=len(run)))


def _groups(call: Call, request: SearchRequest) -> list[Group]:
    return [_group(call, filters) for filters in request.groups] or [Group()]


def _group(call: Call, filters: tuple[Filter, ...]) -> Group:
    """Bounds from the filters on the modified date and the id, tests from the others."""
    modified, ids = Bounds(), Bounds()
    tests: list[Tester] = []
    for one in filters:
        definition = definition_of(call.collection.catalogue, one.name)
        in_order = one.operator in IN_ORDER
        if in_order and one.name == call.object_type.modified_property:
            modified = modified.narrowed(_bounds(one))
        elif in_order and one.name == "hs_object_id":
            ids = ids.narrowed(_bounds(one))
        else:
            tests.append(_tester(call.portal, call.object_type, definition, one))
    return Group(modified, ids, tuple(tests))


def _bounds(one: Filter) -> Bounds:
    """The whole numbers that a filter on the modified date or the id admits."""
    value = _whole(one, one.value)
    if one.operator == "BETWEEN":
        return Bounds(value, _whole(one, one.high))
    low = {"EQ": value, "GTE": value, "GT": value + 1}.get(one.operator, 0)
    high = {"EQ": value, "LTE": value, "LT": value - 1}.get(one.operator, FOREVER)
    return Bounds(low, high)


def _whole(one: Filter, value: str | None) -> int:
    if value is None or not WHOLE_NUMBER.fullmatch(value):
        raise bad(one, f"needs a whole number (instants in epoch milliseconds), but has {value}")
    return int(value)


def _tester(portal: Portal, object_type: ObjectType, definition: Property, one: Filter) -> Tester:
    test = test_for(definition, one)

    def passes(snapshot: Snapshot) -> bool:
        return test(value_of(portal, object_type, snapshot.id, snapshot.properties, definition.name))

    return passes


def _order(call: Call, request: SearchRequest) -> Order:
    definition = definition_of(call.collection.catalogue, request.sort)
    if request.sort == "hs_object_id":
        return Order("id", request.descending, lambda snapshot: (snapshot.id,))
    if request.sort == call.object_type.modified_property:
        return Order("modified", request.descending, place)
    return Order("other", request.descending, _by_value(call, definition))


def _by_value(call: Call, definition: Property) -> SortKey:
    """By the property's value; records without one come first, as the smallest."""

    def key(snapshot: Snapshot) -> tuple[float | str, ...]:
        value = value_of(call.portal, call.object_type, snapshot.id, snapshot.properties, definition.name)
        known = () if value is None else (comparable(definition, value),)
        return (len(known), *known, *place(snapshot)[1:])

    return key
