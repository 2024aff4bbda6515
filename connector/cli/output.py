"""Where things are printed: results on stdout, everything else on stderr; JSON as one document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from connector.languages.speech import _, speaker

_WIDE = 200
_BOUNDLESS = 10_000
"""Wider than any table, so that none is measured as if it were folded already."""

_REORDERING = r"\u2028-\u202e\u2066-\u2069"
_NO_CHARACTERS = r"\ud800-\udfff"
_ACTIVE = re.compile(rf"[\x00-\x1f\x7f-\x9f{_REORDERING}{_NO_CHARACTERS}]")
# json.dumps escapes the first 32 control characters by itself; the line breaks that remain are its own
_ACTIVE_IN_JSON = re.compile(rf"[\x7f-\x9f{_REORDERING}{_NO_CHARACTERS}]")


def console_out() -> Console:
    """For results; wide where nobody looks, so that lines are not folded in files and pipes."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=_WIDE)


def console_err() -> Console:
    """For everything that is not the result."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """One JSON document on stdout."""
    written = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    print(_ACTIVE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written))  # noqa: T201 - this is what was asked for


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout; cells are shown as they are, never read as markup or by the terminal.

    Where the terminal is so narrow that words would be torn, each row is a paragraph with one line per column.
    """
    console, head = console_out(), Text(inert(title), style="italic")
    cells = [[_cell(value) for value in row] for row in rows]
    table = _build_table(columns, cells)
    console.print(head)
    if Measurement.get(console, console.options.update_width(_BOUNDLESS), table).minimum <= console.width:
        console.print(table)
    else:
        for row in cells:
            console.print(_paragraph(columns, row), "")


def _build_table(columns: Sequence[str], cells: Sequence[Sequence[Text]]) -> Table:
    table = Table(header_style="bold")
    for index, column in enumerate(columns):
        words_only = all(" " not in row[index].plain for row in cells)
        # what cannot be broken keeps its width; a column of sentences is the one that gives way
        table.add_column(Text(column), overflow="fold", no_wrap=words_only and " " not in column)
    for row in cells:
        table.add_row(*row)
    return table


def _paragraph(columns: Sequence[str], row: Sequence[Text]) -> Table:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    for column, cell in zip(columns, row, strict=True):
        if cell:
            lines.add_row(Text(column, style="bold"), cell)
    return lines


def print_line(text: str) -> None:
    """One line of a result, on stdout."""
    console_out().print(Text(inert(text)))


def say(text: str) -> None:
    """One line for people, on stderr."""
    console_err().print(Text(inert(text)))


def inert(text: str) -> str:
    r"""The text with what a terminal would act on spelt out: escape sequences (`\x1b[2J`), line breaks, reversals.

    So nobody can, by a name in the CRM, clear the screen, forge a line, or have `gnp.exe` read as `exe.png`.
    """
    return _ACTIVE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _cell(value: object) -> Text:
    return Text("" if value is None else inert(_written(value)))


def _written(value: object) -> str:
    """Figures as people of the language write them; all else as it is."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return speaker().number(value) if isinstance(value, int | Decimal) else str(value)
