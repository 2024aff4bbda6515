"""The CRM protocol: what every adapter offers, and the envelopes that cross its border.

Names inside `Record.fields`, `Update.values` and `Schema` are the CRM's own field names; what they mean to us is the
business of mappings/. Times are aware UTC, numbers exact (`Decimal`, `int` or text), never floats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Value: TypeAlias = str | int | bool | Decimal | date | datetime | None
"""What a CRM field can be set to."""


class Kind(StrEnum):
    """The kinds of record, in the order in which a run pulls them (parents first)."""

    USER = "user"
    STAGE = "stage"
    PRODUCT = "product"
    RATE = "rate"
    ACCOUNT = "account"
    CONTACT = "contact"
    ACCOUNT_CONTACT = "account_contact"
    DEAL = "deal"
    DEAL_CONTACT = "deal_contact"
    LINE_ITEM = "line_item"
    DEAL_HISTORY = "deal_history"
    NPS_ANSWER = "nps_answer"


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the CRM gives it.

    `modified_at` is None where the CRM keeps no such time. `archived`: deleted in the CRM. `merged_into`: the id
    of the record that took this one's place (then `archived` is true).
    """

    kind: Kind
    id: str
    modified_at: datetime | None
    fields: Mapping[str, object]
    archived: bool = False
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far a kind was read: the greatest (modified_at, id) seen, in the CRM's own clock, never ours."""

    modified_at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Records to commit together with `cursor` (None: this kind has no cursor, or nothing new was seen)."""

    records: Sequence[Record]
    cursor: Cursor | None = None


class Reading(StrEnum):
    """How a kind is read, hence what its absence from an answer means."""

    INCREMENTAL = "incremental"  # pull(since) gives what changed; deletes arrive as archived records
    WHOLE = "whole"  # pull() always gives all rows; a complete pass may infer deletes
    CHILDREN = "children"  # children(parents) gives all rows of those parents


@dataclass(frozen=True, slots=True)
class Source:
    """How the adapter reads a kind. `parent`: for children, the kind whose pages bring them along.

    `unstamped`: parts of an incremental kind's records can change without their modification time (associations,
    formulas), so that only reading all of it again finds every change.
    """

    reading: Reading
    parent: Kind | None = None
    unstamped: bool = False


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as the CRM describes it to the running user.

    `type` is the CRM's word; `options` maps a picklist's values to its labels; `several`: many options at once;
    `length` in characters, `precision` in digits before and after the point, `scale` in decimals, each where known.
    `identity`: tells this field from a later one of the same name; `marked`: it bears the mark of those that we make;
    both where the description says so.
    """

    name: str
    label: str
    type: str
    writable: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    help: str = ""
    identity: str = ""
    marked: bool = False


Schema: TypeAlias = "Mapping[str, FieldInfo]"
"""The fields of one kind by name; a field that the running user cannot see is absent."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whom we are connected to. `currency`: its home (corporate) currency, None where the CRM does not say."""

    id: str
    name: str
    currency: str | None
    multi_currency: bool
    time_zone: str | None = None


class FieldType(StrEnum):
    """The types of our fields, named for what the value means; each adapter knows how its CRM stores them."""

    COUNT = "count"  # whole number
    NUMBER = "number"  # decimals
    FRACTION = "fraction"  # 0.625; HubSpot keeps 0.625, Salesforce shows 62.50
    MONEY = "money"  # in the currency named by FieldSpec.currency
    DATE = "date"
    MOMENT = "moment"  # an instant
    TEXT = "text"  # at most 255 characters
    YES_NO = "yes_no"  # can be empty
    CHOICE = "choice"  # one of FieldSpec.options, can be empty


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of ours that should exist in the CRM. `scale`: decimals of the neutral value.

    `label` is at most 40 characters. `currency`: ISO code of a money field. `answers`: what reps read for yes and no.
    `options`: of a choice, each value with what reps read for it. `by_reps`: reps fill it, and we never write it.
    """

    kind: Kind
    key: str
    name: str
    label: str
    help: str
    type: FieldType
    scale: int = 0
    currency: str | None = None
    answers: tuple[str, str] = ("Yes", "No")
    options: tuple[tuple[str, str], ...] = ()
    by_reps: bool = False


class FieldAction(StrEnum):
    """What `fields plan` would do, and `fields apply` does, with one field."""

    CREATE = "create"
    GRANT = "grant"  # it exists, but its permissions do not
    KEEP = "keep"
    DIFFERS = "differs"  # ours, with another label, help text or other options than we would give it today
    FOREIGN = "foreign"  # it serves, but we did not make it: left as it is until somebody adopts it
    CONFLICT = "conflict"  # a field of that name exists with another type; never touched


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of a field plan; `detail` says for people what is (or will be) done and why.

    `mends`: it is ours, and ensure_fields gives it our label, help text and answers; options that people edited stay.
    `identity`, `marked`: see FieldInfo.
    """

    spec: FieldSpec
    action: FieldAction
    detail: str = ""
    mends: bool = False
    identity: str = ""
    marked: bool = False


FieldKey: TypeAlias = "tuple[Kind, str]"
"""A field by the kind of record that has it and by its name in the CRM."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the caller knows of fields that are there: `recorded` are ours, each with its identity when it became so.

    `user`: who is to write them, by the CRM's id; None: the running user.
    """

    recorded: Mapping[FieldKey, str] = field(default_factory=dict)
    user: str | None = None

    def covers(self, kind: Kind, name: str, identity: str) -> bool:
        """Whether this very field is recorded, and not a later one of the same name."""
        return bool(identity) and self.recorded.get((kind, name)) == identity


NOTHING_KNOWN = Ownership()


