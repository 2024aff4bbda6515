"""Text that a spreadsheet would take for a formula is written with an apostrophe before it, and read without."""

from __future__ import annotations

_RUN = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width signs are meant
_GUARD = "'"


def guard(text: str) -> str:
    """The text as it may stand in a cell: nothing in it is run by a spreadsheet. Undone by `unguard`."""
    return _GUARD + text if text[:1] in _RUN or text[:1] == _GUARD else text


def unguard(text: str) -> str:
    """The text of a cell without the apostrophe that `guard` put before it."""
    guarded = text[:1] == _GUARD and (text[1:2] in _RUN or text[1:2] == _GUARD)
    return text[1:] if guarded else text


def is_formula(text: str) -> bool:
    """Whether a cell's own text is a formula."""
    return text[:1] in {"=", "＝"}  # noqa: RUF001 - the same
