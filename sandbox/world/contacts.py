"""The people at the companies: who decides, who is for us, who has left."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sandbox.world.dice import Dice
from sandbox.world.judgements import Judgement, judge
from sandbox.world.model import Contact, User
from sandbox.world.names import LOCALES, Pool, slug
from sandbox.world.profiles import Profile

PEOPLE_OF_A_RICH_ACCOUNT = 6
OLDEST = timedelta(days=2000)
IMPORTED = timedelta(days=200, hours=20, minutes=45)
"""How long before the end a great many people were imported, all with the same second."""
TITLES: dict[str | None, list[str]] = {
    "Management": ["CEO", "Chief Executive Officer", "Managing Director", "PDG", "Directrice générale"],
    "Finance": ["CFO", "Head of Finance", "Directeur financier", "Controller", "VP Finance"],
    "IT": ["CIO", "Chief Technology Officer", "Head of IT", "IT Manager", "System Administrator", "DSI"],
    "Purchasing": ["Head of Procurement", "Buyer", "Acheteuse"],
    "Legal": ["General Counsel", "Juriste", "Data Protection Officer"],
    "Operations": ["COO", "Plant Manager", "Geschäftsführer Betrieb", "Key User", "Assistant"],
    None: ["Consultant", "N/A"],
}


class People:
    """Makes contacts; no two have the same mail address, though some have the same name."""

    def __init__(self, dice: Dice, pools: dict[str, Pool], users: list[User], end: datetime) -> None:
        self._dice = dice
        self._pools = pools
        self._users = users
        self._end = end
        self._mailboxes: Counter[str] = Counter()
        self._namesakes: list[tuple[str, str]] = []

    def make(self, count: int, profiles: list[Profile]) -> list[Contact]:
        """So many contacts in order of creation; about one in twenty belongs to no account."""
        people = [self._person(home) for home in self._homes(count, profiles)]
        people.sort(key=lambda person: person.created_at)
        for number, person in enumerate(people, 1):
            person.key = f"c{number}"
        return people

    def _homes(self, count: int, profiles: list[Profile]) -> list[Profile | None]:
        sure = [profile for profile in profiles if profile.rich for _ in range(PEOPLE_OF_A_RICH_ACCOUNT)][:count]
        rest = count - len(sure)
        weights = [4 if profile.rich else 1 if profile.quiet else 2 for profile in profiles]
        drawn: list[Profile | None] = [None] * rest
        if profiles:
            drawn = [self._dice.unless(7, home) for home in self._dice.choices(profiles, weights, k=rest)]
        return [*sure, *drawn]

    def _person(self, home: Profile | None) -> Contact:
        dice = self._dice
        born = dice.moment(home.account.created_at if home else self._end - OLDEST, self._end)
        first, last = self._name()
        department = dice.choice(list(TITLES))
        judgement = judge(dice, rich=home.rich) if home else Judgement()
        return Contact(
            key="",
            created_at=born,
            modified_at=self._modified(born),
            account=home.account.key if home else None,
            first_name=dice.unless(4, first),
            last_name=dice.unless(1, last),
            email=dice.unless(8, self._mailbox(first, last, home)),
            title=dice.unless(20, dice.choice(TITLES[department])),
            department=dice.unless(30, department),
            owner=dice.unless(10, dice.choice(self._users).key),
            buying_roles=judgement.roles,
            influence=judgement.influence,
            stance=judgement.stance,
            departed=dice.chance(9),
        )

    def _name(self) -> tuple[str, str]:
        """A new name, or again one that somebody has already."""
        if self._namesakes and self._dice.chance(3):
            return self._dice.choice(self._namesakes)
        pool = self._pools[self._dice.pick(LOCALES)]
        # people called Null exist, and are text
        last = "Null" if self._dice.chance(0.2) else self._dice.choice(pool.last_names)
        name = (self._dice.choice(pool.first_names), last)
        self._namesakes.append(name)
        return name

    def _modified(self, born: datetime) -> datetime:
        imported = self._end - IMPORTED
        return imported if born <= imported and self._dice.chance(15) else self._dice.moment(born, self._end)

    def _mailbox(self, first: str, last: str, home: Profile | None) -> str:
        domain = (home.account.domain if home else None) or "mail.example"
        wanted = f"{slug(f'{first} {last}').replace('-', '.') or 'contact'}@{domain}"
        self._mailboxes[wanted] += 1
        name, _, place = wanted.partition("@")
        return wanted if self._mailboxes[wanted] == 1 else f"{name}.{self._mailboxes[wanted]}@{place}"
