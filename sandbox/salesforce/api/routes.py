"""Which resource answers which path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from werkzeug import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from sandbox.salesforce.api import query, record_collections, records, tooling
from sandbox.salesforce.api.call import Call, answer
from sandbox.salesforce.api.oauth import identify
from sandbox.salesforce.schema.errors import ApiError, not_found

Endpoint: TypeAlias = "Callable[..., Response]"
OLDEST_VERSION, NEWEST_VERSION = 31, 68
"""API versions: 21 to 30 are retired and answer 410 (REST API guide, "API End-of-Life Policy")."""


def list_resources(call: Call) -> Response:
    """The resources of an API version."""
    names = ("composite", "limits", "query", "queryAll", "sobjects", "tooling")
    identity = str(identify(call.request, call.org, call.user)["id"])
    return answer({name: f"{call.root}/{name}" for name in names} | {"identity": identity})


def show_limits(call: Call) -> Response:
    """What is left of the org's allowances."""
    return answer(call.usage.describe())


def count_records(call: Call) -> Response:
    """How many records each object asked for has, whoever may see them."""
    asked = [name.strip() for name in call.request.args.get("sObjects", "").split(",") if name.strip()]
    known = call.org.tables
    names = [name for name in asked or sorted(known) if name in known]
    return answer({"sObjects": [{"count": len(list(known[name].live())), "name": name} for name in names]})


RESOURCES: Mapping[str, Mapping[str, Endpoint]] = {
    "/": {"GET": list_resources},
    "/limits": {"GET": show_limits},
    "/limits/recordCount": {"GET": count_records},
    "/query": {"GET": query.query},
    "/queryAll": {"GET": query.query_all},
    "/query/<locator>": {"GET": query.query_more},
    "/queryAll/<locator>": {"GET": query.query_more},
    "/sobjects": {"GET": records.list_objects},
    "/sobjects/<name>": {"GET": records.show_object, "POST": records.create_record},
    "/sobjects/<name>/describe": {"GET": records.describe_object},
    "/sobjects/<name>/<record>": {
        "GET": records.show_record,
        "PATCH": records.update_record,
        "DELETE": records.delete_record,
    },
    "/composite/sobjects": {
        "POST": record_collections.create_records,
        "PATCH": record_collections.update_records,
        "DELETE": record_collections.delete_records,
    },
    "/tooling/query": {"GET": query.tooling_query},
    "/tooling/query/<locator>": {"GET": query.query_more},
    "/tooling/sobjects/CustomField": {"POST": tooling.create_custom_field},
    "/tooling/sobjects/CustomField/<record>": {
        "GET": tooling.show_custom_field,
        "PATCH": tooling.update_custom_field,
        "DELETE": tooling.delete_custom_field,
    },
}
"""By path below an API version's root, and method."""
ROUTES = Map(
    [
        Rule(path, methods=[method], endpoint=endpoint)
        for path, endpoints in RESOURCES.items()
        for method, endpoint in endpoints.items()
    ],
    strict_slashes=False,
    merge_slashes=False,
)


def find_endpoint(request: Request, path: str) -> tuple[Endpoint, Mapping[str, str]]:
    """What answers a path below an API version's root, and the path's parts. Raises NOT_FOUND or METHOD_NOT_ALLOWED."""
    try:
        return ROUTES.bind("").match(path or "/", request.method)
    except NotFound as error:
        raise not_found() from error
    except MethodNotAllowed as error:
        allowed = ",".join(sorted(set(error.valid_methods or ()) - {"OPTIONS"}))
        message = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
        raise ApiError("METHOD_NOT_ALLOWED", message, status=405) from error


def list_versions() -> list[dict[str, str]]:
    """The answer of /services/data, which asks for no token."""
    versions = range(OLDEST_VERSION, NEWEST_VERSION + 1)
    return [{"label": f"v{n}", "url": f"/services/data/v{n}.0", "version": f"{n}.0"} for n in versions]


def check_version(name: str) -> None:
    """Refuse a path whose version is retired (410) or not known (404)."""
    figures = name.removeprefix("v").removesuffix(".0")
    if not figures.isdecimal() or name != f"v{int(figures)}.0" or int(figures) > NEWEST_VERSION:
        raise not_found()
    if int(figures) < OLDEST_VERSION:
        message = f"The requested API version {figures}.0 is retired."
        raise ApiError("UNSUPPORTED_API_VERSION", message, status=410)
