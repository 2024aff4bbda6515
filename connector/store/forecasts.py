"""Keeps what deals were when the forecast of a quarter was frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from sqlalchemy import Connection, exists, or_, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.entity_rows import read_entities, select_live
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import FORECAST_SNAPSHOTS
from connector.store.upsert import upsert
from mappings.entities import Deal
from mappings.forecast import FrozenDeal

NO_DEAL = ""
"""Stands for a deal in the row that says that a day was frozen, however many deals there were."""

_VALUES = ("amount", "currency", "close_date", "probability", "forecast_category")


def save_frozen(connection: Connection, name: str, day: date, deals: Sequence[FrozenDeal]) -> None:
    """Freeze a day with these deals."""
    mark = FrozenDeal(NO_DEAL, day)
    upsert(connection, FORECAST_SNAPSHOTS, [_row(name, deal) for deal in (mark, *deals)])


def read_frozen_days(connection: Connection, name: str) -> frozenset[date]:
    """The days at whose start a forecast was frozen."""
    table = FORECAST_SNAPSHOTS
    scope = (table.c.connection == name, table.c.deal == NO_DEAL)
    return frozenset(connection.scalars(select(table.c.day).where(*scope)))


def read_frozen(connection: Connection, name: str, deals: Sequence[str]) -> list[FrozenDeal]:
    """What these deals were on each day that was frozen."""
    table = FORECAST_SNAPSHOTS
    query = select(table).where(table.c.connection == name)
    rows = [row for some in chunks(deals) for row in connection.execute(query.where(table.c.deal.in_(some))).mappings()]
    frozen = [FrozenDeal(row["deal"], row["day"], **{value: row[value] for value in _VALUES}) for row in rows]
    return sorted(frozen, key=attrgetter("day", "deal"))


def read_due(connection: Connection, name: str, first: date, last: date) -> dict[str, Deal]:
    """The deals whose close date lies between these days, both included, by id."""
    deal = TABLES[Kind.DEAL]
    due = select_live(Kind.DEAL, name).where(deal.c.close_date.between(first, last))
    return read_entities(connection, Kind.DEAL, due.order_by(deal.c.id))


def read_once_due(connection: Connection, name: str, first: date, last: date) -> list[str]:
    """The ids of deals that are, or by their history once were, to close between these days."""
    deal, history = TABLES[Kind.DEAL], TABLES[Kind.DEAL_HISTORY]
    once = select(history.c.deal).where(
        history.c.connection == name, history.c.deleted_at.is_(None), history.c.close_date.between(first, last)
    )
    live = (deal.c.connection == name, deal.c.deleted_at.is_(None))
    due = or_(deal.c.close_date.between(first, last), deal.c.id.in_(once))
    return list(connection.scalars(select(deal.c.id).where(*live, due).order_by(deal.c.id)))


def uses_categories(connection: Connection, name: str) -> bool:
    """Whether any deal of a connection has a forecast category."""
    deal = TABLES[Kind.DEAL]
    some = (deal.c.connection == name, deal.c.deleted_at.is_(None), deal.c.forecast_category.is_not(None))
    return bool(connection.scalar(select(exists().where(*some))))


def _row(name: str, deal: FrozenDeal) -> dict[str, object]:
    return {"connection": name, "day": deal.day, "deal": deal.deal} | {value: getattr(deal, value) for value in _VALUES}
