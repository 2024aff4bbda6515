"""A digest of everything that is read to compute an account, so that a run sees what changed without computing it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, select, type_coerce
from sqlalchemy.types import NullType

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.mirror_tables import TABLES
from connector.store.plan_tables import FORECAST_SNAPSHOTS, PLAN_CHANGES, PLAN_VALUES
from mappings.entities import ENTITIES
from mappings.strategy import Entity

_BYTES = 16
_RAW = NullType()
"""Leaves values as the driver gives them: they are compared, not reckoned with."""


@dataclass(slots=True)
class Inputs:
    """The digest of an account's own inputs; `deals`: how many live deals it has."""

    digest: str
    deals: int


@dataclass(slots=True)
class _Reading:
    """What is read of some accounts: every row under the account that it may change, and who is on whose deals."""

    connection: Connection
    name: str
    rows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    deals: dict[str, str] = field(default_factory=dict)
    guests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, table: Table, row: Row[Any], account: str) -> None:
        self.rows[account].append(f"{table.name}{tuple(row)!r}")


def read_inputs(connection: Connection, name: str, accounts: Sequence[str]) -> dict[str, Inputs]:
    """The inputs of each of these accounts alone, whatever lies below it."""
    found: dict[str, Inputs] = {}
    for some in chunks(accounts):
        reading = _Reading(connection, name)
        _read_own(reading, some)
        _read_deals(reading)
        _read_guests(reading)
        count = Counter(reading.deals.values())
        found |= {account: Inputs(_digest(reading.rows[account]), count[account]) for account in some}
    return found


def find_spoken_of(connection: Connection, name: str, accounts: Collection[str], after: datetime) -> set[str]:
    """Those of these accounts whose plans somebody changed after a moment."""
    changes = PLAN_CHANGES
    later = (changes.c.connection == name, changes.c.at > after)
    query = select(changes.c.account).distinct().where(*later)
    return {
        account
        for some in chunks(list(accounts))
        for account in connection.scalars(query.where(changes.c.account.in_(some)))
    }


def digest_of(parts: Iterable[str]) -> str:
    """One digest of several texts in their order."""
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


def _digest(rows: Sequence[str]) -> str:
    return digest_of(sorted(rows))


def _read_own(reading: _Reading, accounts: Sequence[str]) -> None:
    """The accounts with their people, those of whom their plans speak, their relations, deals and plans."""
    own = [(kind, "account") for kind in (Kind.CONTACT, Kind.ACCOUNT_CONTACT, Kind.NPS_ANSWER)]
    for kind, key in ((Kind.ACCOUNT, "id"), *own):
        table = TABLES[kind]
        for row in _live(reading, kind, key, table.c[key].in_(accounts)):
            reading.take(table, row, row[0])
            if kind is Kind.CONTACT:
                reading.guests[row[1]].add(row[0])
    deals = TABLES[Kind.DEAL]
    for row in _live(reading, Kind.DEAL, "account", deals.c.account.in_(accounts)):
        reading.take(deals, row, row[0])
        reading.deals[row[1]] = row[0]
    _read_plans(reading, accounts)


def _read_plans(reading: _Reading, accounts: Sequence[str]) -> None:
    for table in (PLAN_VALUES, PLAN_CHANGES):
        for row in _rows(reading, table, "account", table.c.account.in_(accounts)):
            reading.take(table, row, row[0])
            if table is PLAN_VALUES and row[2] == Entity.STAKEHOLDER.value:
                reading.guests[row[3]].add(row[0])


def _read_deals(reading: _Reading) -> None:
    """What hangs on their deals."""
    for some in chunks(sorted(reading.deals)):
        for kind in (Kind.DEAL_CONTACT, Kind.LINE_ITEM, Kind.DEAL_HISTORY):
            table = TABLES[kind]
            for row in _live(reading, kind, "deal", table.c.deal.in_(some)):
                reading.take(table, row, reading.deals[row[0]])
                if kind is Kind.DEAL_CONTACT and row[3]:
                    reading.guests[row[3]].add(reading.deals[row[0]])
        frozen = FORECAST_SNAPSHOTS
        for row in _rows(reading, frozen, "deal", frozen.c.deal.in_(some)):
            reading.take(frozen, row, reading.deals[row[0]])


def _read_guests(reading: _Reading) -> None:
    """Everybody who is in view of the accounts, wherever they belong, with their relations and answers."""
    for some in chunks(sorted(reading.guests)):
        for kind, key in ((Kind.CONTACT, "id"), (Kind.ACCOUNT_CONTACT, "contact"), (Kind.NPS_ANSWER, "contact")):
            table = TABLES[kind]
            for row in _live(reading, kind, key, table.c[key].in_(some)):
                for account in reading.guests[row[0]]:
                    reading.take(table, row, account)


def _live(reading: _Reading, kind: Kind, key: str, chosen: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Key, id and all our values of live records."""
    table = TABLES[kind]
    columns = [table.c[name] for name in (key, "id", *ENTITIES[kind].model_fields)]
    query = select(*(type_coerce(column, _RAW) for column in columns))
    live = (table.c.connection == reading.name, table.c.deleted_at.is_(None))
    return reading.connection.execute(query.where(*live, chosen)).all()


def _rows(reading: _Reading, table: Table, key: str, chosen: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Key and all columns of rows."""
    query = select(*(type_coerce(column, _RAW) for column in (table.c[key], *table.c)))
    return reading.connection.execute(query.where(table.c.connection == reading.name, chosen)).all()
