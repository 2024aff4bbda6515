"""What the headers of an answer tell: the CRM's own clock, how long it asks us to wait, how many calls it allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_COUNT = 18
"""Digits of a number of calls."""


def read_http_date(header: str | None) -> datetime | None:
    """The instant of a Date header, None where it is missing or none. One without a zone (-0000) is UTC, not ours."""
    try:
        instant = parsedate_to_datetime(header or "")
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait by an answer's Retry-After, given as such or as a date; None where it does not say."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    until, now = read_http_date(asked), read_http_date(headers.get("Date"))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def read_count(header: str | None) -> int | None:
    """A number of calls; None where it is missing or none that there could be."""
    text = (header or "").strip()
    return int(text) if text.isdecimal() and len(text) <= LONGEST_COUNT else None
