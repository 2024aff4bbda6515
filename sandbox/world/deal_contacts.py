"""Who takes part in a deal, and as what."""

from __future__ import annotations

from sandbox.world.dice import Dice
from sandbox.world.model import Contact, DealContact

NUMBER_OF_PEOPLE = {0: 8, 1: 24, 2: 30, 3: 22, 4: 11, 5: 5}
WITHOUT_ROLE_PERCENT, OUTSIDER_PERCENT, WITHOUT_PRIMARY_PERCENT = 30, 4, 15
ROLES: dict[str, int] = {
    "Economic Buyer": 12,
    "Decision Maker": 14,
    "Executive Sponsor": 6,
    "Technical Buyer": 12,
    "Evaluator": 8,
    "Business User": 14,
    "End User": 6,
    "Coach": 8,
    "Champion": 5,
    "Blocker": 3,
    "Influencer": 8,
    "Other": 3,
    "Gatekeeper": 1,
}
"""The labels in use, with weights; Gatekeeper is somebody's own invention."""


class Participants:
    """Puts people on deals: those of the account, and now and then somebody from elsewhere."""

    def __init__(self, dice: Dice, contacts: list[Contact]) -> None:
        self._dice = dice
        self._everybody = contacts
        self._by_account: dict[str | None, list[Contact]] = {}
        for contact in contacts:
            self._by_account.setdefault(contact.account, []).append(contact)

    def make(self, deal: str, account: str | None) -> list[DealContact]:
        """The people on one deal, each once; at most one of them is the primary."""
        dice = self._dice
        own = self._by_account.get(account, [])
        people = dice.sample(own, min(len(own), dice.pick(NUMBER_OF_PEOPLE)))
        if self._everybody and dice.chance(OUTSIDER_PERCENT):
            outsider = dice.choice(self._everybody)
            people += [] if outsider in people else [outsider]
        with_primary = not dice.chance(WITHOUT_PRIMARY_PERCENT)
        return [self._part(deal, person, primary=with_primary and place == 0) for place, person in enumerate(people)]

    def _part(self, deal: str, person: Contact, *, primary: bool) -> DealContact:
        role = self._dice.unless(WITHOUT_ROLE_PERCENT, self._dice.pick(ROLES))
        return DealContact(deal, person.key, role, primary)
