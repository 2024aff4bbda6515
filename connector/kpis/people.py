"""People as one account sees them: what each decides, for or against us, how much they weigh, and whether still there.

Three axes, each with unknown (None), which is never the same as neutral or low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.kpis.light import light
from mappings.entities import AccountContact, Contact, DealContact
from mappings.vocabulary import DECISION_ROLES, HIGH_INFLUENCE, Role, Stance

_STANCES = (Stance.OPPONENT, Stance.CHAMPION, Stance.NEUTRAL)
"""Where one source gives several stances: a warning outweighs an endorsement, and both outweigh none."""


@light
class Person:
    """A contact of the CRM or a stakeholder known here alone, with the role and stance that hold for what is in view.

    `named` False: a placeholder, somebody known to exist. `record`: what else is known of them.
    """

    id: str
    role: Role | None
    stance: Stance | None
    influence: int | None
    active: bool
    named: bool = True
    record: Contact = field(default_factory=Contact, repr=False, compare=False)

    @property
    def decides(self) -> bool:
        """Whether the person is known to have a part in decisions."""
        return self.role in DECISION_ROLES

    @property
    def is_mapped(self) -> bool:
        """Whether somebody with a name has decision role, influence and stance all known."""
        return self.named and self.decides and self.influence is not None and self.stance is not None

    @property
    def is_champion(self) -> bool:
        """Whether the person is for us."""
        return self.stance is Stance.CHAMPION

    @property
    def is_influential_opponent(self) -> bool:
        """Whether the person is against us and weighs much."""
        return self.stance is Stance.OPPONENT and (self.influence or 0) >= HIGH_INFLUENCE


@light
class Tie:
    """What the links between a person and an account or a deal say; `active` False: the relation has ended."""

    role: Role | None = None
    stance: Stance | None = None
    active: bool | None = None

    def over(self, other: Tie) -> Tie:
        """This tie, with the other one's role and stance where this one has none."""
        return Tie(self.role or other.role, self.stance or other.stance, self.active)


NO_TIE = Tie()


def tie_of(rows: Sequence[AccountContact | DealContact]) -> Tie:
    """One tie out of all links of a pair: the first role of economic > technical > user > coach > other."""
    if len(rows) == 1:  # the rule, for which the rest would take long
        active = False if isinstance(rows[0], AccountContact) and rows[0].active is False else None
        return Tie(rows[0].role, rows[0].stance, active=active)
    roles = {row.role for row in rows}
    stances = {row.stance for row in rows}
    states = {row.active for row in rows if isinstance(row, AccountContact)}
    return Tie(
        next((role for role in Role if role in roles), None),
        next((stance for stance in _STANCES if stance in stances), None),
        active=False if states == {False} else None,
    )


@dataclass(frozen=True, slots=True)
class People:
    """Everybody whom an account knows, by contact id.

    `own_ties`: each person's relation to their own account. `ties`: their relation to the account in view.
    `from_deals`: what the most recent of its deals says. `placeholders`: those who have no name yet.
    """

    contacts: Mapping[str, Contact]
    own_ties: Mapping[str, Tie]
    ties: Mapping[str, Tie]
    from_deals: Mapping[str, Tie]
    placeholders: frozenset[str] = frozenset()

    def person(self, contact: str, on_deal: Tie = NO_TIE) -> Person:
        """A person; the part in a deal first, then the person's own words, the account's, and those of its deals."""
        record = self.contacts[contact]
        own = self.own_ties.get(contact, NO_TIE)
        tie, guess = self.ties.get(contact, NO_TIE), self.from_deals.get(contact, NO_TIE)
        role = on_deal.role or record.role or tie.role or own.role or guess.role
        stance = on_deal.stance or record.stance or tie.stance or own.stance or guess.stance
        active = record.departed is not True and own.active is not False
        named = contact not in self.placeholders
        return Person(contact, role, stance, record.influence, active, named, record)
