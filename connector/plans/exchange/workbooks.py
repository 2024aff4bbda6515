"""Tables in workbooks (.xlsx): typed cells, no formulas."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from connector.languages.speech import _, mark, speaker
from connector.plans.exchange.guard import guard
from connector.plans.exchange.table import (
    MOST_ABOVE,
    MOST_LINES,
    Columns,
    FileError,
    Row,
    Table,
    count_known,
    find_header,
    make_row,
    name_columns,
    titles_of,
)

MOST_BYTES = 500_000_000
"""What a workbook may hold when unpacked; more is an attack or a mistake."""

LONGEST_CELL = 32_767
SURE_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; a longer one is written as text."""

EARLIEST = date(1901, 1, 1)
"""Spreadsheets count days from 1900, and get its February wrong."""

_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read_workbook(content: bytes, known: Columns) -> Table:
    """The table on the sheet that holds most of the columns that may be there. Raises FileError."""
    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        title, lines = _find_sheet(book.worksheets, known)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, SyntaxError):
        raise FileError(_("this is no workbook that can be read: save it as .xlsx again, or as CSV")) from None
    head = find_header([[cell.value for cell in cells] for cells in lines[:MOST_ABOVE]], known)
    header = [_value(cell) for cell in lines[head]] if lines else []
    columns = name_columns(header, known)
    numbered = enumerate(lines[head + 1 :], head + 2)
    rows = [row for line, cells in numbered if (row := _row(line, columns, cells)) is not None]
    if len(rows) > MOST_LINES:
        raise FileError(_("the sheet has more than {number} lines: split it", number=speaker().number(MOST_LINES)))
    return Table(columns, rows, f"the sheet “{title}”", titles=titles_of(columns, header))


def _find_sheet(sheets: Sequence[Any], known: Columns) -> tuple[str, list[list[Any]]]:
    """The name and the cells of that sheet; of several alike the first."""
    best: tuple[int, str, list[list[Any]]] = (-1, "", [])
    for sheet in sheets:
        sheet.reset_dimensions()  # some programs write wrong ones, and then all cells but the first are not read
        lines = [list(row) for row in sheet.iter_rows()]
        most = max((count_known([cell.value for cell in line], known) for line in lines[:MOST_ABOVE]), default=0)
        if most > best[0]:
            best = (most, sheet.title, lines)
    return best[1], best[2]


def write_workbook(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook with one sheet; amounts and days are such, texts are guarded. Raises FileError for a text too long."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_cell(value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except zipfile.BadZipFile:
        raise FileError(_("this is no workbook that can be read: save it as .xlsx again, or as CSV")) from None
    if size > MOST_BYTES:
        raise FileError(_("the workbook is too large when unpacked: split it"))


def _row(line: int, columns: Sequence[str], cells: Sequence[Any]) -> Row | None:
    faults = [_(_ODD[cell.data_type], cell=cell.coordinate) for cell in cells if _type(cell) in _ODD]
    return make_row(line, columns, [_value(cell) for cell in cells], faults[0] if faults else None)


_ODD = {
    "f": mark("{cell} holds a formula: put its value there instead"),
    "e": mark("{cell} holds an error of the spreadsheet: put a value there"),
}


def _type(cell: Any) -> str | None:  # noqa: ANN401 - a cell of openpyxl, or one that is not there
    return getattr(cell, "data_type", None)


def _value(cell: Any) -> object:  # noqa: ANN401 - a cell of openpyxl
    value = cell.value
    return _unescape(value) if isinstance(value, str) else value


def _cell(value: object) -> object:
    if isinstance(value, Decimal):
        return value if _is_sure(value) else str(value)
    if isinstance(value, date):
        return value if value >= EARLIEST else value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    text = _escape(guard(str(value)))
    if len(text) > LONGEST_CELL:
        raise FileError(
            _(
                "a text is longer than the {number} characters of a cell: export .csv instead",
                number=speaker().number(LONGEST_CELL),
            )
        )
    return text


def _escape(text: str) -> str:
    """The text with what XML cannot hold, or would change, as workbooks spell it: `_x000D_`."""
    return _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", re.sub("_(?=x)", "_x005F_", text))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _is_sure(value: Decimal) -> bool:
    return Decimal(repr(float(value))) == value and len(value.as_tuple().digits) <= SURE_DIGITS
