"""How long the won deals of a connection stayed in each stage: what the open ones are measured by."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from connector.kpis.facts import Reference, Terms
from connector.kpis.frame import Frame, frame_of
from connector.kpis.stages import State
from connector.kpis.visits import StageTimes, visits
from connector.pipeline.facts import pages
from connector.store.stage_ways import read_ids_in_stages, read_places, read_ways
from connector.store.store import Store

PAGE = 1000
"""Deals whose ways are read together."""


def read_stage_norms(store: Store, name: str, reference: Reference, terms: Terms) -> Reference:
    """The reference with the norms, from a pass over all won deals that keeps nothing of them but their days."""
    frame, times = frame_of(reference, terms), StageTimes()
    codes = frozenset(stage.code for stage in reference.stages if stage.won and stage.code)
    for ids in pages(store, name, partial(_read_ids, codes), PAGE):
        with store.reading() as connection:
            _take(connection, name, ids, frame, times)
    return replace(reference, stage_norms=times.norms())


def _read_ids(codes: frozenset[str], connection: Connection, name: str, after: str, most: int) -> list[str]:
    return read_ids_in_stages(connection, name, codes, after, most)


def _take(connection: Connection, name: str, ids: list[str], frame: Frame, times: StageTimes) -> None:
    ways = read_ways(connection, name, ids)
    for deal, (pipeline, code) in read_places(connection, name, ids).items():
        stage = frame.stages.find(pipeline, code)
        if stage is not None and stage.state is State.WON:
            times.take(visits(pipeline, ways.get(deal, ()), frame.stages, frame.as_of))
