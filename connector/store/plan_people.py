"""What the mirror says of people at a moment: whose they are and how they are judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.mirror_tables import TABLES
from mappings.vocabulary import Role, Stance

_CONTACT = TABLES[Kind.CONTACT]
_COLUMNS = ("id", "account", "role", "influence", "stance", "departed", "modified_at", "deleted_at")


@dataclass(frozen=True, slots=True)
class Judged:
    """A contact that is not deleted, as far as people judge it."""

    id: str
    account: str | None
    role: Role | None
    influence: int | None
    stance: Stance | None
    departed: bool | None
    modified_at: datetime | None

    @property
    def is_known(self) -> bool:
        """Whether anybody judged this person at all."""
        judgements = (self.role, self.influence, self.stance, self.departed)
        return any(value is not None for value in judgements)


def read_judged(connection: Connection, name: str, ids: Collection[str]) -> dict[str, Judged]:
    """Those of these contacts that are there and not deleted."""
    query = select(*(_CONTACT.c[column] for column in _COLUMNS)).where(_CONTACT.c.connection == name)
    return {
        row[0]: Judged(*row[:-1])
        for some in chunks(list(ids))
        for row in connection.execute(query.where(_CONTACT.c.id.in_(some)))
        if row.deleted_at is None
    }
