"""SELECT lists that fit: Salesforce refuses a request whose address and headers pass 16,384 bytes (414 or 431)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar
from urllib.parse import quote_plus

_T = TypeVar("_T")

FIRST_ROOM = 10_000
"""Bytes for the columns of a query that walks; the rest is for its condition, the path and the headers."""
CHUNK_ROOM = 5_000
"""Bytes for the columns of a query by ids; as many again are for the ids."""
IDS_PER_CHUNK = 180
"""An id takes 27 bytes: 18 characters, its quotes and comma, those encoded."""


def split_columns(names: Sequence[str], room: int) -> tuple[list[str], list[str]]:
    """The names that fit into `room` encoded bytes, and the others. The first name always fits."""
    size = 0
    for position, name in enumerate(names):
        size += measure(name)
        if size > room and position:
            return list(names[:position]), list(names[position:])
    return list(names), []


def chunk_columns(names: Sequence[str], room: int) -> Iterator[list[str]]:
    """The names in groups that each fit into `room` encoded bytes."""
    rest = list(names)
    while rest:
        group, rest = split_columns(rest, room)
        yield group


def chunk(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The items in groups of `size`, the last one smaller."""
    source = iter(items)
    while group := list(islice(source, size)):
        yield group


def measure(name: str) -> int:
    """The bytes that a column takes in an address, with its comma and space."""
    return len(quote_plus(f"{name}, "))
