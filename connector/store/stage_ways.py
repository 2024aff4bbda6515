"""Reads the ways of deals through the stages, without anything else of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from adapters.base import Kind
from connector.store.mirror_tables import TABLES

_DEAL, _HISTORY = TABLES[Kind.DEAL], TABLES[Kind.DEAL_HISTORY]


def read_ids_in_stages(connection: Connection, name: str, codes: Iterable[str], after: str, most: int) -> list[str]:
    """The ids of live deals that stand in stages of these codes, in order, from the first one after `after`."""
    live = (_DEAL.c.connection == name, _DEAL.c.deleted_at.is_(None), _DEAL.c.id > after)
    chosen = _DEAL.c.stage.in_(sorted(codes))
    return list(connection.scalars(select(_DEAL.c.id).where(*live, chosen).order_by(_DEAL.c.id).limit(most)))


def read_places(connection: Connection, name: str, deals: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Pipeline and stage of each of these deals, of which there are at most as many as a statement takes."""
    query = select(_DEAL.c.id, _DEAL.c.pipeline, _DEAL.c.stage).where(_DEAL.c.connection == name)
    return {id_: (pipeline, stage) for id_, pipeline, stage in connection.execute(query.where(_DEAL.c.id.in_(deals)))}


def read_ways(
    connection: Connection, name: str, deals: Sequence[str]
) -> dict[str, list[tuple[datetime | None, str | None, str | None]]]:
    """By deal, when it was set to which pipeline and stage, in no order."""
    columns = (_HISTORY.c.deal, _HISTORY.c.at, _HISTORY.c.pipeline, _HISTORY.c.stage)
    live = (_HISTORY.c.connection == name, _HISTORY.c.deleted_at.is_(None), _HISTORY.c.deal.in_(deals))
    ways: dict[str, list[tuple[datetime | None, str | None, str | None]]] = {}
    for deal, at, pipeline, stage in connection.execute(select(*columns).where(*live)):
        ways.setdefault(deal, []).append((at, pipeline, stage))
    return ways
