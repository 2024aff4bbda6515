"""Ids in portions that fit into one statement: PostgreSQL takes 65,535 parameters, SQLite as few as 32,766."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MOST_IDS = 10_000


def chunks(ids: Sequence[str], most: int = MOST_IDS) -> Iterator[Sequence[str]]:
    """The ids in their order, at most so many at a time; nothing for none."""
    for start in range(0, len(ids), most):
        yield ids[start : start + most]
