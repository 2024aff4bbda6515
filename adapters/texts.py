"""Which texts can be sent at all."""

from __future__ import annotations


def is_sendable(text: str) -> bool:
    """Whether a CRM can take this as the value of a field: no NUL, and no half of a character (a lone surrogate)."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def is_token(text: str) -> bool:
    """Whether this can stand in a header as a token: printable ASCII without spaces."""
    return text.isascii() and text.isprintable() and " " not in text
