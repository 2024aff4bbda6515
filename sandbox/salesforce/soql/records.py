"""Turns the rows of a statement into the records of its answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sandbox.salesforce.soql.names import Column, Names
from sandbox.salesforce.soql.parse import at, malformed
from sandbox.salesforce.soql.run import find_rows
from sandbox.salesforce.soql.tree import Statement
from sandbox.salesforce.state.addresses import compose_address
from sandbox.salesforce.state.table import Row, Table

Record: TypeAlias = "dict[str, object]"
Make: TypeAlias = "Callable[[Row], Record]"
MOST_CHILDREN = 200
"""Rows of a subquery per parent up to which the sandbox answers; Salesforce would page more of them."""


@dataclass(slots=True)
class Shape:
    """What of one object a statement selects, its parents nested as the answer nests them."""

    table: Table
    plain: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    parents: dict[str, tuple[str, Shape]] = field(default_factory=dict)
    """By the relationship's name: the field that holds the parent's id, and the parent's shape."""

    def take(self, column: Column, depth: int = 0) -> None:
        """Add what a path leads to."""
        if depth < len(column.steps):
            step = column.steps[depth]
            _, shape = self.parents.setdefault(step.name, (step.field, Shape(step.table)))
            shape.take(column, depth + 1)
        elif column.field.type == "address":
            self.addresses.append(column.field.name)
        else:
            self.plain.append(column.field.name)


def record_maker(names: Names, table: Table, statement: Statement, root: str, *, deleted: bool = False) -> Make:
    """A function that makes the answer's record of a row; `root` is the path that records' addresses start with."""
    shape = _shape(names, table, statement)
    make = _maker(shape, root)
    children = {child.object: _children(names, table, child, root, deleted=deleted) for child in statement.children}
    if not children:
        return make
    return lambda row: make(row) | {name: of(row) for name, of in children.items()}


def _shape(names: Names, table: Table, statement: Statement) -> Shape:
    shape = Shape(table)
    seen: set[str] = set()
    for path in statement.paths:
        column = names.column(table, path)
        if column.name in seen:
            raise names.refuse(path, f"duplicate field selected: {column.name}", "MALFORMED_QUERY")
        seen.add(column.name)
        shape.take(column)
    return shape


def _maker(shape: Shape, root: str) -> Make:
    kind, url = shape.table.name, f"{root}/sobjects/{shape.table.name}/"
    plain, addresses = shape.plain, shape.addresses
    parents = [(name, key, one.table.rows, _maker(one, root)) for name, (key, one) in shape.parents.items()]

    def make(row: Row) -> Record:
        record: Record = {"attributes": {"type": kind, "url": url + str(row["Id"])}}
        record.update((name, row.get(name)) for name in plain)
        record.update((name, compose_address(row, name)) for name in addresses)
        for name, key, rows, make_parent in parents:
            parent = rows.get(str(row.get(key)))
            record[name] = None if parent is None else make_parent(parent)
        return record

    return make


def _children(
    names: Names, table: Table, child: Statement, root: str, *, deleted: bool
) -> Callable[[Row], Record | None]:
    relation = table.definition.children.get(child.object)
    if relation is None or child.children or child.counts:
        message = f"Didn't understand relationship '{child.object}' in FROM part of query call."
        raise malformed(at(names.soql, child.column, message))
    rows_table = names.tables[relation.object]
    make = record_maker(names, rows_table, replace(child, object=relation.object), root, deleted=deleted)
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in find_rows(names, rows_table, replace(child, limit=None, offset=0), deleted=deleted):
        groups[row.get(relation.field)].append(row)
    last = None if child.limit is None else child.offset + child.limit
    return lambda row: _child_set([make(one) for one in groups[row["Id"]][child.offset : last]])


def _child_set(records: list[Record]) -> Record | None:
    if len(records) > MOST_CHILDREN:
        raise malformed(f"The sandbox answers a subquery with at most {MOST_CHILDREN} rows per parent.")
    # a child set without rows is null, not an empty object, in real answers
    return {"totalSize": len(records), "done": True, "records": records} if records else None
