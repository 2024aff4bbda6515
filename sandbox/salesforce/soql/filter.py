"""Turns the WHERE of a statement into a test of one row.

Text compares whatever its case, ids and numbers exactly. `!=` and `NOT IN` are true of null, `<` and `>` false, and NOT
turns either round: SOQL has no third truth value.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any, TypeAlias

from sandbox.salesforce.schema.ids import read_id
from sandbox.salesforce.soql.names import Column, Get, Names
from sandbox.salesforce.soql.parse import unescape
from sandbox.salesforce.soql.tree import Comparison, Condition, Every, Literal, Negation, Path
from sandbox.salesforce.state.table import Row, Table

Test: TypeAlias = "Callable[[Row], bool]"
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
EQUAL = frozenset({"=", "!=", "IN", "NOT IN"})
TYPE_NAMES = {"currency": "double", "percent": "double", "datetime": "dateTime", "id": "ID", "reference": "ID"}
PATTERN_PART = re.compile(r"\\[%_]|\\u[0-9A-Fa-f]{4}|\\.|[%_]|[^\\%_]+", re.DOTALL)


def compile_test(names: Names, table: Table, condition: Condition) -> Test:
    """A test of one row. Raises INVALID_FIELD and the like for what a field cannot be compared with."""
    if isinstance(condition, Comparison):
        return _compile_comparison(names, table, condition)
    if isinstance(condition, Negation):
        test = compile_test(names, table, condition.part)
        return lambda row: not test(row)
    tests = [compile_test(names, table, part) for part in condition.parts]
    return reduce(_both if isinstance(condition, Every) else _either, tests)


def _both(one: Test, other: Test) -> Test:
    return lambda row: one(row) and other(row)


def _either(one: Test, other: Test) -> Test:
    return lambda row: one(row) or other(row)


def _compile_comparison(names: Names, table: Table, one: Comparison) -> Test:
    column = names.column(table, one.path)
    if not column.field.filterable:
        raise names.refuse(one.path, f"field '{one.path}' can not be filtered in a query call")
    _check_operator(names, column, one)
    if one.operator == "LIKE":
        return _like(column.get, str(one.values[0].value))
    values = [read_literal(names, column, one.path, value) for value in one.values]
    get = _folded(column.get) if column.field.kind == "text" else column.get
    return _compare(get, one.operator, values)


def _check_operator(names: Names, column: Column, one: Comparison) -> None:
    kind = column.field.kind
    if one.operator == "LIKE":
        allowed = kind == "text" and column.field.type != "multipicklist"
    elif one.operator in ORDERED:
        allowed = kind != "boolean" and column.field.type != "multipicklist"
        # what "greater than nothing" would mean is not documented
        allowed = allowed and one.values[0].value not in {None, ""}
    else:
        allowed = column.field.type != "multipicklist" or one.operator in {"=", "!="}
    if not allowed:
        message = f"invalid operator '{one.operator}' on field '{one.path}' of type {column.field.type}"
        raise names.refuse(one.path, message, "INVALID_QUERY_FILTER_OPERATOR")


def read_literal(names: Names, column: Column, path: Path, literal: Literal) -> object:
    """A literal as the column's rows keep it. Raises INVALID_FIELD when the types differ.

    The empty text is null, and null is false where the field is a checkbox (SOQL reference, "Use null in WHERE").
    """
    kind = column.field.kind
    if literal.value in {None, ""}:
        return False if kind == "boolean" else None
    if literal.kind != ("text" if kind == "id" else kind):
        raise names.refuse(path, _type_message(column))
    if column.field.type == "int" and isinstance(literal.value, Decimal) and literal.value % 1:
        raise names.refuse(path, _type_message(column))
    if kind == "id":
        return _read_id_literal(names, path, str(literal.value))
    return literal.value.lower() if isinstance(literal.value, str) and kind == "text" else literal.value


def _read_id_literal(names: Names, path: Path, text: str) -> str:
    identity = read_id(text)
    if identity is None:
        raise names.refuse(path, f"invalid ID field: {text}", "INVALID_QUERY_FILTER_OPERATOR")
    return identity


def _type_message(column: Column) -> str:
    quoted = "should be" if column.field.kind in {"text", "id"} else "should not be"
    wanted = "string" if column.field.kind == "text" else TYPE_NAMES.get(column.field.type, column.field.type)
    name = column.field.name
    return f"value of filter criterion for field '{name}' must be of type {wanted} and {quoted} enclosed in quotes"


def _folded(get: Get) -> Get:
    def fold(row: Row) -> object:
        value = get(row)
        return value.lower() if isinstance(value, str) else value

    return fold


def _compare(get: Get, sign: str, values: list[object]) -> Test:
    if sign in ORDERED:
        return _ordered(get, ORDERED[sign], values[0])
    if sign in {"=", "!="}:
        value = values[0]
        return (lambda row: get(row) == value) if sign == "=" else (lambda row: get(row) != value)
    members = frozenset(values)
    return (lambda row: get(row) in members) if sign == "IN" else (lambda row: get(row) not in members)


def _ordered(get: Get, holds: Callable[[Any, Any], bool], value: object) -> Test:
    def test(row: Row) -> bool:
        found = get(row)
        return found is not None and holds(found, value)

    return test


def _like(get: Get, pattern: str) -> Test:
    matches = re.compile(
        "".join(map(_pattern_part, PATTERN_PART.findall(pattern))), re.DOTALL | re.IGNORECASE
    ).fullmatch
    return lambda row: isinstance(value := get(row), str) and matches(value) is not None


def _pattern_part(part: str) -> str:
    if part in {"%", "_"}:
        return ".*" if part == "%" else "."
    return re.escape(part[1:] if part in {r"\%", r"\_"} else unescape(part))
