"""The organisation behind the CRM in memory: what a real one keeps on its servers, with handles for tests to turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import nsmallest

from adapters.base import FieldInfo, Kind, Organisation, PushResult
from adapters.errors import CRMError
from adapters.memory.schema import standard_fields

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_IDENTITY = Organisation("memory-1", "In memory", "EUR", multi_currency=False, time_zone="UTC")


@dataclass(slots=True)
class Row:
    """One record as the organisation keeps it."""

    id: str
    modified_at: datetime
    fields: dict[str, object]
    archived: bool = False
    merged_into: str | None = None

    def key(self) -> tuple[datetime, str]:
        """Its place in the order in which a pull reads."""
        return self.modified_at, self.id


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why writes to a row are refused, in the CRM's words."""

    code: str
    message: str
    field: str | None = None


@dataclass
class MemoryOrganisation:
    """One company's CRM. Its `clock` stands still until a test moves it, so equal stamps are the rule.

    `children`: kinds that are read with a parent (`{Kind.DEAL_CONTACT: Kind.DEAL}`), all others but stages and rates
    are incremental; `unstamped`: kinds with parts that change without their stamp; `absent`: kinds that this
    organisation does not have; `denied`: what the user may not do, as ("read" | "write", kind) or ("create", None) for
    fields; `daily_limit`: requests a day, None for no limit.
    """

    identity: Organisation = _IDENTITY
    token: str = "memory-token"  # noqa: S105 - the key to a dict
    clock: datetime = _EPOCH
    children: Mapping[Kind, Kind] = field(default_factory=dict)
    unstamped: frozenset[Kind] = frozenset()
    absent: frozenset[Kind] = frozenset()
    denied: set[tuple[str, Kind | None]] = field(default_factory=set)
    reachable: bool = True
    daily_limit: int | None = None
    daily_used: int = 0

    def __post_init__(self) -> None:
        self.rows: dict[Kind, dict[str, Row]] = {kind: {} for kind in Kind}
        self.schema: dict[Kind, dict[str, FieldInfo]] = {kind: standard_fields(kind) for kind in Kind}
        self.hidden: set[tuple[Kind, str]] = set()
        self.refusals: dict[tuple[Kind, str], Refusal] = {}
        self.outages: deque[CRMError | None] = deque()
        self.lost_answers: deque[CRMError] = deque()
        self._fields_made = 0

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock += by

    def put(
        self, kind: Kind, id_: str, fields: Mapping[str, object] | None = None, *, modified_at: datetime | None = None
    ) -> None:
        """Create a record, change the fields given, or bring a deleted one back.

        `modified_at` before what a reader has seen is a late commit: a long transaction keeps the time it began.
        """
        fields = fields or {}
        if unknown := [name for name in fields if name not in self.schema[kind]]:
            raise KeyError(f"{kind} has no field {', '.join(unknown)}: add_field first")
        row = self.rows[kind].setdefault(id_, Row(id_, self.clock, {}))
        row.fields.update(fields)
        row.modified_at = modified_at or self.clock
        row.archived, row.merged_into = False, None

    def delete(self, kind: Kind, id_: str) -> None:
        """Put a record in the bin, from where `put` brings it back."""
        self.rows[kind][id_].archived = True
        self.rows[kind][id_].modified_at = self.clock

    def vanish(self, kind: Kind, id_: str) -> None:
        """Delete a record without a trace, as a purged bin or a GDPR deletion does: only a scan of all ids shows it."""
        del self.rows[kind][id_]

    def merge(self, kind: Kind, winner: str, loser: str, *, restamp: bool = True) -> None:
        """Let one record take another's place; what belonged to the loser belongs to the winner, restamped or not."""
        self.delete(kind, loser)
        self.rows[kind][loser].merged_into = winner
        self.rows[kind][winner].modified_at = self.clock
        for row in (row for rows in self.rows.values() for row in rows.values()):
            if row.fields.get(kind.value) == loser:
                row.fields[kind.value] = winner
                row.modified_at = self.clock if restamp else row.modified_at

    def refuse(self, kind: Kind, id_: str, code: str, message: str, field: str | None = None) -> None:
        """Refuse every write to this row, as a validation rule does, until `accept`."""
        self.refusals[kind, id_] = Refusal(code, message, field)

    def accept(self, kind: Kind, id_: str) -> None:
        """Take a refusal back."""
        self.refusals.pop((kind, id_), None)

    def fail(self, error: CRMError, *, after: int = 0) -> None:
        """Answer one request with this error, after so many that go well."""
        self.outages.extend([*[None] * after, error])

    def lose_answer(self, error: CRMError) -> None:
        """Do the next batch of writes, and then break off with this error instead of an answer."""
        self.lost_answers.append(error)

    def answer(self, results: Sequence[PushResult]) -> Sequence[PushResult]:
        """The results of a batch of writes, unless its answer is lost."""
        if self.lost_answers:
            raise self.lost_answers.popleft()
        return results

    def get(self, kind: Kind, id_: str) -> Mapping[str, object]:
        """The fields of a record as a rep sees them, empty ones left out."""
        return {name: value for name, value in self.rows[kind][id_].fields.items() if value is not None}

    def add_field(self, kind: Kind, name: str, crm_type: str = "string") -> None:
        """A custom field of string, number, bool, date, datetime or enumeration."""
        self.schema[kind][name] = FieldInfo(name, name, crm_type, identity=self.number_field())

    def number_field(self) -> str:
        """What tells the next custom field from all others, and from a later one of its name."""
        self._fields_made += 1
        return f"field-{self._fields_made}"

    def hide_field(self, kind: Kind, name: str) -> None:
        """Take the running user's permission to see a field."""
        self.hidden.add((kind, name))

    def visible(self, kind: Kind) -> dict[str, FieldInfo]:
        """The fields that the running user can see."""
        return {name: info for name, info in self.schema[kind].items() if (kind, name) not in self.hidden}

    def next_rows(self, kind: Kind, after: tuple[datetime, str], most: int, *, deleted: bool) -> list[Row]:
        """The records after a place, at most so many; `deleted`: with those in the bin."""
        rows = self.rows[kind].values() if deleted else self.live(kind)
        return nsmallest(most, (row for row in rows if row.key() > after), key=Row.key)

    def live(self, kind: Kind) -> Sequence[Row]:
        """The records that are not deleted."""
        return [row for row in self.rows[kind].values() if not row.archived]


_ORGANISATIONS: dict[str, MemoryOrganisation] = {}


def find_organisation(name: str) -> MemoryOrganisation:
    """The organisation of this name, which lives as long as the process."""
    return _ORGANISATIONS.setdefault(name, MemoryOrganisation())
