"""What every part of the loading needs: ids for the world's keys, stamps, and the tables to fill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.schema.ids import make_id
from sandbox.salesforce.schema.moments import print_second
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row, Table
from sandbox.world.model import World

FOUNDED = datetime(2015, 1, 1, tzinfo=UTC)
"""When what the world does not date (users, stages, products, rates, settings) was made."""


@dataclass(slots=True)
class Loader:
    """Fills an org from a world."""

    org: Org
    world: World
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def number(self, name: str, keys: Iterable[str]) -> None:
        """Give each key of an object the id that its record is going to have."""
        table = self.org.tables[name]
        for key in keys:
            table.made += 1
            identity = make_id(table.definition.prefix, table.made)
            self._ids[name, key] = identity
            table.keys[identity] = key

    def id(self, name: str, key: str | None) -> str | None:
        """The id of a key; None for none, and for a key that the world does not hold."""
        return self._ids.get((name, key)) if key else None

    def owner(self, key: str | None) -> str:
        """The id of a user; records without an owner belong to the integration user, since each must have one."""
        return self.id("User", key) or self.org.user

    def row(self, name: str, identity: str, values: Row, created: datetime, modified: datetime | None = None) -> Row:
        """A record with its system fields; checkboxes that are not set are false, and what is None is left out.

        Text and numbers are cut to what the fields hold, as an import would have had to.
        """
        table = self.org.tables[name]
        stamp = print_second(modified or created)
        author = values.get("OwnerId", self.org.user)
        system: Row = {
            "Id": identity, "CreatedDate": print_second(created), "CreatedById": author,
            "LastModifiedDate": stamp, "LastModifiedById": author, "SystemModstamp": stamp,
        }  # fmt: skip
        known = table.definition.fields
        row: Row = {one.name: False for one in known.values() if one.type == "boolean"}
        given = {name: value for name, value in (system | values).items() if value is not None and name in known}
        return row | {name: _fit(known[name], value) for name, value in given.items()}

    def fill(self, name: str, rows: list[Row]) -> Table:
        """Put an object's records in their table."""
        table = self.org.tables[name]
        table.load(rows)
        return table

    def new_row(self, name: str, values: Row, created: datetime, modified: datetime | None = None) -> Row:
        """A record of an object whose records have no key of their own in the world."""
        return self.row(name, self.org.new_id(self.org.tables[name]), values, created, modified)


def _fit(field: Field, value: object) -> object:
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
    return value[: field.length] if isinstance(value, str) and field.kind == "text" else value
