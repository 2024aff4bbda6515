"""The org: its records, its people, its clock, and what it gives out numbers for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.refusals import Refusals
from sandbox.salesforce.schema.catalogue import load_objects
from sandbox.salesforce.schema.ids import make_id
from sandbox.salesforce.schema.moments import print_second
from sandbox.salesforce.state.table import Table

MULTI_CURRENCY = "multi_currency"
CONTACTS_TO_MULTIPLE_ACCOUNTS = "contacts_to_multiple_accounts"


@dataclass(slots=True)
class Org:
    """One organisation. `user`: the id of the integration user, as whom client credentials run.

    `revision` moves whenever fields or permissions change, so that what follows from them can be kept until then.
    """

    clock: Clock
    refusals: Refusals
    features: Collection[str]
    id: str = ""
    user: str = ""
    home_currency: str = ""
    revision: int = 0
    tables: dict[str, Table] = field(default_factory=dict)
    tooling: dict[str, Table] = field(default_factory=dict)
    cascades: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By the id of a deleted record, what was deleted along with it, as (object, id)."""

    def __post_init__(self) -> None:
        self.tables = {name: Table(one) for name, one in load_objects(self.features).items()}
        self.tooling = {name: Table(one) for name, one in load_objects(self.features, tooling=True).items()}

    @property
    def multi_currency(self) -> bool:
        """Whether records name their currency."""
        return MULTI_CURRENCY in self.features

    def now(self) -> str:
        """The present instant as the API prints it."""
        return print_second(self.clock.now())

    def new_id(self, table: Table) -> str:
        """The next id of an object."""
        table.made += 1
        return make_id(table.definition.prefix, table.made)

    def find_table(self, name: str) -> Table | None:
        """The table of an object, whatever the case of its name; None where the org has no such object."""
        found = self.tables.get(name)
        return found or next((one for known, one in self.tables.items() if known.lower() == name.lower()), None)
