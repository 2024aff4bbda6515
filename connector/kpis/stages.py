"""The stages of the pipelines: open, won or lost is the stage's word, and so is what lies further on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mappings.entities import Stage


class State(StrEnum):
    """What has become of a deal."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage in its pipeline.

    `rank`: its place among the open stages of the pipeline, from 0; won is beyond them all, lost is nowhere (-1).
    `key`: its code, with the pipeline before it where two pipelines share the code.
    """

    pipeline: str | None
    code: str
    key: str
    label: str
    state: State
    rank: int
    probability: Decimal | None


class Stages:
    """All stages of a connection, found by the word that a deal's stage field holds."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        """Rank the stages pipeline by pipeline."""
        named = [stage for stage in stages if stage.code]
        pipelines: dict[str | None, list[Stage]] = defaultdict(list)
        self._by_code: dict[str, list[StageView]] = defaultdict(list)
        for stage in named:
            pipelines[stage.pipeline].append(stage)
        shared = _shared_codes(pipelines)
        for pipeline in sorted(pipelines, key=lambda name: name or ""):
            for view in _ranked(pipelines[pipeline], shared):
                self._by_code[view.code].append(view)
        everything = [view for views in self._by_code.values() for view in views]
        order = sorted(everything, key=lambda view: (view.pipeline or "", view.rank, view.code))
        self._found: dict[tuple[str | None, str | None], StageView | None] = {}
        self.open = tuple(view for view in order if view.state is State.OPEN)

    def find(self, pipeline: str | None, code: str | None) -> StageView | None:
        """The stage of that code in the pipeline, else the one without a pipeline, else the only one of that code."""
        place = (pipeline, code)
        if place not in self._found:
            self._found[place] = self._look_for(pipeline, code)
        return self._found[place]

    def _look_for(self, pipeline: str | None, code: str | None) -> StageView | None:
        views = self._by_code.get(code or "", [])
        for wanted in (pipeline, None):
            for view in views:
                if view.pipeline == wanted:
                    return view
        return views[0] if len(views) == 1 and pipeline is None else None

    def is_from(self, stage: StageView, first: str | None) -> bool:
        """Whether an open stage is `first` or further on; a pipeline without that stage qualifies from its start."""
        named = self._by_code.get(first or "", ())
        bars = (view.rank for view in named if view.state is State.OPEN and view.pipeline == stage.pipeline)
        return stage.rank >= next(bars, 0)


def _shared_codes(pipelines: dict[str | None, list[Stage]]) -> set[str | None]:
    seen: set[str | None] = set()
    shared: set[str | None] = set()
    for stages in pipelines.values():
        codes = {stage.code for stage in stages}
        shared |= seen & codes
        seen |= codes
    return shared


def _state(stage: Stage) -> State:
    if stage.won:
        return State.WON
    return State.LOST if stage.closed else State.OPEN


def _ranked(stages: list[Stage], shared: set[str | None]) -> Iterable[StageView]:
    ordered = sorted(stages, key=lambda stage: (stage.position is None, stage.position or 0, stage.code or ""))
    open_codes = [stage.code for stage in ordered if _state(stage) is State.OPEN]
    for stage in ordered:
        state = _state(stage)
        rank = {State.WON: len(open_codes), State.LOST: -1}.get(state)
        code = stage.code or ""
        yield StageView(
            pipeline=stage.pipeline,
            code=code,
            key=f"{stage.pipeline or ''}/{code}" if code in shared else code,
            label=stage.label or code,
            state=state,
            rank=open_codes.index(code) if rank is None else rank,
            probability=stage.probability,
        )
