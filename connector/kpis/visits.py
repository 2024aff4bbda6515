"""The stages that a deal stood in one after the other, and for how long deals that are won stay in each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TypeAlias

from connector.kpis.asof import AsOf
from connector.kpis.light import light
from connector.kpis.stages import Stages, StageView, State

Told: TypeAlias = tuple[datetime | None, str | None, str | None]
"""A record of a deal's history: when, and the pipeline and stage that were set then."""

StageKey: TypeAlias = tuple[str | None, str]
"""A stage by its pipeline and its code."""

NORMAL_SHARE = (4, 5)
"""Of the deals won, those whose time in a stage is normal: the 80th percentile, exactly."""


@dataclass(frozen=True, slots=True)
class StageNorm:
    """So many days four fifths of the deals won stayed at most in a stage; `n`: the deals won that were there."""

    days: int
    n: int


@light
class Visit:
    """A deal came into a stage on a day; `stage` None: one that the CRM lists no longer."""

    on: date
    stage: StageView | None


def visits(pipeline: str | None, told: Iterable[Told], stages: Stages, as_of: AsOf) -> list[Visit]:
    """The visits of a deal in the order of time; `pipeline`: where it is now, unless its history names one."""
    ordered = sorted((at, name or "", code) for at, name, code in told if at is not None and code)
    pipeline = next((name for _, name, _ in ordered if name), pipeline)
    found: list[Visit] = []
    for at, name, code in ordered:
        pipeline = name or pipeline
        stage = stages.find(pipeline, code)
        if not found or found[-1].stage != stage:
            found.append(Visit(as_of.date_of(at), stage))
    return found


def key_of(stage: StageView) -> StageKey:
    """What tells a stage from all others."""
    return stage.pipeline, stage.code


class StageTimes:
    """How long won deals stayed in each stage: of a connection's deals only these numbers are kept."""

    def __init__(self) -> None:
        """Begin with none."""
        self._deals: dict[StageKey, Counter[int]] = defaultdict(Counter)

    def take(self, way: Sequence[Visit]) -> None:
        """Add a won deal: in each open stage that it has left, all its days there together."""
        days: Counter[StageKey] = Counter()
        for visit, following in pairwise(way):
            if visit.stage is not None and visit.stage.state is State.OPEN:
                days[key_of(visit.stage)] += (following.on - visit.on).days
        for stage, total in days.items():
            self._deals[stage][total] += 1

    def norms(self) -> Mapping[StageKey, StageNorm]:
        """The norm of each stage that any won deal has been in."""
        return {stage: _norm(deals) for stage, deals in self._deals.items()}


def _norm(deals: Counter[int]) -> StageNorm:
    """The smallest number of days that at least four fifths of the deals do not exceed."""
    n, passed = deals.total(), 0
    share, whole = NORMAL_SHARE
    for days in sorted(deals):
        passed += deals[days]
        if passed * whole >= n * share:
            break
    return StageNorm(days, n)
