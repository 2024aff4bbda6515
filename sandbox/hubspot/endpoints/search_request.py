"""The body of a search, checked against HubSpot's documented bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.hubspot.answers.errors import invalid
from sandbox.hubspot.endpoints.call import Call, as_list, as_names, as_number, as_object, checked_limit

LONGEST_BODY = 3_000
PAGE = 200
MOST_GROUPS, MOST_IN_GROUP, MOST_FILTERS = 5, 6, 18
KNOWN_KEYS = {"filterGroups", "filters", "sorts", "properties", "limit", "after", "query"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; `values` is for IN and NOT_IN, `high` for BETWEEN."""

    name: str
    operator: str
    value: str | None
    high: str | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Groups of filters (any group, all its filters), at most one sort, a window."""

    groups: tuple[tuple[Filter, ...], ...]
    sort: str
    descending: bool
    properties: tuple[str, ...]
    limit: int
    after: int


def parse_search(call: Call) -> SearchRequest:
    """The search asked for. Raises ApiError (400) beyond any bound, and for what this sandbox cannot answer."""
    if len(call.request.get_data(as_text=True)) > LONGEST_BODY:
        raise invalid(f"The search request body is longer than {LONGEST_BODY} characters.")
    body = call.body()
    if body.get("query") or not body.keys() <= KNOWN_KEYS:
        raise invalid(f"This sandbox searches by {', '.join(sorted(KNOWN_KEYS - {'query'}))} only.")
    sort, descending = _sort(as_list(body.get("sorts"), "sorts"))
    request = SearchRequest(
        groups=_groups(body),
        sort=sort,
        descending=descending,
        properties=tuple(as_names(body.get("properties"), "properties")),
        limit=checked_limit(body.get("limit", 10), PAGE),
        after=as_number(body.get("after") or 0, "after"),
    )
    _check_ceiling(request, call.portal.settings.search_ceiling)
    return request


def _check_ceiling(request: SearchRequest, ceiling: int) -> None:
    if request.after + request.limit > ceiling:
        raise invalid(f"A search returns at most {ceiling} results; after + limit goes beyond that.")


def _groups(body: Mapping[str, object]) -> tuple[tuple[Filter, ...], ...]:
    sent = [as_object(group, "a filter group") for group in as_list(body.get("filterGroups"), "filterGroups")]
    if body.get("filters"):
        sent.append({"filters": body["filters"]})
    groups = tuple(_filters(group) for group in sent)
    if len(groups) > MOST_GROUPS or any(len(group) > MOST_IN_GROUP for group in groups):
        raise invalid(f"A search takes at most {MOST_GROUPS} filterGroups of at most {MOST_IN_GROUP} filters.")
    if sum(map(len, groups)) > MOST_FILTERS:
        raise invalid(f"A search takes at most {MOST_FILTERS} filters in all.")
    return groups


def _filters(group: Mapping[str, object]) -> tuple[Filter, ...]:
    sent = [as_object(one, "a filter") for one in as_list(group.get("filters"), "filters")]
    return tuple(
        Filter(
            name=str(one.get("propertyName", "")),
            operator=str(one.get("operator", "")),
            value=_text(one.get("value")),
            high=_text(one.get("highValue")),
            values=tuple(as_names(one.get("values"), "values")),
        )
        for one in sent
    )


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _sort(sorts: list[object]) -> tuple[str, bool]:
    """The property to sort by (ids ascending unless told otherwise) and whether downwards."""
    if len(sorts) > 1:
        raise invalid("A search takes at most one sort.")
    if not sorts:
        return "hs_object_id", False
    if isinstance(sorts[0], str):
        return sorts[0].removeprefix("-"), sorts[0].startswith("-")
    sort = as_object(sorts[0], "a sort")
    return str(sort.get("propertyName", "")), sort.get("direction") == "DESCENDING"
