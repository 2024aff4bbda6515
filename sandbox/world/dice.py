"""Chance from a seed: each subject of the generator has dice of its own, so that none disturbs another."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice(random.Random):
    """A seeded source of chance. Two with the same seed text fall alike, in any process and on any machine."""

    def chance(self, percent: float) -> bool:
        """True in that many of a hundred cases."""
        return self.random() * 100 < percent

    def unless(self, percent: float, thing: Thing) -> Thing | None:
        """The thing, but None in that many of a hundred cases."""
        return None if self.chance(percent) else thing

    def pick(self, weights: Mapping[Thing, int]) -> Thing:
        """One of the keys, as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def moment(self, first: datetime, last: datetime) -> datetime:
        """An instant of whole seconds from `first` to `last`, both possible."""
        return first + timedelta(seconds=self.randint(0, int((last - first).total_seconds())))

    def around(self, median: float, spread: float) -> int:
        """A positive whole number about the median, with a long tail upwards as sizes and durations have it."""
        return max(1, round(median * self.lognormvariate(0, spread)))
