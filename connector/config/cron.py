"""Cron expressions as cron reads them, for APScheduler."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from apscheduler.triggers.cron import CronTrigger

from connector.languages.speech import _

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY_PART = re.compile(r"(?:\*|(?P<first>[0-7]|[a-z]{3})(?:-(?P<last>[0-7]|[a-z]{3}))?)(?:/(?P<step>[1-7]))?")
_LEAP_YEAR_START = datetime(2028, 1, 1, tzinfo=UTC)


def make_trigger(expression: str, zone: tzinfo) -> CronTrigger:
    """The trigger of a five-field cron expression in a time zone; ValueError says what to mend.

    Weekdays count from Sunday (0 or 7) as cron does: APScheduler 3 itself would count from Monday (its issue 286).
    """
    fields = expression.lower().split()
    if len(fields) != 5:  # noqa: PLR2004 - cron's fields: minute, hour, day, month, weekday
        raise ValueError(_('not a cron expression: write minute, hour, day, month, weekday, like "*/15 * * * *"'))
    if fields[2] != "*" and fields[4] != "*":
        raise ValueError(_("gives a day of the month and a weekday: choose one of them"))
    fields[4] = _name_weekdays(fields[4])
    try:
        return CronTrigger.from_crontab(" ".join(fields), timezone=zone)
    except ValueError:
        raise ValueError(
            _("not a cron expression: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7")
        ) from None


def find_next(expression: str | None, zone: tzinfo, now: datetime) -> datetime | None:
    """When a schedule next comes due; None without one, or where it never does."""
    due: datetime | None = make_trigger(expression, zone).get_next_fire_time(None, now) if expression else None
    return due


def require_cron(expression: str) -> str:
    """The expression itself where it is one that comes due; ValueError otherwise."""
    trigger = make_trigger(expression, UTC)
    if trigger.get_next_fire_time(None, _LEAP_YEAR_START) is None:
        raise ValueError(_("never comes due: no month has that day"))
    return expression


def _name_weekdays(field: str) -> str:
    if field == "*":
        return field
    numbers = {number for part in field.split(",") for number in _list_weekdays(part)}
    return ",".join(_DAYS[number] for number in sorted(numbers))


def _list_weekdays(part: str) -> list[int]:
    match = _DAY_PART.fullmatch(part)
    if not match:
        raise ValueError(_("not a weekday: write 0-7 (0 and 7: Sunday) or sun, mon, tue, wed, thu, fri, sat"))
    first, last = (_number(match["first"]), _last_of(match)) if match["first"] else (0, 6)
    if last < first:
        raise ValueError(_("a range of weekdays must run forward: write the days one by one, like fri,sat,sun,mon"))
    return [number % 7 for number in range(first, last + 1, int(match["step"] or 1))]


def _last_of(match: re.Match[str]) -> int:
    if match["last"]:
        last = _number(match["last"])
        return 7 if last == 0 and _number(match["first"]) > 0 else last  # mon-sun ends with the week
    return 6 if match["step"] else _number(match["first"])


def _number(day: str) -> int:
    if day.isdigit():
        return int(day)
    if day not in _DAYS:
        raise ValueError(_("not a weekday: write 0-7 (0 and 7: Sunday) or sun, mon, tue, wed, thu, fri, sat"))
    return _DAYS.index(day)
