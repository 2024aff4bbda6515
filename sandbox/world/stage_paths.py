"""Through which stages a deal goes: most climb, some skip, fall back, come in again or are reopened."""

from __future__ import annotations

from sandbox.world.catalogue import LOST, OPEN_STAGES, WON
from sandbox.world.dice import Dice
from sandbox.world.storylines import Outcome

SKIP_PERCENT, REGRESS_PERCENT, REOPEN_PERCENT = 12, 8, 3
FIRST_STAGE = {0: 88, 1: 9, 2: 3}
LAST_BEFORE_WON = {4: 78, 3: 16, 2: 6}
STAGE_OF_OPEN = {0: 24, 1: 24, 2: 22, 3: 17, 4: 13}


def make_path(dice: Dice, outcome: Outcome, weak_stage: int) -> list[int]:
    """Places in catalogue.STAGES, in order of entry; the last one is where the deal stands."""
    goal = _goal(dice, outcome, weak_stage)
    path = _climb(dice, goal)
    if outcome is Outcome.OPEN:
        return _open_end(dice, path)
    if dice.chance(REOPEN_PERCENT):
        path += [LOST, goal]
    return [*path, WON if outcome is Outcome.WON else LOST]


def _goal(dice: Dice, outcome: Outcome, weak_stage: int) -> int:
    if outcome is Outcome.WON:
        return dice.pick(LAST_BEFORE_WON)
    if outcome is Outcome.OPEN:
        return dice.pick(STAGE_OF_OPEN)
    return weak_stage if dice.chance(50) else dice.randrange(OPEN_STAGES)


def _climb(dice: Dice, goal: int) -> list[int]:
    path = [min(goal, dice.pick(FIRST_STAGE))]
    while (here := path[-1]) < goal:
        if here > 0 and dice.chance(REGRESS_PERCENT):
            path.append(here - 1)
        else:
            path.append(min(goal, here + (2 if dice.chance(SKIP_PERCENT) else 1)))
    return path


def _open_end(dice: Dice, path: list[int]) -> list[int]:
    """An open deal stands where it climbed to, has slid back from there, or was lost and is alive again."""
    here = path[-1]
    if here > 0 and dice.chance(REGRESS_PERCENT):
        return [*path, here - 1]
    if dice.chance(REOPEN_PERCENT):
        return [*path, LOST, here]
    return path
