"""Reads and writes the files themselves: a workbook by its ending, else text."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from connector.languages.speech import _, mark
from connector.plans.exchange.exporting import Sheet, as_text
from connector.plans.exchange.forms import Form
from connector.plans.exchange.table import FileError, Table
from connector.plans.exchange.text_files import read_text, write_text
from connector.plans.exchange.titles import columns_by_title
from connector.plans.exchange.workbooks import read_workbook, write_workbook

MOST_BYTES = 50_000_000
WORKBOOKS = (".xlsx", ".xlsm")
_OLD = (".xls", ".ods", ".numbers")


def read_file(path: Path, form: Form) -> Table:
    """The table in a file. Raises FileError."""
    if path.suffix.lower() in _OLD:
        raise FileError(_("{file}: only .csv and .xlsx are read: save it as one of them", file=path.name))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(
                _("{file} is larger than {size} MB: split it", file=path.name, size=MOST_BYTES // 1_000_000)
            )
        content = path.read_bytes()
    except OSError as fault:
        raise FileError(_("{file}: {reason}", file=path, reason=_reason(fault))) from None
    known = columns_by_title(form.name)
    return read_workbook(content, known) if path.suffix.lower() in WORKBOOKS else read_text(content, known)


def write_file(path: Path, sheet: Sheet, separator: str = ",") -> None:
    """Write a sheet, readable by the file's owner alone: plans hold opinions about people. Raises FileError."""
    if path.suffix.lower() in WORKBOOKS:
        content = write_workbook(sheet.name, sheet.titles, sheet.rows)
    else:
        content = write_text(sheet.titles, as_text(sheet), separator)
    write_private(path, content)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read. Raises FileError."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
    except OSError as fault:
        raise FileError(_("{file}: {reason}", file=path, reason=_reason(fault))) from None


def _reason(fault: OSError) -> str:
    """What happens most, in the reader's language; what is rare in the operating system's words."""
    known = _REASONS.get(fault.errno or 0)
    return _(known) if known else str(fault.strerror)


_REASONS: Mapping[int, str] = {
    errno.ENOENT: mark("there is no such file or folder"),
    errno.EACCES: mark("you may not open it"),
    errno.EISDIR: mark("it is a folder"),
    errno.ENOSPC: mark("the disk is full"),
}
