"""How often a connection can sync within its share of the API allowance, reckoned before its first run."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

RECORDS_PER_CALL = 50
"""What a call brings on the dearer CRM, associations included; on the other it is more."""

CALLS_OF_ANY_RUN = 60
"""Login, descriptions, users, stages and one question for changes of each kind, with room for some answers."""

DAY = 24 * 60
RHYTHMS = {
    15: "*/15 * * * *",
    30: "*/30 * * * *",
    60: "0 * * * *",
    120: "0 */2 * * *",
    240: "0 */4 * * *",
    480: "0 */8 * * *",
    DAY: "0 2 * * *",
}
"""Minutes between two runs, and the schedule that says so."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A schedule with what it is reckoned to cost in API calls. `allowed` a day: None where the CRM tells no limit.

    `everything`: one run that reads all, as the first does and the sweep of each day. `fits`: within what is allowed.
    """

    schedule: str
    a_day: int
    everything: int
    allowed: int | None
    fits: bool = True


def choose_rhythm(records: int, daily_limit: int | None, share: Decimal) -> Rhythm:
    """The most frequent schedule whose day of runs stays within half of our share; half is left for writes and growth.

    Each day reads everything twice besides: the sweep and the nightly comparison.
    """
    everything = CALLS_OF_ANY_RUN + ceil(records / RECORDS_PER_CALL)
    allowed = None if daily_limit is None else int(daily_limit * share)
    rhythms = [
        Rhythm(schedule, DAY // minutes * CALLS_OF_ANY_RUN + 2 * everything, everything, allowed)
        for minutes, schedule in RHYTHMS.items()
    ]
    if allowed is None:
        return rhythms[0]
    return next((one for one in rhythms if one.a_day <= allowed / 2), _say_tight(rhythms[-1], allowed))


def _say_tight(rarest: Rhythm, allowed: int) -> Rhythm:
    return Rhythm(rarest.schedule, rarest.a_day, rarest.everything, allowed, fits=rarest.a_day <= allowed)
