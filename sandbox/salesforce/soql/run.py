"""Finds the rows of a statement, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.schema.fields import Field
from sandbox.salesforce.soql.bounds import Stretch, find_boxes, stretches_of_ids, stretches_of_stamps
from sandbox.salesforce.soql.filter import Test, compile_test
from sandbox.salesforce.soql.names import Column, Names
from sandbox.salesforce.soql.parse import malformed
from sandbox.salesforce.soql.tree import Order, Statement
from sandbox.salesforce.state.table import Row, Table

LARGEST_OFFSET = 2_000
"""SOQL reference, "OFFSET"."""
BY_ID = ("Id",)
BY_STAMP = ("SystemModstamp", "Id")


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of ORDER BY, looked up."""

    order: Order
    column: Column


def find_rows(names: Names, table: Table, statement: Statement, *, deleted: bool = False) -> list[Row]:
    """The rows of a statement. `deleted`: those in the recycle bin too (queryAll)."""
    if statement.offset > LARGEST_OFFSET:
        raise ApiError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {LARGEST_OFFSET}")
    keys = [_look_up(names, table, order) for order in statement.order]
    test = compile_test(names, table, statement.where) if statement.where else None
    rows, kept_order = _candidates(table, statement, keys)
    chosen = _choose(rows, test, deleted=deleted)
    last = None if statement.limit is None else statement.offset + statement.limit
    if _is_sorted(keys, kept_order):
        return list(islice(chosen, statement.offset, last))
    return _sort(list(chosen), keys)[statement.offset : last]


def _look_up(names: Names, table: Table, order: Order) -> SortKey:
    column = names.column(table, order.path)
    if not column.field.sortable:
        raise names.refuse(order.path, f"field '{order.path}' can not be sorted in a query call")
    if column.field.type == "currency" and "CurrencyType" in names.tables:
        # Salesforce would order by the converted amounts (SOQL reference, "convertCurrency()")
        raise malformed("The sandbox does not order by a currency field where there are several currencies.")
    return SortKey(order, column)


def _candidates(table: Table, statement: Statement, keys: Sequence[SortKey]) -> tuple[Iterator[Row], tuple[str, ...]]:
    boxes = find_boxes(statement.where)
    by_id, by_stamp = stretches_of_ids(table, boxes), stretches_of_stamps(table, boxes)
    # an order that need not be sorted any more is worth reading some more rows
    weight = 0.25 if _is_sorted(keys, BY_STAMP) else 2
    if _size(by_stamp) * weight <= _size(by_id):
        found = chain.from_iterable(table.stamps[start:end] for start, end in by_stamp)
        return (table.rows[identity] for _, identity in found), BY_STAMP
    return (table.rows[one] for one in chain.from_iterable(table.ids[start:end] for start, end in by_id)), BY_ID


def _size(stretches: list[Stretch]) -> int:
    return sum(end - start for start, end in stretches)


def _is_sorted(keys: Sequence[SortKey], kept_order: tuple[str, ...]) -> bool:
    if not keys:
        return kept_order == BY_ID
    names = tuple(key.column.name for key in keys)
    ascending = not any(key.order.descending for key in keys[: len(kept_order)])
    # nothing ever follows the id, which is unique
    return ascending and names[: len(kept_order)] == kept_order[: len(names)]


def _choose(rows: Iterable[Row], test: Test | None, *, deleted: bool) -> Iterator[Row]:
    if not deleted:
        rows = (row for row in rows if not row.get("IsDeleted"))
    return iter(rows) if test is None else filter(test, rows)


def _sort(rows: list[Row], keys: Sequence[SortKey]) -> list[Row]:
    rows.sort(key=lambda row: str(row["Id"]))
    for key in reversed(keys):
        rows = _sort_by(rows, key)
    return rows


def _sort_by(rows: list[Row], key: SortKey) -> list[Row]:
    get = key.column.get
    rank = _ranking(key.column.field)
    nulls = [row for row in rows if get(row) is None]
    others = [row for row in rows if get(row) is not None]
    others.sort(key=lambda row: rank(get(row)), reverse=key.order.descending)
    return others + nulls if key.order.nulls_last else nulls + others


def _ranking(field: Field) -> Callable[[Any], Any]:
    """Text sorts whatever its case, a picklist in the order of its values (SOQL reference, "ORDER BY")."""
    if field.type == "picklist":
        places = {value: place for place, value in enumerate(field.values())}
        return lambda value: (places.get(value, len(places)), value.lower())
    return (lambda value: value.lower()) if field.kind == "text" else (lambda value: value)
