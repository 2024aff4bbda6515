"""What the mirror says of accounts at a moment, as far as plans say it too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.mirror_tables import TABLES

_ACCOUNT = TABLES[Kind.ACCOUNT]
_COLUMNS = ("id", "potential_revenue", "alignment", "objective", "modified_at")


@dataclass(frozen=True, slots=True)
class Assessed:
    """An account that is not deleted, as far as people assess it."""

    id: str
    potential_revenue: Decimal | None
    alignment: int | None
    objective: str | None
    modified_at: datetime | None


def read_assessed(connection: Connection, name: str, ids: Collection[str]) -> dict[str, Assessed]:
    """Those of these accounts that are there and not deleted."""
    live = (_ACCOUNT.c.connection == name, _ACCOUNT.c.deleted_at.is_(None))
    query = select(*(_ACCOUNT.c[column] for column in _COLUMNS)).where(*live)
    return {
        row[0]: Assessed(*row)
        for some in chunks(list(ids))
        for row in connection.execute(query.where(_ACCOUNT.c.id.in_(some)))
    }
