"""A table as a file holds it: named columns, numbered lines, cells that are not read yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.plans.values import PlanError

MOST_LINES = 200_000


class FileError(PlanError):
    """A file that cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its number in the file; empty cells are not in it. `fault`: why the line cannot be used."""

    line: int
    cells: Mapping[str, object]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file. `read_as`: how the file was understood, for people."""

    columns: Sequence[str]
    rows: Sequence[Row]
    read_as: str


def plain_column(title: object) -> str:
    """A column's name as it is compared: `Account name` is account_name."""
    return "_".join(str(title or "").strip().lower().replace("-", " ").replace("_", " ").split())


def name_columns(titles: Sequence[object]) -> list[str]:
    """The columns of a header. Raises FileError for one that is there twice or none at all."""
    names = [plain_column(title) for title in titles]
    while names and not names[-1]:
        names.pop()
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if not any(names):
        raise FileError("the first line holds no column names")
    if twice:
        raise FileError(f"the column {twice[0]} is there twice: remove one of them")
    return names


def make_row(line: int, columns: Sequence[str], values: Sequence[object], fault: str | None = None) -> Row | None:
    """A line's row; None for an empty line."""
    filled = [value for value in values if not _is_empty(value)]
    if not filled:
        return None
    if fault is None and any(not _is_empty(value) for value in values[len(columns) :]):
        fault = f"the line has more cells than the {len(columns)} columns: a separator or a quote is amiss"
    cells = {name: value for name, value in zip(columns, values, strict=False) if name and not _is_empty(value)}
    return Row(line, cells, fault)


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
