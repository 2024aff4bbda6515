"""Text that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.

The same holds for text that would otherwise ask for a value to be taken back.
"""

from __future__ import annotations

CLEAR = frozenset({"(clear)", "(effacer)"})
"""A cell that holds this and nothing else makes a value unknown; an empty one leaves it."""

_RUN = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width signs are meant
_GUARD = "'"


def guard(text: str) -> str:
    """The text as it may stand in a cell: nothing in it is run by a spreadsheet. Undone by `unguard`."""
    return _GUARD + text if _needs_guard(text) else text


def unguard(text: str) -> str:
    """The text of a cell without the apostrophe that `guard` put before it."""
    return text[1:] if text[:1] == _GUARD and _needs_guard(text[1:]) else text


def is_formula(text: str) -> bool:
    """Whether a cell's own text is a formula."""
    return text[:1] in {"=", "＝"}  # noqa: RUF001 - the same


def is_clear(cell: object) -> bool:
    """Whether a cell asks for its value to be taken back."""
    return isinstance(cell, str) and cell.strip().casefold() in CLEAR


def _needs_guard(text: str) -> bool:
    return text[:1] in _RUN or text[:1] == _GUARD or is_clear(text)
