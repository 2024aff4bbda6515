"""HubSpot as the CRM protocol has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from tenacity import Retrying

from adapters.base import (
    CRM,
    NOTHING_KNOWN,
    Cursor,
    FieldChange,
    FieldKey,
    FieldSpec,
    Finding,
    Kind,
    Limits,
    Organisation,
    Ownership,
    Page,
    PushResult,
    Record,
    Schema,
    Source,
    Update,
    Value,
)
from adapters.errors import SchemaError
from adapters.hubspot import associations, history
from adapters.hubspot.account import read_organisation
from adapters.hubspot.answers import list_pages, read_id
from adapters.hubspot.census import count_records, trace_merges
from adapters.hubspot.changes import Changes
from adapters.hubspot.fields import Fields
from adapters.hubspot.objects import LINKS, OBJECTS, OPTIONAL, SOURCES, LinkType, ObjectType
from adapters.hubspot.people import pull_owners
from adapters.hubspot.permissions import find_permissions, find_rules, find_setup_permissions
from adapters.hubspot.push import Pusher
from adapters.hubspot.reading import HISTORY_BATCH, in_batches, read_histories
from adapters.hubspot.schema import Schemas
from adapters.hubspot.stages import pull_stages
from adapters.hubspot.values import from_wire
from adapters.hubspot.wire import Wire
from adapters.settings import ConnectionSettings

OVERLAP = timedelta(minutes=10)
"""Longer than HubSpot's search index lags behind: moments as a rule, minutes at times."""


def connect(settings: ConnectionSettings) -> CRM:
    """The adapter for these settings; makes no request. Raises SchemaError or FatalError for unusable settings."""
    return HubSpot(settings)


