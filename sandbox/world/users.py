"""The people of the selling company."""

from __future__ import annotations

from sandbox.world.dice import Dice
from sandbox.world.model import User
from sandbox.world.names import LOCALES, Pool, slug

ACCOUNTS_PER_USER = 15
FEWEST, MOST = 5, 300
LEFT_EVERY = 5


def make_users(dice: Dice, pools: dict[str, Pool], accounts: int) -> list[User]:
    """Sales people enough for so many accounts; one in five has left and still owns records."""
    count = min(MOST, max(FEWEST, accounts // ACCOUNTS_PER_USER))
    return [_user(dice, pools, number) for number in range(1, count + 1)]


def _user(dice: Dice, pools: dict[str, Pool], number: int) -> User:
    pool = pools[dice.pick(LOCALES)]
    first, last = dice.choice(pool.first_names), dice.choice(pool.last_names)
    mailbox = slug(f"{first} {last}").replace("-", ".") or "sales"
    return User(f"u{number}", first, last, f"{mailbox}.{number}@vendor.example", active=number % LEFT_EVERY != 0)
