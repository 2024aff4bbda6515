from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.config.cron import make_trigger

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SUNDAY, TUESDAY, FRIDAY, SATURDAY = (MONDAY + timedelta(days=n) for n in (-1, 1, 4, 5))


def _weekdays(expression: str) -> list[str]:
    """The weekdays on which the expression comes due, from a Sunday on."""
    trigger = make_trigger(f"0 8 * * {expression}", UTC)
    days = [SUNDAY + timedelta(days=n) for n in range(7)]
    due = [trigger.get_next_fire_time(None, day) for day in days]
    return [f"{day:%a}" for day, moment in zip(days, due, strict=True) if moment.date() == day.date()]


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0", ["Sun"]),
        ("7", ["Sun"]),
        ("1", ["Mon"]),
        ("1-5", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("mon-fri", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("FRI-SUN", ["Sun", "Fri", "Sat"]),
        ("5-7", ["Sun", "Fri", "Sat"]),
        ("sun-tue", ["Sun", "Mon", "Tue"]),
        ("*/2", ["Sun", "Tue", "Thu", "Sat"]),
        ("1,sat", ["Mon", "Sat"]),
        ("1-5/2", ["Mon", "Wed", "Fri"]),
        ("*", ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]),
    ],
)
def test_weekdays_are_counted_as_cron_counts_them(expression, days):
    assert _weekdays(expression) == days


@pytest.mark.parametrize("expression", ["8", "moon", "mon-moon", "5-1", "", "1--2", "*-3"])
def test_a_weekday_that_cron_does_not_know_is_refused(expression):
    with pytest.raises(ValueError, match=r"weekday|cron"):
        make_trigger(f"0 8 * * {expression}", UTC)


def test_a_schedule_is_meant_in_the_configured_zone():
    trigger = make_trigger("30 7 * * *", ZoneInfo("Europe/Paris"))
    assert trigger.get_next_fire_time(None, MONDAY).astimezone(UTC) == MONDAY.replace(hour=6, minute=30)


def test_a_day_of_the_month_beside_a_weekday_is_refused():
    with pytest.raises(ValueError, match="choose one of them"):
        make_trigger("0 8 1 * 1", UTC)
