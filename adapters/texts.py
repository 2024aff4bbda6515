"""Which texts can be sent at all, and how those of others are shown."""

from __future__ import annotations

LONGEST_LINE = 200
"""Characters of foreign words in a message: one line of a terminal or a log."""


def shorten(words: str) -> str:
    """Somebody else's words as one line that is not too long."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def is_sendable(text: str) -> bool:
    """Whether a CRM can take this as the value of a field: no NUL, and no half of a character (a lone surrogate)."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def is_token(text: str) -> bool:
    """Whether this can stand in a header as a token: printable ASCII without spaces."""
    return text.isascii() and text.isprintable() and " " not in text
