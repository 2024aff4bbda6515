"""The instant of a computation, its date, and the windows that end there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property


@dataclass(frozen=True)
class AsOf:
    """T and D: the run's instant and its date in `zone`; windows are trailing and `window_days` long.

    Raises ValueError for an instant without a zone: its date would depend on the machine.
    """

    instant: datetime
    zone: tzinfo
    window_days: int

    def __post_init__(self) -> None:
        """Refuse a naive instant."""
        if self.instant.tzinfo is None:
            raise ValueError("as_of must be an aware datetime, for example datetime(2026, 1, 31, tzinfo=UTC)")

    @cached_property
    def day(self) -> date:
        """D."""
        return self.date_of(self.instant)

    @cached_property
    def window_start(self) -> date:
        """D - window_days, the last day before the window (at the earliest, the first day of the calendar)."""
        return date.fromordinal(max(1, self.day.toordinal() - self.window_days))

    def date_of(self, moment: datetime) -> date:
        """The calendar date of an instant in the configured zone."""
        return moment.astimezone(self.zone).date()

    def in_window(self, day: date | None) -> bool:
        """Whether D - window_days < day <= D; an unknown date lies in no window."""
        return day is not None and 0 <= (self.day - day).days < self.window_days

    def is_within(self, days: int, moment: datetime | None) -> bool:
        """Whether a moment lies in the last so many days; what is later than T does too, so that no clock matters."""
        return moment is not None and (self.day - self.date_of(moment)).days < days

    def in_window_before(self, day: date | None) -> bool:
        """Whether the day lies in the window just before this one."""
        return day is not None and self.window_days <= (self.day - day).days < 2 * self.window_days

    def is_past(self, hours: int, moment: datetime | None) -> bool:
        """Whether the moment is unknown or more than so many hours before T."""
        return moment is None or self.instant.astimezone(UTC) - moment > timedelta(hours=hours)
