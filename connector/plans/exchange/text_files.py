"""Tables in text files, in whatever encoding and with whatever separator a spreadsheet wrote them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

import charset_normalizer

from connector.languages.speech import _, speaker
from connector.plans.exchange.guard import guard
from connector.plans.exchange.table import (
    MOST_ABOVE,
    MOST_LINES,
    Columns,
    FileError,
    Table,
    count_known,
    find_header,
    make_row,
    name_columns,
    titles_of,
)

SEPARATORS = (",", ";", "\t", "|")
"""Spreadsheets write semicolons where the comma is the decimal mark; there the day comes first in dates too."""

LONGEST = 10_000_000
"""Characters of a cell; Python's own limit is less than a plan may hold."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf_16_le": "UTF-16", "utf_16_be": "UTF-16"}
_GUESSES = ["cp1252", "utf_16_le", "utf_16_be"]
"""What spreadsheets write beside UTF-8, as far as it can be told apart without a mark."""


def read_text(content: bytes, known: Columns) -> Table:
    """The table in a text file; `known`: the columns that may be there. Raises FileError."""
    text, encoding = _decode(content)
    separator = _find_separator(text, known)
    lines = list(_lines(text, separator))
    head = find_header(lines, known)
    header = lines[head] if lines else []
    columns = name_columns(header, known)
    numbered = enumerate(lines[head + 1 :], head + 2)
    rows = [row for line, cells in numbered if (row := make_row(line, columns, cells)) is not None]
    if len(rows) > MOST_LINES:
        raise FileError(_("the file has more than {number} lines: split it", number=speaker().number(MOST_LINES)))
    spelt = {"\t": "tab"}.get(separator, separator)
    read_as, day_first = f"{encoding}, separated by {spelt}", True if separator == ";" else None
    return Table(columns, rows, read_as, day_first, titles_of(columns, header))


def write_text(columns: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    """A text file that spreadsheets read: UTF-8 with a mark, every cell quoted, nothing in it is run."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _decode(content: bytes) -> tuple[str, str]:
    mark = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in [mark] if mark else ["utf-8"] if b"\0" not in content else []:
        try:
            return content.decode(encoding), _NAMES[encoding]
        except UnicodeDecodeError:
            continue
    guess = None if mark else charset_normalizer.from_bytes(content, cp_isolation=_GUESSES).best()
    if guess is None or (b"\0" in content and not _has_lines(str(guess))):
        raise FileError(_("the file is in an encoding that cannot be told: save it as UTF-8"))
    return str(guess), _NAMES.get(guess.encoding, "Windows-1252")


def _has_lines(text: str) -> bool:
    """Whether the text falls into lines or cells; what is none, taken for UTF-16, is a row of rare characters."""
    return any(mark in text for mark in ("\n", "\r", *SEPARATORS))


def _find_separator(text: str, known: Columns) -> str:
    """The one by which one of the first lines falls into the most columns that are known, else into the most."""

    def recognised(separator: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        lines = [(count_known(cells, known), len(cells)) for cells in islice(reader, MOST_ABOVE)]
        return max(lines, default=(0, 0))

    csv.field_size_limit(LONGEST)
    return max(SEPARATORS, key=recognised)


def _lines(text: str, separator: str) -> Iterator[Sequence[str]]:
    """Each line's cells; one with line breaks in its cells is one line, as a spreadsheet numbers them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield cells
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise FileError(
            _("line {begins}: {fault}: a quote is amiss, or a cell is far too long", begins=begins, fault=fault)
        ) from None
