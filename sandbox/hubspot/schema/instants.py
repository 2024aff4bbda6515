"""Instants and dates as HubSpot writes and reads them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EPOCH_VALUE = re.compile(r"-?[0-9]+")


def to_text(instant: datetime) -> str:
    """ISO-8601 in UTC with milliseconds."""
    return instant.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def to_short_text(instant: datetime) -> str:
    """The same, but midnight comes without milliseconds: recorded for `closedate`."""
    return f"{instant:%Y-%m-%dT00:00:00Z}" if instant.time() == time(0) else to_text(instant)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970."""
    return (instant - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The instant of an epoch value in milliseconds."""
    return EPOCH + milliseconds * MILLISECOND


def truncated(instant: datetime) -> datetime:
    """The instant as HubSpot keeps it: in UTC, to the millisecond."""
    return from_ms(to_ms(instant))


def parse_instant(text: str) -> datetime | None:
    """ISO-8601 with an offset, or epoch milliseconds; None where it is neither."""
    try:
        return from_ms(int(text)) if EPOCH_VALUE.fullmatch(text) else _parse_iso(text)
    except (ValueError, OverflowError):
        return None


def _parse_iso(text: str) -> datetime | None:
    instant = datetime.fromisoformat(text)
    return truncated(instant.astimezone(UTC)) if instant.tzinfo else None


def parse_date(text: str) -> date | None:
    """`YYYY-MM-DD`; None where it is not (fromisoformat also takes 20260101 and week dates, HubSpot does not)."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
