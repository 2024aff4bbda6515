"""The protocol over an organisation in memory. To add a CRM, copy this folder and let each method make its requests.

Every method that would make a request begins with `_request`, which counts it and raises what the CRM would answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from adapters.base import (
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
from adapters.calls import Calls
from adapters.errors import FatalError, LimitReachedError, SchemaError, TransientError
from adapters.memory.fields import MemoryFields
from adapters.memory.organisation import MemoryOrganisation, Row, find_organisation
from adapters.memory.permissions import judge_permissions, judge_setup, say_permission
from adapters.memory.records import read_row, write_update
from adapters.memory.schema import require_fields, restore_value
from adapters.settings import ConnectionSettings

WHOLE_KINDS = frozenset({Kind.STAGE, Kind.RATE})
OVERLAP = timedelta(minutes=5)
PAGE_SIZE = 500
BATCH_SIZE = 100
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def connect(settings: ConnectionSettings) -> MemoryCRM:
    """The organisation that bears the connection's name; `auth` holds its access_token."""
    token = settings.auth.get("access_token", "")
    organisation = find_organisation(settings.name)
    return MemoryCRM(organisation, token=token, overlap=settings.overlap, before_call=settings.before_call)


class MemoryCRM:
    """One connection to an organisation in memory; several of them may share one organisation."""

    def __init__(
        self,
        organisation: MemoryOrganisation,
        *,
        token: str | None = None,
        overlap: timedelta | None = None,
        page_size: int = PAGE_SIZE,
        before_call: Callable[[], None] = lambda: None,
    ) -> None:
        self._organisation = organisation
        self._token = organisation.token if token is None else token
        self._overlap = OVERLAP if overlap is None else overlap
        self._page_size = page_size
        self._calls = Calls(before_call)
        self._schemas: dict[Kind, Schema] = {}
        self._fields = MemoryFields(organisation, partial(self._request, "create", ("create", None)))

    def check(self) -> Organisation:
        """Log in and say who is there."""
        self._request("auth")
        return self._organisation.identity

    def permissions(self) -> Sequence[Finding]:
        """One finding per kind that we read, one per kind that we write."""
        self._request("describe")
        return judge_permissions([kind for kind in Kind if self.source(kind)], self._organisation.denied)

    def setup_permissions(self) -> Sequence[Finding]:
        """Whether the user may create fields."""
        return judge_setup(self._organisation.denied)

    def surroundings(self, specs: Sequence[FieldSpec]) -> Sequence[Finding]:  # noqa: ARG002 - the protocol's
        """Nothing: all see everything, and nothing stands between a write and its field."""
        return []

    def server_time(self) -> datetime | None:
        """It says none: its clock is moved by hand."""
        return None

    def describe(self, kind: Kind) -> Schema:
        """The fields of this kind that the running user can see."""
        if kind not in self._schemas:
            self._request("describe")
            self._schemas[kind] = self._organisation.visible(kind)
        return self._schemas[kind]

    def source(self, kind: Kind) -> Source | None:
        """How this kind is read."""
        if kind in self._organisation.absent:
            return None
        if parent := self._organisation.children.get(kind):
            return Source(Reading.CHILDREN, parent)
        if kind in WHOLE_KINDS:
            return Source(Reading.WHOLE)
        return Source(Reading.INCREMENTAL, unstamped=kind in self._organisation.unstamped)

    def pull(self, kind: Kind, fields: Sequence[str], since: Cursor | None = None) -> Iterator[Page]:
        """Pages by keyset over (modified_at, id), so that an edit meanwhile moves a record on but skips no other."""
        self._require_fields(kind, fields)
        if kind in WHOLE_KINDS:
            self._request("read", ("read", kind))
            yield Page(
                [replace(read_row(kind, row, fields), modified_at=None) for row in self._organisation.live(kind)]
            )
            return
        after = (since.modified_at - self._overlap if since else _BEGINNING, "")
        while rows := self._read_page(kind, after, deleted=since is not None):
            after = rows[-1].key()
            cursor = Cursor(*after)
            yield Page(
                [read_row(kind, row, fields) for row in rows], cursor if since is None or cursor > since else None
            )

    def children(self, kind: Kind, fields: Sequence[str], parents: Sequence[str]) -> Iterator[Page]:
        """All rows that name one of the parents, a page of parents at a time."""
        parent = self._organisation.children.get(kind)
        if parent is None:
            raise SchemaError(f"The CRM in memory does not read {kind} as children of other records")
        self._require_fields(kind, fields)
        for start in range(0, len(parents), self._page_size):
            self._request("read", ("read", kind))
            wanted = set(parents[start : start + self._page_size])
            rows = [row for row in self._organisation.live(kind) if row.fields.get(parent.value) in wanted]
            yield Page([read_row(kind, row, fields) for row in rows])

    def ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all live records."""
        self._request("read", ("read", kind))
        yield from [row.id for row in self._organisation.live(kind)]

    def count(self, kind: Kind) -> int | None:
        """How many records are live."""
        self._request("read", ("read", kind))
        return len(self._organisation.live(kind))

    def scan(self, kind: Kind, fields: Sequence[str] = ()) -> Iterator[Page]:
        """All live records in pages by id."""
        self._require_fields(kind, fields)
        after = ""
        while ids := sorted(row.id for row in self._organisation.live(kind) if row.id > after)[: self._page_size]:
            after = ids[-1]
            yield Page(list(self.read(kind, fields, ids)))

    def trace(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """What is in the bin of these."""
        self._request("read", ("read", kind))
        rows = (self._organisation.rows[kind].get(id_) for id_ in ids)
        yield from (read_row(kind, row, ()) for row in rows if row and row.archived)

    def read(self, kind: Kind, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Record]:
        """The live records of these ids."""
        self._require_fields(kind, fields)
        self._request("read", ("read", kind))
        rows = (self._organisation.rows[kind].get(id_) for id_ in ids)
        yield from (read_row(kind, row, fields) for row in rows if row and not row.archived)

    def read_value(self, spec: FieldSpec, raw: object) -> Value:
        """A stored value as it was pushed."""
        return restore_value(spec, raw)

    def field_name(self, key: str) -> str:
        """The default CRM name of the field that holds a KPI."""
        return f"playmaker_{key}"

    def running_user(self) -> str | None:
        """Nobody: all who know the token are the same."""
        return None

    def plan_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """What ensure_fields would do."""
        self._request("describe")
        return self._fields.plan(specs, ownership)

    def ensure_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """Do it."""
        self._request("describe")
        self._schemas.clear()
        return self._fields.ensure(specs, ownership)

    def package(self, specs: Sequence[FieldSpec]) -> Mapping[str, str]:  # noqa: ARG002 - the protocol's
        """Nothing is deployed here."""
        return {}

    def find_fields(self, fields: Ownership) -> Sequence[FieldKey]:
        """The recorded fields that are still there."""
        self._request("describe")
        return self._fields.find(fields)

    def remove_field(self, kind: Kind, name: str, identity: str) -> bool:
        """Delete a field and its values."""
        self._schemas.clear()
        return self._fields.remove(kind, name, identity)

    def push(self, updates: Sequence[Update], specs: Mapping[str, FieldSpec]) -> Iterator[PushResult]:
        """Write in batches; each row succeeds or is refused by itself."""
        for start in range(0, len(updates), BATCH_SIZE):
            batch = updates[start : start + BATCH_SIZE]
            for kind in {update.kind: None for update in batch}:
                self._request("write", ("write", kind))
            yield from self._organisation.answer([write_update(self._organisation, update, specs) for update in batch])

    def limits(self) -> Limits:
        """Daily allowance and calls so far."""
        organisation = self._organisation
        used = None if organisation.daily_limit is None else organisation.daily_used
        return Limits(organisation.daily_limit, used, self._calls.totals())

    def close(self) -> None:
        """Nothing to give back."""

    def _request(self, call: str, needs: tuple[str, Kind | None] | None = None) -> None:
        """One request: counted, and answered with an error where the organisation has one for it."""
        organisation = self._organisation
        self._calls.count(call)
        if not organisation.reachable:
            raise TransientError("The CRM in memory is not reachable; try again later", code="UNREACHABLE")
        if outage := organisation.outages.popleft() if organisation.outages else None:
            raise outage
        if self._token != organisation.token:
            raise FatalError("The CRM in memory refuses the access token; check auth.access_token", code="UNAUTHORISED")
        if organisation.daily_limit is not None and organisation.daily_used >= organisation.daily_limit:
            raise LimitReachedError("The daily limit of the CRM in memory is spent", code="DAILY_LIMIT")
        organisation.daily_used += 1
        if needs in organisation.denied:
            raise FatalError(f"The user may not {say_permission(needs)}; grant the permission", code="FORBIDDEN")

    def _require_fields(self, kind: Kind, fields: Sequence[str]) -> None:
        require_fields(kind, self.describe(kind), fields)

    def _read_page(self, kind: Kind, after: tuple[datetime, str], *, deleted: bool) -> list[Row]:
        self._request("read", ("read", kind))
        return self._organisation.next_rows(kind, after, self._page_size, deleted=deleted)
