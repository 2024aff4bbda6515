"""The paths of HubSpot's API, in both families: v1/v3/v4, and the dated 2026-09 one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
Row: TypeAlias = tuple[str, str, Handler, Needs]
"""Method, rest of the path, function, and the scopes it needs."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as one family has it. `kind`, search, token or plain, tells its limit and whether a token is due."""

    handler: Handler
    needs: Needs
    kind: str
    names_category: bool
    dated: bool


OBJECTS: tuple[Row, ...] = (
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
)
ASSOCIATIONS: tuple[Row, ...] = (
    ("POST", "/batch/read", links.read_links, scopes.reads_both),
    ("POST", "/batch/create", linking.create_links, scopes.writes_both),
    ("POST", "/batch/archive", linking.archive_links, scopes.writes_both),
    ("POST", "/batch/labels/archive", linking.archive_labels, scopes.writes_both),
    ("POST", "/batch/associate/default", linking.create_default_links, scopes.writes_both),
    ("GET", "/labels", links.list_labels, scopes.reads_both),
    ("POST", "/labels", links.create_label, scopes.writes_both),
)
LINKS: tuple[Row, ...] = (
    ("PUT", "/default/<to_type>/<to_id>", linking.put_default_link, scopes.writes_both),
    ("PUT", "/<to_type>/<to_id>", linking.put_link, scopes.writes_both),
    ("DELETE", "/<to_type>/<to_id>", linking.delete_link, scopes.writes_both),
)
# the dated family has this one no more
OLDER_LINKS: tuple[Row, ...] = (("GET", "/<to_type>", links.list_links, scopes.reads_both),)
PROPERTIES: tuple[Row, ...] = (
    ("GET", "", property_definitions.list_properties, scopes.reads_schema),
    ("POST", "", property_definitions.create_property, scopes.writes_schema),
    ("POST", "/batch/create", property_definitions.create_properties, scopes.writes_schema),
    ("POST", "/batch/read", property_definitions.read_properties, scopes.reads_schema),
    ("GET", "/groups", property_definitions.list_groups, scopes.reads_schema),
    ("POST", "/groups", property_definitions.create_group, scopes.writes_schema),
    ("GET", "/groups/<name>", property_definitions.get_group, scopes.reads_schema),
    ("GET", "/<name>", property_definitions.get_property, scopes.reads_schema),
    ("PATCH", "/<name>", property_definitions.update_property, scopes.writes_schema),
    ("DELETE", "/<name>", property_definitions.archive_property, scopes.writes_schema),
)
PIPELINES: tuple[Row, ...] = (
    ("GET", "", account.list_pipelines, scopes.reads_schema),
    ("GET", "/<pipeline_id>", account.get_pipeline, scopes.reads_schema),
    ("GET", "/<pipeline_id>/stages", account.list_stages, scopes.reads_schema),
)
OWNERS: tuple[Row, ...] = (
    ("GET", "", account.list_owners, scopes.reads_owners),
    ("GET", "/<owner_id>", account.get_owner, scopes.reads_owners),
)
ACCOUNT: tuple[Row, ...] = (
    ("GET", "/details", account.details, scopes.nothing),
    ("GET", "/api-usage/daily/private-apps", account.usage, scopes.nothing),
)
TOKENS: tuple[Row, ...] = (("POST", "/token", account.refresh_token, scopes.nothing),)

ONE, BOTH = "<object_type>", "<object_type>/<to_type>"
LINKED = "<object_type>/<record_id>/associations"


VALIDATIONS = Endpoint(
    property_definitions.list_validations, scopes.reads_schema, "plain", names_category=True, dated=True
)


def _rules() -> Iterator[Rule]:
    yield from _family(f"/crm/v3/objects/{ONE}", f"/crm/objects/{DATE}/{ONE}", OBJECTS)
    yield from _family(f"/crm/v4/associations/{BOTH}", f"/crm/associations/{DATE}/{BOTH}", ASSOCIATIONS)
    yield from _family(f"/crm/v4/objects/{LINKED}", f"/crm/objects/{DATE}/{LINKED}", LINKS)
    yield from _family(f"/crm/v4/objects/{LINKED}", None, OLDER_LINKS)
    yield from _family(f"/crm/v3/properties/{ONE}", f"/crm/properties/{DATE}/{ONE}", PROPERTIES)
    yield from _family(f"/crm/v3/pipelines/{ONE}", f"/crm/pipelines/{DATE}/{ONE}", PIPELINES)
    yield from _family("/crm/v3/owners", f"/crm/owners/{DATE}", OWNERS)
    # the older family has none
    yield Rule(f"/crm/property-validations/{DATE}/{ONE}", methods=["GET"], endpoint=VALIDATIONS)
    yield from _family("/account-info/v3", f"/account-info/{DATE}", ACCOUNT)
    yield from _family("/oauth/v1", f"/oauth/{DATE}", TOKENS)


def _family(older: str, dated: str | None, rows: Iterable[Row]) -> Iterator[Rule]:
    """The rules of one API at its older and its dated root."""
    for method, rest, handler, needs in rows:
        # recordings show a 403 of the properties API without a category
        common = handler, needs, {"/search": "search", "/token": "token"}.get(rest, "plain"), rows is not PROPERTIES
        yield Rule(older + rest, methods=[method], endpoint=Endpoint(*common, dated=False))
        if dated is not None:
            yield Rule(dated + rest, methods=[method], endpoint=Endpoint(*common, dated=True))


PATHS = Map(list(_rules()), strict_slashes=False, merge_slashes=False)
"""Leads from a method and path to its endpoint."""
