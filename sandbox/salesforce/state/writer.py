"""The one door through which records change: it stamps them, and can take back what it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.permissions import Permissions
from sandbox.salesforce.state.table import Row, Table

PERMISSION_OBJECTS = frozenset({"FieldPermissions", "PermissionSetAssignment"})


@dataclass(slots=True)
class Writer:
    """The changes of one request, made as `user` at the org's present second."""

    org: Org
    permissions: Permissions
    user: str
    _done: list[tuple[Table, Row | None, Row | None]] = field(default_factory=list)

    def table(self, name: str) -> Table:
        """The table of an object that the org is sure to have."""
        return self.org.tables[name]

    def insert(self, table: Table, values: Row) -> Row:
        """Add a record: gives it an id, its stamps, and false for each checkbox that is not set."""
        boxes = {one.name: False for one in table.definition.fields.values() if one.type == "boolean"}
        now = self.org.now()
        born: Row = {"Id": self.org.new_id(table), "CreatedDate": now, "CreatedById": self.user}
        row = self._stamped(table, born | boxes | _set_only(values), now)
        self._put(table, None, row)
        return row

    def update(self, table: Table, old: Row, changes: Row) -> Row:
        """Change a record; None in `changes` clears a field. Every write moves the stamps, be it of equal values."""
        row = self._stamped(table, _set_only(old | changes), self.org.now())
        self._put(table, old, row)
        return row

    def drop(self, table: Table, row: Row) -> None:
        """Delete a record for good."""
        self._put(table, row, None)

    def rollback(self) -> None:
        """Take everything back."""
        for table, old, new in reversed(self._done.copy()):
            self._put(table, new, old)
        self._done.clear()

    def _stamped(self, table: Table, row: Row, now: str) -> Row:
        stamps: Row = {"LastModifiedDate": now, "LastModifiedById": self.user, "SystemModstamp": now}
        return row | {name: value for name, value in stamps.items() if name in table.definition.fields}

    def _put(self, table: Table, old: Row | None, new: Row | None) -> None:
        self._done.append((table, old, new))
        if new is None:
            table.remove(str((old or {})["Id"]))
        elif old is None:
            table.add(new)
        else:
            table.replace(new)
        if table.name in PERMISSION_OBJECTS:
            self.org.revision += 1


def _set_only(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}
