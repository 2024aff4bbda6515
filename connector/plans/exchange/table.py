"""A table as a file holds it: named columns, numbered lines, cells that are not read yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.languages.speech import _
from connector.plans.exchange.titles import plain_title
from connector.plans.values import PlanError

MOST_LINES = 200_000

MOST_ABOVE = 20
"""Among so many lines the header is looked for."""

Columns = Mapping[str, str]
"""The columns that may be there, by each title under which they may stand, as `plain_title` writes it."""


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
    """The lines of a file. `read_as`: how the file was understood, for people.

    `day_first`: whether whoever wrote the file is used to dates that begin with the day; None: it does not tell.
    `titles`: what the file itself calls its columns.
    """

    columns: Sequence[str]
    rows: Sequence[Row]
    read_as: str
    day_first: bool | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


def find_header(lines: Sequence[Sequence[object]], known: Columns) -> int:
    """Which of the first lines is the header: above it may stand a title, a note, or nothing."""
    first = next((place for place, line in enumerate(lines) if not all(map(_is_empty, line))), 0)
    counts = [count_known(line, known) for line in lines[:MOST_ABOVE]]
    best = max(counts, default=0)
    return counts.index(best) if best > 1 else first


def count_known(titles: Sequence[object], known: Columns) -> int:
    """How many of these titles are columns that may be there."""
    return sum(plain_title(title) in known for title in titles)


def name_columns(titles: Sequence[object], known: Columns) -> list[str]:
    """The columns of a header. Raises FileError for one that is there twice or none at all."""
    plain = [plain_title(title) for title in titles]
    names = [known.get(name, name) for name in plain]
    while names and not names[-1]:
        names.pop()
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if not any(names):
        raise FileError(_("the file holds no column names"))
    if twice:
        raise FileError(_("the column {column} is there twice: remove one of them", column=twice[0]))
    return names


def titles_of(columns: Sequence[str], header: Sequence[object]) -> dict[str, str]:
    """What a header calls its columns."""
    return {column: str(title).strip() for column, title in zip(columns, header, strict=False) if column}


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
