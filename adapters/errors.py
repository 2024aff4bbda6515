"""Errors named for what to do next; vendor exceptions become one of these at the adapter's border.

Each message is one line for a person: what happened, where, what to do. It never holds a secret, a record's
values or a person's name.
"""

from __future__ import annotations


class CRMError(Exception):
    """Anything a CRM or its wire did that stopped us; `message` is the line for people."""

    def __init__(self, message: str, *, code: str = "") -> None:
        """Keep the line for people and the CRM's own short code for the fault (may be empty)."""
        super().__init__(message)
        self.message = message
        self.code = code


class FatalError(CRMError):
    """A person must act and retrying is useless: wrong key, missing permission or scope (exit 3)."""


class SchemaError(FatalError):
    """A field or object that the configuration or the KPI fields need is not there (exit 2)."""


class TransientError(CRMError):
    """The same call may work later: outage, reset, timeout, short rate limit, garbled answer (exit 4 when it lasts)."""

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        """`retry_after`: seconds the CRM asked us to wait, or None when it did not say."""
        super().__init__(message, code=code)
        self.retry_after = retry_after


class LimitReachedError(CRMError):
    """The daily limit, or our share of it, is spent: stop as incomplete, do not retry before the reset (exit 4)."""


class SkippableError(CRMError):
    """This record only: count it, keep it with the CRM's words, go on with the others."""
