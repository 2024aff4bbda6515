"""The time by a CRM's own clock, as its answers' Date header tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_http_date(header: str | None) -> datetime | None:
    """The instant of a Date header, None where it is missing or none. One without a zone (-0000) is UTC, not ours."""
    try:
        instant = parsedate_to_datetime(header or "")
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
