"""The companies sold to: groups of several levels, duplicates, gaps."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.world.dice import Dice
from sandbox.world.model import Account, User
from sandbox.world.names import COUNTRIES, LOCALES, Pool, slug

INDUSTRIES = [
    "Retail",
    "Manufacturing",
    "Healthcare",
    "Finance",
    "Software",
    "Logistics",
    "Public Sector",
    "Telecommunications",
    "Énergie",
]
OLDEST, YOUNGEST = timedelta(days=2200), timedelta(days=20)
"""How long ago accounts were created."""
TWIN_PERCENT, SUBSIDIARY_PERCENT = 3, 30
MOST_LEVELS = 4


class Companies:
    """Makes accounts one after another, each related or not to those before it."""

    def __init__(self, dice: Dice, pools: dict[str, Pool], users: list[User], end: datetime) -> None:
        self._dice = dice
        self._pools = pools
        self._users = users
        self._end = end
        self._made: list[Account] = []
        self._levels: dict[str, int] = {}

    def make(self, count: int) -> list[Account]:
        """So many accounts in order of creation; a parent is older than its subsidiaries."""
        births = sorted(self._dice.moment(self._end - OLDEST, self._end - YOUNGEST) for _ in range(count))
        for born in births:
            account = self._stranger(f"a{len(self._made) + 1}", born)
            self._relate(account)
            self._made.append(account)
        return self._made

    def _relate(self, account: Account) -> None:
        self._levels[account.key] = 1
        if not self._made:
            return
        if self._dice.chance(TWIN_PERCENT):
            self._make_twin(account, self._dice.choice(self._made))
        elif self._dice.chance(SUBSIDIARY_PERCENT):
            self._make_subsidiary(account, self._dice.choice(self._made))

    def _make_twin(self, account: Account, other: Account) -> None:
        """Somebody entered a company that was there already."""
        account.name = self._dice.choice([other.name, other.name, other.name.upper()])
        account.domain = other.domain

    def _make_subsidiary(self, account: Account, parent: Account) -> None:
        if self._levels[parent.key] >= MOST_LEVELS:
            return
        self._levels[account.key] = self._levels[parent.key] + 1
        account.parent = parent.key
        account.name = f"{parent.name[:150]} {account.city or account.country or 'Holding'}"

    def _stranger(self, key: str, born: datetime) -> Account:
        dice = self._dice
        pool = self._pools[dice.pick(LOCALES)]
        name = self._name(pool, key)
        return Account(
            key=key,
            name=name,
            created_at=born,
            modified_at=dice.moment(born, self._end),
            domain=dice.unless(8, f"{slug(name) or key}.example"),
            owner=dice.unless(5, dice.choice(self._users).key),
            industry=dice.unless(15, dice.choice(INDUSTRIES)),
            country=dice.unless(10, dice.pick(COUNTRIES[pool.locale])),
            city=dice.unless(15, dice.choice(pool.cities)),
            annual_revenue=dice.unless(35, Decimal(dice.around(400, 1.2) * 50_000)),
            employees=dice.unless(35, dice.around(250, 1.4)),
            potential_revenue=dice.unless(45, Decimal(dice.around(60, 0.9) * 5_000)),
            strategic=dice.pick({True: 12, False: 48, None: 40}),
        )

    def _name(self, pool: Pool, key: str) -> str:
        """A company's name; in large worlds, where the pool would repeat itself, with its place."""
        name = self._dice.choice(pool.companies)
        if self._dice.chance(50) and len(self._made) > len(pool.companies):
            name = f"{name} {self._dice.choice(pool.cities)}"
        return f"{name} 🏭 #{key}" if self._dice.chance(1) else name
