"""Where things are printed: results on stdout, everything else on stderr; JSON as one document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 200


def console_out() -> Console:
    """For results; wide where nobody looks, so that lines are not folded in files and pipes."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=_WIDE)


def console_err() -> Console:
    """For everything that is not the result."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """One JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))  # noqa: T201 - this is what was asked for


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout; cells are shown as they are, never read as markup."""
    table = Table(title=Text(title, style="italic"), title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console_out().print(table)


def print_line(text: str) -> None:
    """One line of a result, on stdout."""
    console_out().print(text, markup=False)


def say(text: str) -> None:
    """One line for people, on stderr."""
    console_err().print(text, markup=False)


def _cell(value: object) -> Text:
    return Text("" if value is None else str(value))
