"""Reads one CSV file into rows, and says exactly where it cannot."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.world.csv_cells import Column
from sandbox.world.csv_tables import Row
from sandbox.world.errors import WorldError

if TYPE_CHECKING:
    from _csv import Reader


def read_rows(path: Path, columns: dict[str, Column]) -> list[Row]:
    """The rows of a file, values checked column by column. Raises WorldError naming file, line and column."""
    try:
        # a spreadsheet may have put a byte order mark before the header
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rows(path.name, csv.reader(file, strict=True), columns))
    except UnicodeDecodeError as error:
        raise WorldError(f"{path.name} is not UTF-8. Save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise WorldError(f"{path.name} is no proper CSV file: {error}.") from error
    except OSError as error:
        raise WorldError(f"Cannot read {path}: {error.strerror}.") from error


def _rows(file: str, lines: Reader, columns: dict[str, Column]) -> Iterator[Row]:
    header = next(lines, None)
    if header is None:
        raise WorldError(f"{file} is empty: its first line must name the columns.")
    _check_header(file, header, columns)
    for cells in filter(None, lines):
        # where a cell holds line breaks, this is the last line of its row
        place = f"{file}, line {lines.line_num}"
        if len(cells) != len(header):
            raise WorldError(f"{place}: {len(cells)} cells where the header names {len(header)} columns.")
        yield Row(lines.line_num, dict(_values(place, zip(header, cells, strict=True), columns)))


def _check_header(file: str, header: list[str], columns: dict[str, Column]) -> None:
    for name in header:
        if name not in columns:
            near = get_close_matches(name, columns, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(columns)}."
            raise WorldError(f"{file}, line 1: unknown column {name!r}; {hint}")
    if len(set(header)) < len(header):
        raise WorldError(f"{file}, line 1: a column is named twice.")
    missing = [name for name, column in columns.items() if column.required and name not in header]
    if missing:
        raise WorldError(f"{file}, line 1: the column {missing[0]} is missing.")


def _values(place: str, cells: Iterator[tuple[str, str]], columns: dict[str, Column]) -> Iterator[tuple[str, object]]:
    for name, cell in cells:
        if not cell and columns[name].required:
            raise WorldError(f"{place}, column {name}: must not be empty.")
        if cell:
            try:
                yield name, columns[name].read(cell)
            except WorldError as error:
                raise WorldError(f"{place}, column {name}: {error}.") from error
