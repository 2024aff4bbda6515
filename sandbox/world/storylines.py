"""What becomes of each deal, before any detail: whose it is, how it ends and about when.

Chance alone would leave most accounts of a small world without enough closed deals for any figure; so rich accounts
are given theirs first, and what is left is spread by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from sandbox.world.dice import Dice
from sandbox.world.profiles import Profile


class Outcome(Enum):
    """How far a deal has come."""

    WON = auto()
    LOST = auto()
    OPEN = auto()


class Era(Enum):
    """When a deal closed: so many days before the end of the world, from and to."""

    RECENT = (0, 364)
    BEFORE = (365, 729)
    OLDER = (730, 912)


@dataclass(frozen=True, slots=True)
class Storyline:
    """A deal to be; `profile` None: it belongs to no account."""

    profile: Profile | None
    outcome: Outcome
    era: Era


Plan = list[tuple[Outcome | None, Era]]
# an outcome of None is decided by the account's luck
RICH: Plan = [
    (Outcome.WON, Era.RECENT),
    (Outcome.WON, Era.RECENT),
    (Outcome.LOST, Era.RECENT),
    (None, Era.RECENT),
    (None, Era.RECENT),
    (Outcome.WON, Era.BEFORE),
    (None, Era.BEFORE),
    (Outcome.OPEN, Era.RECENT),
    (Outcome.OPEN, Era.RECENT),
]
GIANT: Plan = [(None, Era.RECENT)] * 18 + [(Outcome.OPEN, Era.RECENT)] * 3
"""What a few rich accounts have besides: enough for a conversion rate of every stage."""
MOST_GIANTS = 7
HOMELESS_PERCENT = 12
"""Of the deals spread by chance, how many belong to no account."""
CHANCES: dict[tuple[bool, Era], int] = {
    (True, Era.RECENT): 32,
    (False, Era.RECENT): 34,
    (False, Era.BEFORE): 22,
    (False, Era.OLDER): 12,
}
"""Whether a deal spread by chance is open, and its era, with weights."""


def make_storylines(dice: Dice, profiles: list[Profile], count: int) -> list[Storyline]:
    """So many deals to be."""
    rich = [profile for profile in profiles if profile.rich]
    planned = [_settle(dice, profile, step) for profile in rich for step in RICH]
    giants = rich[: min(MOST_GIANTS, max(0, count * 9 // 10 - len(planned)) // len(GIANT))]
    planned += [_settle(dice, profile, step) for profile in giants for step in GIANT]
    return planned + _spread(dice, profiles, count - len(planned))


def _spread(dice: Dice, profiles: list[Profile], count: int) -> list[Storyline]:
    sold_to = [profile for profile in profiles if not profile.quiet]
    weights = [3 if profile.rich else 2 for profile in sold_to]
    if not sold_to:
        return [_by_chance(dice, None) for _ in range(count)]
    homes = dice.choices(sold_to, weights, k=count)
    return [_by_chance(dice, dice.unless(HOMELESS_PERCENT, home)) for home in homes]


def _by_chance(dice: Dice, profile: Profile | None) -> Storyline:
    is_open, era = dice.pick(CHANCES)
    return _settle(dice, profile, (Outcome.OPEN if is_open else None, era))


def _settle(dice: Dice, profile: Profile | None, step: tuple[Outcome | None, Era]) -> Storyline:
    outcome, era = step
    if outcome is None:
        outcome = Outcome.WON if dice.chance(profile.win_percent if profile else 40) else Outcome.LOST
    return Storyline(profile, outcome, era)
