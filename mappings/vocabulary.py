"""The words of account planning: three separate axes per person, each with its own *unknown*.

Unknown is the absence of a value (None) and never the same as neutral or low.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person decides in a purchase, in the order that settles between several."""

    ECONOMIC = "economic"
    TECHNICAL = "technical"
    USER = "user"
    COACH = "coach"
    OTHER = "other"


DECISION_ROLES = frozenset({Role.ECONOMIC, Role.TECHNICAL, Role.USER, Role.COACH})


class Stance(StrEnum):
    """Whether a person is for us."""

    CHAMPION = "champion"
    NEUTRAL = "neutral"
    OPPONENT = "opponent"


HIGH_INFLUENCE = 4
"""Influence runs from 1 to 5; from here on it is high."""


class Survey(StrEnum):
    """What was asked: would you recommend us (0 to 10), or are you satisfied (1 to 5)."""

    NPS = "nps"
    CSAT = "csat"
