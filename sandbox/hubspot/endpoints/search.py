"""POST search: finds live records as the index knows them."""

from __future__ import annotations

from werkzeug import Response

from sandbox.hubspot.answers import bodies
from sandbox.hubspot.endpoints.call import Call
from sandbox.hubspot.endpoints.search_filters import comparable, definition_of, sent_comparable, test_for
from sandbox.hubspot.endpoints.search_plan import FOREVER, Bounds, Finder, Group, Order, SortKey, Tester
from sandbox.hubspot.endpoints.search_request import Filter, SearchRequest, parse_search
from sandbox.hubspot.portal.calculated import value_of
from sandbox.hubspot.portal.index import Snapshot, place
from sandbox.hubspot.portal.portal import Portal
from sandbox.hubspot.portal.views import Views
from sandbox.hubspot.schema.definitions import Property
from sandbox.hubspot.schema.instants import to_ms
from sandbox.hubspot.schema.object_types import ObjectType


class Searches:
    """Answers searches; what it remembers between two pages of one search is in the finders."""

    def __init__(self, portal: Portal) -> None:
        self._finders = {one: Finder(portal.collection(one).index) for one in ObjectType}

    def search(self, call: Call) -> Response:
        """The page asked for. `paging` may lead to 10,000, where the next request is refused, as HubSpot does."""
        request = parse_search(call)
        index = call.collection.index
        index.settle(to_ms(call.now))
        run = self._finders[call.object_type].find(_groups(call, request), _order(call, request))
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
        bounds = _bounds(definition, one)
        if bounds is not None and one.name == call.object_type.modified_property:
            modified = modified.narrowed(bounds)
        elif bounds is not None and one.name == "hs_object_id":
            ids = ids.narrowed(bounds)
        else:
            tests.append(_tester(call.portal, call.object_type, definition, one))
    return Group(modified, ids, tuple(tests))


def _bounds(definition: Property, one: Filter) -> Bounds | None:
    """The whole numbers that a filter admits; None where it is not about order."""
    if one.operator == "BETWEEN":
        low, high = (int(sent_comparable(definition, one, value)) for value in (one.value, one.high))
        return Bounds(low, high)
    if one.operator not in {"EQ", "GT", "GTE", "LT", "LTE"} or definition.type not in {"number", "datetime"}:
        return None
    value = int(sent_comparable(definition, one, one.value))
    return {
        "EQ": Bounds(value, value),
        "GT": Bounds(value + 1, FOREVER),
        "GTE": Bounds(value, FOREVER),
        "LT": Bounds(0, value - 1),
        "LTE": Bounds(0, value),
    }[one.operator]


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
