"""A world as a folder of CSV files: docs/sandbox.md describes the format."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sandbox.world.csv_cells import Column, columns, write_cell
from sandbox.world.csv_defaults import fill_in
from sandbox.world.csv_file import read_rows
from sandbox.world.csv_tables import SETTINGS, TABLES, Row
from sandbox.world.errors import WorldError
from sandbox.world.model import World
from sandbox.world.references import check_references

HOME_CURRENCY = "home_currency"
DEFAULT_HOME = "EUR"


def read_world(folder: Path) -> World:
    """The world that a folder holds; a missing file is an empty list. Raises WorldError naming file, line, column."""
    if not folder.is_dir():
        raise WorldError(f"There is no data folder {folder}.")
    _check_names(folder)
    rows = {
        table: read_rows(path, columns(record))
        for table, record in TABLES.items()
        if (path := _file(folder, table)).exists()
    }
    fill_in(rows)
    check_references(rows)
    lists: dict[str, Any] = {table: _build(TABLES[table], content) for table, content in rows.items()}
    return World(_read_home(folder), **lists)


def write_world(world: World, folder: Path) -> None:
    """Write all files of a world, from which `read_world` makes an equal one; the folder is made where needed."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(_file(folder, SETTINGS), [HOME_CURRENCY], [[world.home_currency]])
    for table, record in TABLES.items():
        names = [field.name for field in fields(record)]
        _write(_file(folder, table), names, ([getattr(r, name) for name in names] for r in getattr(world, table)))


def _build(record: type, rows: list[Row]) -> list[object]:
    """Records from rows in which all that is required is there: a column without a default is null where absent."""
    blank = {f.name: None for f in fields(record) if (f.default, f.default_factory) == (MISSING, MISSING)}
    return [record(**(blank | row.values)) for row in rows]


def _file(folder: Path, table: str) -> Path:
    return folder / f"{table}.csv"


def _check_names(folder: Path) -> None:
    """A misspelt file would otherwise count as a missing one."""
    known = [f"{table}.csv" for table in (SETTINGS, *TABLES)]
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            near = get_close_matches(path.name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
            raise WorldError(f"Unknown file {path.name} in {folder}; {hint}")


def _read_home(folder: Path) -> str:
    path = _file(folder, SETTINGS)
    if not path.exists():
        return DEFAULT_HOME
    rows: list[Row] = read_rows(path, {HOME_CURRENCY: Column(HOME_CURRENCY, str, required=True)})
    if len(rows) != 1:
        raise WorldError(f"{path.name} must have one row under its header, not {len(rows)}.")
    return str(rows[0].values[HOME_CURRENCY])


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # its own line ends, CRLF: only then does it put a cell that holds a lone CR between quotes
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([write_cell(value) for value in row] for row in rows)
