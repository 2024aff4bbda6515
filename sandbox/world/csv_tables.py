"""Which files a data folder may hold: world.csv and one per list of a World, each row a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args, get_type_hints

from sandbox.world.model import World

SETTINGS = "world"
"""The file with one row for what is no list: the home currency."""
TABLES: dict[str, type] = {name: get_args(hint)[0] for name, hint in get_type_hints(World).items() if get_args(hint)}
"""The record type of each file, by the file's name without .csv."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file, read cell by cell but not yet a record; what is missing or empty is absent."""

    line: int
    values: dict[str, object]
