"""Which plans wait for a review, by the figures that the last run kept."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import Connection, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.plan_tables import KPI_VALUES, PLAN_VALUES

_KEY = "next_review_on"


def count_overdue_reviews(connection: Connection, name: str, since: date) -> int:
    """How many accounts have a next review that was due on this day or before it."""
    with_plan = select(PLAN_VALUES.c.account).distinct().where(PLAN_VALUES.c.connection == name)
    accounts = list(connection.scalars(with_plan))
    scope = (KPI_VALUES.c.connection == name, KPI_VALUES.c.kind == Kind.ACCOUNT.value)
    figures = select(KPI_VALUES.c.figure).where(*scope, KPI_VALUES.c.key == _KEY, KPI_VALUES.c.until.is_(None))
    return sum(
        _is_before(figure, since)
        for some in chunks(accounts)
        for figure in connection.scalars(figures.where(KPI_VALUES.c.record.in_(some)))
    )


def _is_before(figure: str, since: date) -> bool:
    value = json.loads(figure)[0]
    return value is not None and date.fromisoformat(value) <= since
