"""How the API prints instants and days."""

from __future__ import annotations

from datetime import UTC, date, datetime


def print_moment(moment: datetime) -> str:
    """An aware instant as the API prints it: milliseconds, UTC, and +0000 rather than Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "+0000"


def print_second(moment: datetime) -> str:
    """An instant as records keep it: in whole seconds."""
    return print_moment(moment.replace(microsecond=0))


def read_moment(text: str) -> datetime:
    """The instant that an API client wrote. Raises ValueError when it is none or names no offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("the time names no offset from UTC")
    return moment.astimezone(UTC)


def read_day(text: str) -> date:
    """The day that an API client wrote. Raises ValueError when it is none."""
    if len(text) != len("2026-11-22"):
        raise ValueError("a date is written YYYY-MM-DD")
    return date.fromisoformat(text)
