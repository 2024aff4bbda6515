"""What the contract needs to do behind an adapter's back: one bench per CRM knows how."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from adapters.base import CRM, FieldSpec, Kind, Reading
from mappings.mapping import Mapping as FieldMapping
from mappings.mapping import load_mapping
from mappings.plan import Mapped

NO_OVERLAP = timedelta(0)


class Bench(Protocol):
    """A CRM filled with the small company, and the hands of its users.

    `name`: the CRM's. `override`: the mapping that an admin of this company would write.
    """

    name: str
    override: Mapping[str, object]

    def connect(self, overlap: timedelta | None = NO_OVERLAP) -> CRM:
        """A new adapter that never really waits."""
        ...

    def connect_with_wrong_token(self) -> CRM: ...
    def connect_to_nowhere(self) -> CRM: ...

    def id_of(self, kind: Kind, key: str) -> str:
        """The CRM's id of a record of the company."""
        ...

    def live_ids(self, kind: Kind) -> set[str]:
        """What the CRM itself counts as not deleted."""
        ...

    def rename(self, kind: Kind, id_: str, name: str) -> None:
        """Edit an account, a deal or a product as a user does."""
        ...

    def fill_in(self, kind: Kind, id_: str, values: Mapping[str, object]) -> None:
        """Fill fields of a record as a rep does, by the CRM's names."""
        ...

    def delete(self, kind: Kind, id_: str) -> None: ...
    def purge(self, kind: Kind, id_: str) -> None:
        """Delete a record and empty the bin."""
        ...

    def undelete(self, kind: Kind, id_: str) -> None: ...
    def merge(self, kind: Kind, winner: str, loser: str) -> str: ...
    def refuse(self, kind: Kind, id_: str, code: str, message: str) -> None: ...

    def make_field(self, kind: Kind, name: str, label: str) -> None:
        """Make a text field as an admin of the CRM does."""
        ...

    def show(self, spec: FieldSpec, id_: str) -> object:
        """What a KPI field of a record says to a rep, as our value."""
        ...

    def advance(self, seconds: int) -> None:
        """Let time pass in the CRM."""
        ...

    def requests(self) -> int:
        """How many requests the CRM received so far."""
        ...

    def close(self) -> None: ...


def mapping_of(bench: Bench, crm: CRM) -> FieldMapping:
    """The mapping of this company, held against what the CRM describes."""
    mapping = load_mapping(bench.name, bench.override, ZoneInfo("UTC"))
    for kind in Kind:
        if crm.source(kind):
            mapping.restrict(kind, crm.describe(kind))
    return mapping


def read_all(bench: Bench, crm: CRM, kind: Kind) -> list[Mapped]:
    """Every record of a kind in our words, whichever way this CRM reads it."""
    mapping = mapping_of(bench, crm)
    source = crm.source(kind)
    if source is None:
        return []
    if source.reading is Reading.CHILDREN and source.parent:
        pages = crm.children(kind, mapping.fields(kind), list(crm.ids(source.parent)))
    else:
        pages = crm.pull(kind, mapping.fields(kind))
    return [mapping.apply(record) for page in pages for record in page.records]