class HubSpot:
    """One HubSpot portal. `policy`: how calls are retried, None for the usual way."""

    def __init__(self, settings: ConnectionSettings, policy: Retrying | None = None) -> None:
        self._wire = Wire(settings, policy)
        self._schemas = Schemas(self._wire)
        self._fields = Fields(self._wire, self._schemas)
        self._overlap = OVERLAP if settings.overlap is None else settings.overlap

    def check(self) -> Organisation:
        """Log in and say which portal it is."""
        return read_organisation(self._wire)

    def permissions(self) -> Sequence[Finding]:
        """What the token may read and write."""
        return list(find_permissions(self._wire))

    def setup_permissions(self) -> Sequence[Finding]:
        """Whether the token may create properties."""
        return list(find_setup_permissions(self._wire))

    def surroundings(self, specs: Sequence[FieldSpec]) -> Sequence[Finding]:  # noqa: ARG002 - the protocol's
        """The company's validation rules; a token sees every record, and reps see every property."""
        return list(find_rules(self._wire))

    def server_time(self) -> datetime | None:
        """The Date of the last answer."""
        return self._wire.server_time

    def describe(self, kind: Kind) -> Schema:
        """The properties of this kind and the fields that are made beside them."""
        return self._schemas.of(kind)

    def source(self, kind: Kind) -> Source | None:
        """How this kind is read; None for exchange rates, and for what this portal or token does not have."""
        if kind in OPTIONAL and not self._schemas.of(kind):
            return None
        return SOURCES.get(kind)

    def pull(self, kind: Kind, fields: Sequence[str], since: Cursor | None = None) -> Iterator[Page]:
        """What changed since; owners and stages always whole."""
        self._schemas.check(kind, fields)
        match kind:
            case Kind.USER:
                yield from pull_owners(self._wire, fields)
            case Kind.STAGE:
                yield from pull_stages(self._wire, fields)
            case _ if kind in OBJECTS:
                yield from self._changes(kind, "pull", fields).pages(since)
            case _:
                raise self._unreadable(kind, "pull")

    def children(self, kind: Kind, fields: Sequence[str], parents: Sequence[str]) -> Iterator[Page]:
        """The links or changes of these parents; all rows of a parent stand in one page."""
        self._schemas.check(kind, fields)
        if kind in LINKS:
            yield from self._links(LINKS[kind], fields, parents)
        elif kind is Kind.DEAL_HISTORY:
            yield from self._histories(fields, parents)
        else:
            raise self._unreadable(kind, "children")

    def ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all live records."""
        path = self._wire.paths.listing(self._object(kind, "ids").name)
        for rows in list_pages(self._wire, path, "read", [("limit", "100"), ("properties", "hs_object_id")]):
            yield from (read_id(self._wire, path, row) for row in rows)

    def count(self, kind: Kind) -> int | None:
        """How many live records the search knows of."""
        return count_records(self._wire, self._object(kind, "count"))

    def scan(self, kind: Kind, fields: Sequence[str] = ()) -> Iterator[Page]:
        """All live records, from the list."""
        self._schemas.check(kind, fields)
        for records in self._changes(kind, "list", fields).list_all():
            yield Page(records)

    def trace(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """Where merged records went; HubSpot tells nothing of deleted ones by their ids."""
        return trace_merges(self._wire, self._object(kind, "id"), ids)

    def read(self, kind: Kind, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Record]:
        """The live records of these ids."""
        self._schemas.check(kind, fields)
        return self._changes(kind, "id", fields).read(ids)

    def read_value(self, spec: FieldSpec, raw: object) -> Value:
        """A property's text as our value."""
        return from_wire(raw, spec)

    def field_name(self, key: str) -> str:
        """The property that holds a KPI."""
        return f"playmaker_{key}"

    def running_user(self) -> str | None:
        """Nobody: a token has its scopes by itself."""
        return None

    def plan_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """What ensure_fields would do with each property."""
        return self._fields.plan(specs, ownership)

    def ensure_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """Create the missing properties in their group, and bring ours to their label and description."""
        organisation = self.check() if self._wire.paths.display_hints else None
        return self._fields.ensure(specs, organisation, ownership)

    def package(self, specs: Sequence[FieldSpec]) -> Mapping[str, str]:  # noqa: ARG002 - the protocol's
        """HubSpot deploys no properties."""
        return {}

    def find_fields(self, fields: Ownership) -> Sequence[FieldKey]:
        """The recorded properties that are still there."""
        return self._fields.find(fields)

    def remove_field(self, kind: Kind, name: str, identity: str) -> bool:
        """Archive a property with its values."""
        return self._fields.remove(kind, name, identity)

    def push(self, updates: Sequence[Update], specs: Mapping[str, FieldSpec]) -> Iterator[PushResult]:
        """Write our properties, 100 records at a time."""
        return Pusher(self._wire, self._schemas, specs).push(updates)

    def limits(self) -> Limits:
        """The daily allowance as last told, and the calls made."""
        return self._wire.limits()

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def _changes(self, kind: Kind, how: str, fields: Sequence[str]) -> Changes:
        verify = partial(self._schemas.verify, kind)
        return Changes(self._wire, self._object(kind, how), fields, self._overlap, verify)

    def _links(self, link_type: LinkType, fields: Sequence[str], parents: Sequence[str]) -> Iterator[Page]:
        for batch in in_batches(parents, associations.BATCH):
            links = associations.read_links(self._wire, link_type.source, link_type.target, batch)
            pairs = [(parent, link) for parent in batch for link in links.get(parent, ())]
            yield Page([associations.to_record(link_type, parent, link, fields) for parent, link in pairs])

    def _histories(self, fields: Sequence[str], parents: Sequence[str]) -> Iterator[Page]:
        properties = [name for name in fields if not name.startswith("@")]
        deals = OBJECTS[Kind.DEAL].name
        for batch in in_batches(parents, HISTORY_BATCH):
            rows = read_histories(self._wire, deals, batch, properties)
            yield Page([record for deal, row in rows.items() for record in history.to_records(deal, row, fields)])

    def _object(self, kind: Kind, how: str) -> ObjectType:
        if kind not in OBJECTS:
            raise self._unreadable(kind, how)
        return OBJECTS[kind]

    def _unreadable(self, kind: Kind, how: str) -> SchemaError:
        return SchemaError(f"{self._wire.connection}: HubSpot has no {kind.value} records to read by {how}.")