@dataclass(frozen=True, slots=True)
class Update:
    """New values of one record's fields, by the CRM's field names; None clears the field."""

    kind: Kind
    id: str
    values: Mapping[str, Value]


class Outcome(StrEnum):
    """What became of one update."""

    WRITTEN = "written"
    REFUSED = "refused"
    GONE = "gone"  # deleted or merged away since we read it


@dataclass(frozen=True, slots=True)
class PushResult:
    """The answer for one update, in the order of the updates. `code`, `message`: the CRM's own words when refused."""

    id: str
    outcome: Outcome
    code: str = ""
    message: str = ""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The daily API allowance as the CRM last told it (None: it did not say), and this object's own calls.

    `calls` counts every HTTP request by kind (read, search, write, describe, auth, …), retries and tokens included.
    """

    daily_limit: int | None
    daily_used: int | None
    calls: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `check`: `level` is ok, note, warning or failing; `mend` says what to do about it."""

    level: str
    subject: str
    message: str
    mend: str = ""


class CRM(Protocol):
    """One connection to one CRM organisation. All methods raise the errors of errors.py and nothing else.

    Not safe for use by several threads at once: one connection, one run.
    """

    def check(self) -> Organisation:
        """Log in and say who is there. Raises FatalError when the credentials are refused."""
        ...

    def permissions(self) -> Sequence[Finding]:
        """What the running user may and may not do with the kinds that runs read and write, each as one finding."""
        ...

    def setup_permissions(self) -> Sequence[Finding]:
        """The same for what creating fields needs; a lack is a warning, since runs create none."""
        ...

    def surroundings(self, specs: Sequence[FieldSpec]) -> Sequence[Finding]:
        """What else the CRM tells an admin of the records that we read and write.

        How many of them it keeps from the running user, whether reps see our fields, and which rules and automations
        of the company's own each write meets.
        """
        ...

    def server_time(self) -> datetime | None:
        """The instant of the CRM's last answer by its own clock; None before the first, and where it says none."""
        ...

    def describe(self, kind: Kind) -> Schema:
        """The fields of this kind that the running user can see, from the CRM (cached for this object's life)."""
        ...

    def source(self, kind: Kind) -> Source | None:
        """How this kind is read; None when the organisation does not have it."""
        ...

    def pull(self, kind: Kind, fields: Sequence[str], since: Cursor | None = None) -> Iterator[Page]:
        """The records of a kind, from `since` (inclusive, less the overlap of this CRM), with cursors that never fall.

        Each page is complete in itself: committing its records and its cursor and stopping there loses nothing. With
        `since` None everything is read, deleted records left out where the CRM allows. A field that the CRM does not
        have raises SchemaError before the first page.
        """
        ...

    def children(self, kind: Kind, fields: Sequence[str], parents: Sequence[str]) -> Iterator[Page]:
        """All rows of a dependent kind that belong to these parents (`Source.reading` is children)."""
        ...

    def ids(self, kind: Kind) -> Iterator[str]:
        """The ids of all live records of an incremental kind; complete, or an error is raised."""
        ...

    def count(self, kind: Kind) -> int | None:
        """How many live records an incremental kind has, in one request; None where the CRM cannot say."""
        ...

    def scan(self, kind: Kind, fields: Sequence[str] = ()) -> Iterator[Page]:
        """All live records of an incremental kind, each once and as it is now; complete, or an error is raised.

        Read from where the CRM keeps them, not from an index that lags behind. The order is the adapter's, and no page
        has a cursor.
        """
        ...

    def trace(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        """What became of records of an incremental kind that are gone: archived ones, with `merged_into` if merged.

        Live ones and those that the CRM knows nothing of any more are left out.
        """
        ...

    def read(self, kind: Kind, fields: Sequence[str], ids: Sequence[str]) -> Iterator[Record]:
        """The live records of these ids (an incremental kind's) as they are now; deleted and merged ones are absent."""
        ...

    def read_value(self, spec: FieldSpec, raw: object) -> Value:
        """What a record's raw value of a field of ours says, in the form in which `push` takes it.

        What `push` wrote reads back equal, whatever the CRM made of its spelling. Raises SkippableError for a value
        that no `push` of ours can have written.
        """
        ...

    def field_name(self, key: str) -> str:
        """The default CRM name of the field that holds a KPI."""
        ...

    def running_user(self) -> str | None:
        """The id by which permissions are given to the running user; None where the CRM has no such thing."""
        ...

    def plan_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """What ensure_fields would do; changes nothing."""
        ...

    def ensure_fields(self, specs: Sequence[FieldSpec], ownership: Ownership = NOTHING_KNOWN) -> Sequence[FieldChange]:
        """Create the missing fields with their permissions, and give ours the label and help text of their spec.

        A field is ours when it bears our mark or is recorded. Any other is never touched.
        """
        ...

    def package(self, specs: Sequence[FieldSpec]) -> Mapping[str, str]:
        """The same fields and permissions as files to deploy, by path; empty where the CRM has no such way."""
        ...

    def find_fields(self, fields: Ownership) -> Sequence[FieldKey]:
        """Which of the recorded fields are still there, the very same ones."""
        ...

    def remove_field(self, kind: Kind, name: str, identity: str) -> bool:
        """Delete a field with all its values; False, and nothing done, where it is gone or another took its name."""
        ...

    def push(self, updates: Sequence[Update], specs: Mapping[str, FieldSpec]) -> Iterator[PushResult]:
        """Write fields of ours, in batches, one result per update in order; `specs` by field name.

        Only a batch whose results were all yielded is finished. A refused record never blocks the others.
        """
        ...

    def limits(self) -> Limits:
        """Daily allowance and calls so far; makes no request of its own."""
        ...

    def close(self) -> None:
        """Give back the network connections."""
        ...
