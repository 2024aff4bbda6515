"""What the sales people think of a contact: buying roles, influence, stance, each of them known or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.world.dice import Dice

ROLES: dict[str, int] = {
    "DECISION_MAKER": 20,
    "BUDGET_HOLDER": 14,
    "EXECUTIVE_SPONSOR": 8,
    "LEGAL_AND_COMPLIANCE": 14,
    "END_USER": 20,
    "INFLUENCER": 10,
    "OTHER": 4,
    "CHAMPION": 6,
    "BLOCKER": 4,
}
"""HubSpot's words for buying roles, with weights."""
NUMBER_OF_ROLES = {1: 75, 2: 20, 3: 5}
INFLUENCES: dict[str, int] = {"low": 15, "medium": 15, "high": 20, "1": 8, "2": 8, "3": 10, "4": 14, "5": 10}
STANCES: dict[str, int] = {"champion": 25, "neutral": 35, "opponent": 15, "Promoter": 15, "Detractor": 10}
FRIENDLY, HOSTILE = ("champion", "Promoter"), ("opponent", "Detractor")
KNOWN_PERCENT_RICH, KNOWN_PERCENT = 88, 35
"""How often each of the three is known, in rich accounts and elsewhere."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The three axes; nothing on one of them means unknown."""

    roles: list[str] = field(default_factory=list)
    influence: str | None = None
    stance: str | None = None


def judge(dice: Dice, *, rich: bool) -> Judgement:
    """A judgement that does not contradict itself: a CHAMPION is no opponent, a BLOCKER no champion."""
    unknown = 100 - (KNOWN_PERCENT_RICH if rich else KNOWN_PERCENT)
    roles = dice.unless(unknown, _roles(dice)) or []
    stance = _stance(dice, roles)
    return Judgement(roles, dice.unless(unknown, dice.pick(INFLUENCES)), dice.unless(unknown, stance))


def _roles(dice: Dice) -> list[str]:
    wanted = {dice.pick(ROLES) for _ in range(dice.pick(NUMBER_OF_ROLES))}
    if "BLOCKER" in wanted:
        wanted.discard("CHAMPION")
    return sorted(wanted)


def _stance(dice: Dice, roles: list[str]) -> str:
    if "CHAMPION" in roles:
        return dice.choice(FRIENDLY)
    if "BLOCKER" in roles:
        return dice.choice(HOSTILE)
    return dice.pick(STANCES)
