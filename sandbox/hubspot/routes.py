"""The paths of HubSpot's API, in both families: v1/v3/v4, and the dated 2026-09 one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from werkzeug import Response
from werkzeug.routing import Map, Rule

from sandbox.hubspot.access import scopes
from sandbox.hubspot.endpoints import account, batches, linking, links, property_definitions, reading, search, writing
from sandbox.hubspot.endpoints.call import Call

DATE = "2026-09"
Handler: TypeAlias = Callable[[Call], Response]
Needs: TypeAlias = Callable[[Mapping[str, str]], list[scopes.Need]]


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: its paths in the two families (empty where a family lacks it) and who may use it."""

    method: str
    older: str
    dated: str
    handler: Handler
    needs: Needs


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route as one family has it. `kind` is search, token or plain: what limits and token it needs."""

    handler: Handler
    needs: Needs
    dated: bool
    kind: str
    names_category: bool


def _rules() -> Iterator[Rule]:
    for route in (*_objects(), *_associations(), *_links(), *_properties(), *_account()):
        for path, dated in ((route.older, False), (route.dated, True)):
            if path:
                yield Rule(path, methods=[route.method], endpoint=_endpoint(route, dated=dated))


def _endpoint(route: Route, *, dated: bool) -> Endpoint:
    kind = "search" if route.older.endswith("/search") else "token" if route.older.endswith("/token") else "plain"
    # recordings show a 403 of the properties API without a category
    return Endpoint(route.handler, route.needs, dated, kind, "/properties/" not in route.older)


def _objects() -> Iterator[Route]:
    rows: list[tuple[str, str, Handler, Needs]] = [
        ("GET", "", reading.list_records, scopes.reads),
        ("POST", "", writing.create_record, scopes.writes),
        ("POST", "/batch/read", reading.read_batch, scopes.reads),
        ("POST", "/batch/create", batches.create_batch, scopes.writes),
        ("POST", "/batch/update", batches.update_batch, scopes.writes),
        ("POST", "/batch/archive", batches.archive_batch, scopes.writes),
        ("POST", "/search", search.search, scopes.reads),
        ("POST", "/merge", writing.merge_records, scopes.writes),
        ("POST", "/gdpr-delete", writing.forget_record, scopes.writes),
        ("GET", "/<record_id>", reading.get_record, scopes.reads),
        ("PATCH", "/<record_id>", writing.update_record, scopes.writes),
        ("DELETE", "/<record_id>", writing.archive_record, scopes.writes),
    ]
    for method, rest, handler, needs in rows:
        older, dated = f"/crm/v3/objects/<object_type>{rest}", f"/crm/objects/{DATE}/<object_type>{rest}"
        yield Route(method, older, dated, handler, needs)


def _associations() -> Iterator[Route]:
    rows: list[tuple[str, str, Handler, Needs]] = [
        ("POST", "/batch/read", links.read_links, scopes.reads_both),
        ("POST", "/batch/create", linking.create_links, scopes.writes_both),
        ("POST", "/batch/archive", linking.archive_links, scopes.writes_both),
        ("POST", "/batch/labels/archive", linking.archive_labels, scopes.writes_both),
        ("POST", "/batch/associate/default", linking.create_default_links, scopes.writes_both),
        ("GET", "/labels", links.list_labels, scopes.reads_both),
        ("POST", "/labels", links.create_label, scopes.writes_both),
    ]
    for method, rest, handler, needs in rows:
        ends = f"<object_type>/<to_type>{rest}"
        yield Route(method, f"/crm/v4/associations/{ends}", f"/crm/associations/{DATE}/{ends}", handler, needs)


def _links() -> Iterator[Route]:
    one = "<object_type>/<record_id>/associations/<to_type>"
    default = "<object_type>/<record_id>/associations/default/<to_type>/<to_id>"
    older, dated = "/crm/v4/objects/", f"/crm/objects/{DATE}/"
    # the dated family has no GET here any more
    yield Route("GET", older + one, "", links.list_links, scopes.reads_both)
    yield Route("PUT", older + default, dated + default, linking.put_default_link, scopes.writes_both)
    yield Route("PUT", f"{older}{one}/<to_id>", f"{dated}{one}/<to_id>", linking.put_link, scopes.writes_both)
    yield Route("DELETE", f"{older}{one}/<to_id>", f"{dated}{one}/<to_id>", linking.delete_link, scopes.writes_both)


def _properties() -> Iterator[Route]:
    api = property_definitions
    rows: list[tuple[str, str, Handler, Needs]] = [
        ("GET", "", api.list_properties, scopes.reads_schema),
        ("POST", "", api.create_property, scopes.writes_schema),
        ("POST", "/batch/create", api.create_properties, scopes.writes_schema),
        ("POST", "/batch/read", api.read_properties, scopes.reads_schema),
        ("GET", "/groups", api.list_groups, scopes.reads_schema),
        ("POST", "/groups", api.create_group, scopes.writes_schema),
        ("GET", "/groups/<name>", api.get_group, scopes.reads_schema),
        ("GET", "/<name>", api.get_property, scopes.reads_schema),
        ("PATCH", "/<name>", api.update_property, scopes.writes_schema),
        ("DELETE", "/<name>", api.archive_property, scopes.writes_schema),
    ]
    for method, rest, handler, needs in rows:
        older, dated = f"/crm/v3/properties/<object_type>{rest}", f"/crm/properties/{DATE}/<object_type>{rest}"
        yield Route(method, older, dated, handler, needs)


def _account() -> Iterator[Route]:
    usage = "api-usage/daily/private-apps"
    yield Route("GET", "/account-info/v3/details", f"/account-info/{DATE}/details", account.details, scopes.nothing)
    yield Route("GET", f"/account-info/v3/{usage}", f"/account-info/{DATE}/{usage}", account.usage, scopes.nothing)
    yield Route("POST", "/oauth/v1/token", f"/oauth/{DATE}/token", account.refresh_token, scopes.nothing)
    yield Route("GET", "/crm/v3/owners", f"/crm/owners/{DATE}", account.list_owners, scopes.reads_owners)
    one = "<owner_id>"
    yield Route("GET", f"/crm/v3/owners/{one}", f"/crm/owners/{DATE}/{one}", account.get_owner, scopes.reads_owners)
    pipelines: list[tuple[str, Handler]] = [
        ("", account.list_pipelines),
        ("/<pipeline_id>", account.get_pipeline),
        ("/<pipeline_id>/stages", account.list_stages),
    ]
    for rest, handler in pipelines:
        older, dated = f"/crm/v3/pipelines/<object_type>{rest}", f"/crm/pipelines/{DATE}/<object_type>{rest}"
        yield Route("GET", older, dated, handler, scopes.reads_schema)


PATHS = Map(list(_rules()), strict_slashes=False, merge_slashes=False)
"""Leads from a method and path to its endpoint."""
