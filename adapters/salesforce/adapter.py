"""Salesforce behind the CRM protocol: puts the parts together and says which answers which question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

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
    Reading,
    Record,
    Schema,
    Source,
    Update,
    Value,
)
from adapters.errors import SchemaError
from adapters.salesforce.census import count_rows, trace_rows
from adapters.salesforce.describe import Describes, read_schema
from adapters.salesforce.fields import FieldMaker
from adapters.salesforce.findings import find_permissions, find_setup_permissions
from adapters.salesforce.objects import INDISPENSABLE, OBJECTS, name_field, read_how
from adapters.salesforce.organisation import identify_user, read_organisation
from adapters.salesforce.package import write_package
from adapters.salesforce.permissions import PermissionSets
from adapters.salesforce.pulling import OVERLAP, Puller, make_record
from adapters.salesforce.push import Pusher
from adapters.salesforce.rates import describe_rates, pull_rates
from adapters.salesforce.surroundings import find_surroundings
from adapters.salesforce.values import decode
from adapters.salesforce.wire import Wire
from adapters.settings import ConnectionSettings


def connect(settings: ConnectionSettings) -> CRM:
    """The adapter of one organisation. No request is made yet; FatalError when the settings cannot be right."""
    return SalesforceCRM(settings)


class SalesforceCRM:
    """One Salesforce organisation. See adapters.base.CRM for what each method promises."""

    def __init__(self, settings: ConnectionSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        """`sleep`: how to wait between attempts."""
        self._wire = Wire(settings, sleep)
        self._describes = Describes(self._wire)
        self._puller = Puller(self._wire, self._describes, OVERLAP if settings.overlap is None else settings.overlap)
        self._pusher = Pusher(self._wire, self._describes)
        self._fields = FieldMaker(self._wire, self._describes, PermissionSets(self._wire), self._get_organisation)
        self._organisation: Organisation | None = None

    def check(self) -> Organisation:
        """Log in and say who is there."""
        self._organisation = read_organisation(self._wire, self._describes)
        return self._organisation

    def permissions(self) -> Sequence[Finding]:
        """What the running user may do with each object."""
        return list(find_permissions(self._wire, self._describes))

    def setup_permissions(self) -> Sequence[Finding]:
        """Whether the running user may create fields and permission sets."""
        return list(find_setup_permissions(self._wire))

    def surroundings(self, specs: Sequence[FieldSpec]) -> Sequence[Finding]:
        """What sharing keeps from the running user, who may read our fields, and what the company's own rules do."""
        return list(find_surroundings(self._wire, specs))

    def server_time(self) -> datetime | None:
        """The Date of the last answer."""
        return self._wire.server_time

    def describe(self, kind: Kind) -> Schema:
        """The fields of a kind; none where the organisation does not have it."""
        if self.source(kind) is None:
            return {}
        if kind is Kind.RATE:
            return describe_rates(self._describes)
        return read_schema(self._describes.require(OBJECTS[kind]))

    def source(self, kind: Kind) -> Source | None:
        """How a kind is read. FatalError when one that every organisation has is not to be seen."""
        if kind in INDISPENSABLE:
            self._describes.require(OBJECTS[kind])
        return read_how(kind) if kind in OBJECTS and self._describes.find(OBJECTS[kind]) else None

    def pull(self, kind: Kind, fields: Sequence[str], since: Cursor | None = None) -> Iterator[Page]:
        """The records of a kind."""
        if kind is Kind.RATE:
            return pull_rates(self._puller, fields)
        if read_how(kind).reading is Reading.WHOLE:
            return self._puller.pull_whole(kind, fields)
        return self._puller.pull_changed(kind, fields, since)

    def children(self, kind: Kind, fields: Sequence[str], parents: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002 - the protocol's
        """Nothing is read this way here: dependent rows have a SystemModstamp of their own."""
        raise SchemaError(f"Salesforce reads {kind} by its own changes, not as children of other records")

    def ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all records of a kind that are not deleted."""
        return self._puller.list_ids(kind)

    def count(self, kind: Kind) -> int | None:
        """How many records of a kind are not deleted."""
        return count_rows(self._wire, OBJECTS[kind])

    def scan(self, kind: Kind, fields: Sequence[str] = ()) -> Iterator[Page]:
        """All records of a kind that are not deleted, by id."""
        return self._puller.scan(kind, fields)

    def trace(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """Records in the recycle bin, with the master of those that were merged."""
        described = self._describes.require(OBJECTS[kind])
        return (make_record(kind, row, ()) for row in trace_rows(self._wire, described, ids))

    def read(self, kind: Kind, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Record]:
        """The live records of these ids."""
        return self._puller.read(kind, fields, ids)

    def read_value(self, spec: FieldSpec, raw: object) -> Value:
        """A field's JSON value as ours."""
        return decode(raw, self._describes.require(OBJECTS[spec.kind]).fields.get(spec.name, {}), spec)

    def field_name(self, key: str) -> str:
        """The API name of the field that holds a KPI."""
        return name_field(key)

    def running_user(self) -> str | None:
        """The running user's id."""
        return identify_user(self._wire)

    def plan_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """What ensure_fields would do."""
        return self._fields.plan(specs, ownership)

    def ensure_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """Create the missing fields, with the permission sets that show them; bring ours to their label and help."""
        return self._fields.make(specs, ownership)

    def package(self, specs: Sequence[FieldSpec]) -> Mapping[str, str]:
        """An SFDX project."""
        return write_package(specs, self._get_organisation(), self._wire.version)

    def find_fields(self, fields: Ownership) -> Sequence[FieldKey]:
        """The recorded fields that are still there."""
        return self._fields.find(fields)

    def remove_field(self, kind: Kind, name: str, identity: str) -> bool:
        """Delete a field with its values."""
        return self._fields.remove(kind, name, identity)

    def push(self, updates: Sequence[Update], specs: Mapping[str, FieldSpec]) -> Iterator[PushResult]:
        """Write fields of ours."""
        return self._pusher.push(updates, specs)

    def limits(self) -> Limits:
        """The daily allowance as last told, and the calls so far."""
        return self._wire.limits()

    def close(self) -> None:
        """Give back the connections."""
        self._wire.close()

    def _get_organisation(self) -> Organisation:
        return self._organisation or self.check()
