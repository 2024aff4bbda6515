"""What an account is like, which no CRM records but which makes its figures what they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from sandbox.world.catalogue import FAMILIES, OPEN_STAGES
from sandbox.world.dice import Dice
from sandbox.world.model import Account

RICH_PERCENT = 22
QUIET_PERCENT = 20
OLDER_PERCENT = 60
"""Rich accounts are among the older ones, who are old enough for the deals of thirty months."""
RICH_DEALS = 9
"""How many deals a rich account has at least: see storylines.py."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An account and its ways. `rich`: well known and sold to; `quiet`: never sold to.

    `win_percent` of its deals are won, after about `cycle_days`; most lost ones are lost in the open stage numbered
    `weak_stage`. It buys from `families`, in quantities about `appetite`.
    """

    account: Account
    rich: bool
    quiet: bool
    win_percent: int
    cycle_days: int
    weak_stage: int
    families: tuple[str | None, ...]
    appetite: int


def make_profiles(dice: Dice, accounts: list[Account], deals: int) -> list[Profile]:
    """A profile per account; over a fifth are rich, if there are deals enough. Accounts come in order of creation."""
    count = min(ceil(len(accounts) * RICH_PERCENT / 100), deals * 8 // 10 // RICH_DEALS)
    rich = set(dice.sample(range(max(count, len(accounts) * OLDER_PERCENT // 100)), count))
    return [_profile(dice, account, rich=place in rich) for place, account in enumerate(accounts)]


def _profile(dice: Dice, account: Account, *, rich: bool) -> Profile:
    families = list(FAMILIES)
    return Profile(
        account=account,
        rich=rich,
        quiet=not rich and dice.chance(QUIET_PERCENT * 100 / (100 - RICH_PERCENT)),
        win_percent=dice.randint(25, 75),
        cycle_days=dice.randint(25, 130),
        weak_stage=dice.randrange(OPEN_STAGES),
        families=tuple(dice.sample(families, dice.randint(2, len(families) - 1))),
        appetite=dice.randint(1, 12),
    )
