"""When things happen to a deal: its creation, its stages, its close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sandbox.world.dice import Dice
from sandbox.world.storylines import Era, Outcome, Storyline

NOON = timedelta(hours=12)
LONGEST_CYCLE = 400
USUAL_CYCLE = 60
BACKDATED_PERCENT, SAME_DAY_PERCENT, LATE_ENTRY_PERCENT = 1, 2, 15
OVERDUE = {"no": 72, "a little": 20, "long": 8}
"""Whether the close date of an open deal has passed."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The outer dates of a deal. `last_change`: when it entered the stage it stands in, at the latest."""

    created_at: datetime
    last_change: datetime
    close_date: date


def make_schedule(dice: Dice, story: Storyline, end: datetime) -> Schedule:
    """Dates that fit a story: created in the morning, closed in the afternoon of a later or the same day."""
    if story.outcome is Outcome.OPEN:
        return _open(dice, story, end)
    closed_on = end.date() - timedelta(days=dice.randint(*story.era.value))
    if dice.chance(BACKDATED_PERCENT):
        return _entered_afterwards(dice, closed_on, end)
    created_at = _morning(dice, closed_on - timedelta(days=_cycle(dice, story)))
    late = timedelta(days=dice.randint(1, 10)) if dice.chance(LATE_ENTRY_PERCENT) else timedelta(0)
    return Schedule(created_at, min(end, _afternoon(dice, closed_on) + late), closed_on)


def spread_moments(dice: Dice, schedule: Schedule, count: int) -> list[datetime]:
    """So many different instants in order, from the creation to the last change."""
    seconds = int((schedule.last_change - schedule.created_at).total_seconds())
    between = sorted(dice.sample(range(1, seconds), count - 2)) if count > 2 else []  # noqa: PLR2004 - the two ends
    offsets = [0, *between, seconds][:count]
    return [schedule.created_at + timedelta(seconds=offset) for offset in offsets]


def _open(dice: Dice, story: Storyline, end: datetime) -> Schedule:
    age = min(_cycle(dice, story), Era.RECENT.value[1])
    created_at = _morning(dice, end.date() - timedelta(days=age))
    days = {"no": dice.randint(0, 180), "a little": -dice.randint(1, 29), "long": -dice.randint(31, 400)}
    close_date = end.date() + timedelta(days=days[dice.pick(OVERDUE)])
    return Schedule(created_at, dice.moment(created_at + NOON, end), max(close_date, created_at.date()))


def _entered_afterwards(dice: Dice, closed_on: date, end: datetime) -> Schedule:
    """A deal that somebody entered in the CRM only after it had closed."""
    entered = min(end, _morning(dice, closed_on + timedelta(days=dice.randint(1, 20))))
    return Schedule(entered, entered, closed_on)


def _cycle(dice: Dice, story: Storyline) -> int:
    if dice.chance(SAME_DAY_PERCENT):
        return 0
    return min(LONGEST_CYCLE, dice.around(story.profile.cycle_days if story.profile else USUAL_CYCLE, 0.5))


def _morning(dice: Dice, day: date) -> datetime:
    midnight = datetime.combine(day, time(), UTC)
    return dice.moment(midnight, midnight + NOON - timedelta(seconds=1))


def _afternoon(dice: Dice, day: date) -> datetime:
    return _morning(dice, day) + NOON
