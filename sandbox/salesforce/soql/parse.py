"""Reads a SOQL statement into its tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeVar

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from sandbox.salesforce.schema.errors import ApiError
from sandbox.salesforce.schema.moments import print_moment, read_day, read_moment
from sandbox.salesforce.soql.tree import Comparison, Condition, Every, Literal, Negation, Order, Path, Some, Statement

LONGEST_STATEMENT = 100_000
"""Characters (SOQL reference, "SOQL and SOSL limits")."""
LONGEST_TEXT = 4_000
"""Characters of one string in WHERE (the same page)."""
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
Part = TypeVar("Part")
Moment = TypeVar("Moment", date, datetime)


def parse(soql: str) -> Statement:
    """The tree of a statement. Raises MALFORMED_QUERY for anything that the grammar does not hold."""
    if len(soql) > LONGEST_STATEMENT:
        raise malformed(f"SOQL statements cannot be longer than {LONGEST_STATEMENT} characters.")
    try:
        made: object = _parser().parse(soql)
    except UnexpectedInput as error:
        raise _unexpected(soql, error) from error
    if not isinstance(made, Statement):
        raise TypeError("the grammar starts with a statement")
    return made


def malformed(message: str) -> ApiError:
    """A statement that cannot be read."""
    return ApiError("MALFORMED_QUERY", message)


def at(soql: str, column: int, message: str) -> str:
    """A message as the API words it, under the place in the statement that it is about."""
    start, end = max(0, column - 60), column + 20
    return f"\n{soql[start:end]}\n{' ' * (column - start)}^\nERROR at Row:1:Column:{column + 1}\n{message}"


def unescape(text: str) -> str:
    """What a string says between its quotes. Raises MALFORMED_QUERY for an escape that SOQL does not know."""
    return ESCAPE.sub(_unescape_one, text)


@cache
def _parser() -> Lark:
    grammar = (files("sandbox.salesforce.soql") / "grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Builder())


def _unexpected(soql: str, error: UnexpectedInput) -> ApiError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return malformed(at(soql, error.token.start_pos or 0, f"unexpected token: '{error.token}'"))
    if isinstance(error, UnexpectedCharacters):
        before = sum(len(line) + 1 for line in soql.split("\n")[: error.line - 1])
        return malformed(at(soql, before + error.column - 1, f"unexpected token: '{error.char}'"))
    return malformed(at(soql, len(soql), "unexpected token: '<EOF>'"))


def _quoted(token: Token) -> str:
    if len(token) - 2 > LONGEST_TEXT:
        raise malformed(f"A string in WHERE cannot be longer than {LONGEST_TEXT} characters.")
    return str(token)[1:-1]


def _unescape_one(found: re.Match[str]) -> str:
    code, letter = found.groups()
    if code is not None:
        return chr(int(code, 16))
    if letter not in ESCAPES:
        raise malformed(f"Illegal string literal: invalid escape sequence '\\{letter}'")
    return ESCAPES[letter]


def _read_calendar(token: Token, read: Callable[[str], Moment]) -> Moment:
    try:
        return read(str(token))
    except ValueError as error:
        raise malformed(f"Invalid date or time: {token}") from error


def _all(kind: type[Part], parts: Iterable[object]) -> tuple[Part, ...]:
    return tuple(part for part in parts if isinstance(part, kind))


@dataclass(frozen=True)
class _Limit:
    rows: int


@dataclass(frozen=True)
class _Offset:
    rows: int


@v_args(inline=True)
class _Builder(Transformer[Token, object]):
    def start(self, statement: Statement) -> Statement:
        return statement

    def statement(self, *parts: object) -> Statement:
        tokens = {token.type: token for token in _all(Token, parts)}
        return Statement(
            object=str(tokens["NAME"]),
            column=tokens["NAME"].start_pos or 0,
            counts="COUNT" in tokens,
            paths=_all(Path, parts),
            children=_all(Statement, parts),
            where=next((part for part in parts if isinstance(part, Comparison | Every | Some | Negation)), None),
            order=tuple(order for orders in _all(list, parts) for order in orders),
            limit=next((part.rows for part in _all(_Limit, parts)), None),
            offset=next((part.rows for part in _all(_Offset, parts)), 0),
        )

    def path(self, *names: Token) -> Path:
        return Path(tuple(map(str, names)), names[0].start_pos or 0)

    def where(self, condition: Condition) -> Condition:
        return condition

    def every(self, *parts: Condition) -> Every:
        return Every(parts)

    def some(self, *parts: Condition) -> Some:
        return Some(parts)

    def negation(self, part: Condition) -> Negation:
        return Negation(part)

    def compare(self, path: Path, operator: Token, value: Literal) -> Comparison:
        return Comparison(path, "!=" if operator == "<>" else str(operator), (value,))

    def like(self, path: Path, token: Token) -> Comparison:
        return Comparison(path, "LIKE", (Literal("pattern", _quoted(token)),))

    def within(self, path: Path, *values: Literal) -> Comparison:
        return Comparison(path, "IN", values)

    def without(self, path: Path, *values: Literal) -> Comparison:
        return Comparison(path, "NOT IN", values)

    def string(self, token: Token) -> Literal:
        return Literal("text", unescape(_quoted(token)))

    def number(self, token: Token) -> Literal:
        return Literal("number", Decimal(token))

    def boolean(self, token: Token) -> Literal:
        return Literal("boolean", token.lower() == "true")

    def date(self, token: Token) -> Literal:
        return Literal("date", _read_calendar(token, read_day).isoformat())

    def datetime(self, token: Token) -> Literal:
        return Literal("datetime", print_moment(_read_calendar(token, read_moment)))

    def null(self) -> Literal:
        return Literal("null", None)

    def order_by(self, *orders: Order) -> list[Order]:
        return list(orders)

    def order(self, path: Path, *words: Token) -> Order:
        types = {word.type for word in words}
        return Order(path, "DESC" in types, "LAST" in types)

    def limit(self, number: Token) -> _Limit:
        return _Limit(int(number))

    def offset(self, number: Token) -> _Offset:
        return _Offset(int(number))
