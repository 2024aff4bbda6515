"""The two moments at which the org acts around a save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row
from sandbox.salesforce.state.writer import Writer


@dataclass(slots=True)
class Save:
    """One save: `changes` are the values that were sent, `new` the whole record, `old` what it was (None: new)."""

    writer: Writer
    old: Row | None
    new: Row
    changes: Row

    @property
    def org(self) -> Org:
        """The org that the record is in."""
        return self.writer.org

    def others(self, object_type: str, field: str) -> list[Row]:
        """The other live records whose field has the same value."""
        found = self.org.tables[object_type].find(field, self.new[field])
        return [row for row in found if row["Id"] != self.new.get("Id")]


Step: TypeAlias = "Callable[[Save], None]"


def do_nothing(save: Save) -> None:
    """What most objects do."""


def forget(writer: Writer, row: Row) -> None:
    """What most objects do when a record is deleted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`before` fills in or corrects `new` before it is saved, or refuses it; the others act on other records."""

    before: Step = do_nothing
    after: Step = do_nothing
    after_delete: Callable[[Writer, Row], None] = forget
