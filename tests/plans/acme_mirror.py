"""Acme and Borealis as the CRM has them, for the tests of plans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from adapters.base import Kind
from connector.plans.draft import Draft
from connector.plans.known import KnownAccount, read_known
from connector.plans.pen import Pen
from connector.store.mirror_tables import TABLES
from connector.store.store import open_store

NAME = "emea"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
PEN = Pen(NAME, "anna", NOW)


def put(connection: Connection, kind: Kind, id_: str, **fields: Any) -> None:
    """A record of the CRM."""
    connection.execute(TABLES[kind].insert(), [{"connection": NAME, "id": id_, **fields}])


def fill(connection: Connection) -> None:
    """Acme with two people of the same name, a deal under way and one that was won; Borealis with one person."""
    put(connection, Kind.STAGE, "open", code="open", label="Open", position=1, closed=False, won=False)
    put(connection, Kind.STAGE, "won", code="won", label="Won", position=2, closed=True, won=True)
    put(connection, Kind.PRODUCT, "p1", name="Radar S", family="Radar")
    put(connection, Kind.PRODUCT, "p2", name="Lidar")
    put(connection, Kind.ACCOUNT, "a", name="Acme", currency="EUR")
    put(connection, Kind.ACCOUNT, "a2", name="Acme Iberia", parent="a")
    put(connection, Kind.ACCOUNT, "b", name="Borealis")
    people = {
        "7": {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@acme.test", "title": "Directrice des achats"},
        "8": {"first_name": "Ben", "last_name": "Smith", "email": "ben@acme.test", "title": "CFO", "role": "economic"},
        "9": {"first_name": "Ben", "last_name": "Smith", "email": "ben2@acme.test", "title": "Engineer"},
    }
    for id_, fields in people.items():
        put(connection, Kind.CONTACT, id_, account="a", **fields)
    put(connection, Kind.CONTACT, "20", account="b", first_name="Cleo", last_name="Nu", email="cleo@borealis.test")
    put(connection, Kind.DEAL, "d1", account="a", name="Radar fleet", stage="open", close_date=date(2027, 1, 31))
    put(connection, Kind.DEAL, "d2", account="a", name="Radar pilot", stage="won", close_date=date(2026, 3, 1))
    put(connection, Kind.DEAL_CONTACT, "d2:8", deal="d2", contact="8")


def known(connection: Connection, account: str = "a") -> KnownAccount:
    """What is known of an account now."""
    return read_known(connection, NAME, [account], {})[account]


@contextmanager
def acme(engine: Engine) -> Iterator[Connection]:
    """A transaction on a database that holds these companies."""
    with open_store(engine) as store, store.transaction() as connection:
        fill(connection)
        yield connection


def saved(connection: Connection, draft: Draft, pen: Pen = PEN) -> KnownAccount:
    """The account after the draft's changes were saved."""
    draft.save(connection, pen)
    return known(connection, draft.account)
