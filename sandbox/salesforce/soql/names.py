"""Looks up what a SOQL statement names: objects, fields, and the parents that a path goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.salesforce.schema.catalogue import ObjectType
from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.parse import at
from sandbox.salesforce.soql.tree import Path, Statement
from sandbox.salesforce.state.addresses import compose_address
from sandbox.salesforce.state.permissions import Permissions
from sandbox.salesforce.state.table import Row, Table

Get: TypeAlias = "Callable[[Row], object]"
LEVELS = 5
"""How many parents a path may go up (SOQL reference, "Understanding Relationship Query Limitations")."""
APPEND = (
    "If you are attempting to use a custom {kind}, be sure to append the '{suffix}' after the {what} name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


@dataclass(frozen=True, slots=True)
class Step:
    """One parent on the way: the relationship's name, the field that holds the parent's id, and the parent's table."""

    name: str
    field: str
    table: Table


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a path leads to. `get` takes its value from a row of the object that the path starts at."""

    steps: tuple[Step, ...]
    field: Field
    get: Get

    @property
    def name(self) -> str:
        """The path in the spelling of the describe."""
        return ".".join([*(step.name for step in self.steps), self.field.name])


@dataclass(frozen=True, slots=True)
class Names:
    """The objects and fields that a user sees; `soql` is the statement, for the messages."""

    tables: Mapping[str, Table]
    permissions: Permissions
    user: str
    soql: str

    def table(self, statement: Statement) -> Table:
        """The table that a statement selects from. Raises INVALID_TYPE."""
        for name, table in self.tables.items():
            if name.lower() == statement.object.lower():
                return table
        advice = APPEND.format(kind="object", suffix="__c", what="entity")
        message = f"sObject type '{statement.object}' is not supported. {advice}"
        raise ApiError("INVALID_TYPE", at(self.soql, statement.column, message))

    def column(self, table: Table, path: Path) -> Column:
        """What a path leads to. Raises INVALID_FIELD."""
        steps: list[Step] = []
        here = table
        for name in path.names[:-1]:
            steps.append(self._step(here.definition, name, path))
            here = steps[-1].table
        found = self._find(here.definition, path)
        return Column(tuple(steps), found, _through(steps, _value_of(found)))

    def _find(self, one: ObjectType, path: Path) -> Field:
        found = self.permissions.find(self.user, one, path.names[-1])
        if found is None:
            advice = APPEND.format(kind="field", suffix="__c", what="custom field")
            raise self.refuse(path, f"No such column '{path.names[-1]}' on entity '{one.name}'. {advice}")
        return found

    def _step(self, one: ObjectType, name: str, path: Path) -> Step:
        for found in self.permissions.visible(self.user, one):
            target = self.tables.get(found.to or "")
            if target and (found.relationship or "").lower() == name.lower():
                return Step(found.relationship or "", found.name, target)
        advice = APPEND.format(kind="relationship", suffix="__r", what="custom relationship")
        raise self.refuse(path, f"Didn't understand relationship '{name}' in field path. {advice}")

    def refuse(self, path: Path, message: str, code: str = "INVALID_FIELD") -> ApiError:
        """An error about a path, pointing at its place in the statement."""
        return ApiError(code, at(self.soql, path.column, message))


def _value_of(found: Field) -> Get:
    if found.type == "address":
        return lambda row: compose_address(row, found.name)
    name = found.name
    return lambda row: row.get(name)


def _through(steps: list[Step], get: Get) -> Get:
    for step in reversed(steps):
        get = _from_parent(step, get)
    return get


def _from_parent(step: Step, get: Get) -> Get:
    rows, key = step.table.rows, step.field

    def follow(row: Row) -> object:
        parent = rows.get(str(row.get(key)))
        return None if parent is None else get(parent)

    return follow
