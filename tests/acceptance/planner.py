"""A person who fills account plans at a terminal, over a mirror that a sync has filled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from admin import Admin
from sqlalchemy import Connection

from adapters.base import Kind
from connector.store.engine import open_engine
from connector.store.mirror_tables import TABLES
from connector.store.store import open_store

_CONFIG = """
currency: EUR
timezone: Europe/Paris
connections:
  - {name: emea, crm: memory, auth: {access_token: memory-token}}
  - {name: us, crm: memory, auth: {access_token: memory-token}}
"""

PEOPLE = {
    "7": {"first_name": "Zoé", "last_name": "Martin", "email": "zoe@acme.test", "title": "Directrice des achats"},
    "8": {"first_name": "Ben", "last_name": "Smith", "email": "ben@acme.test", "title": "CFO", "role": "economic"},
    "9": {"first_name": "Ben", "last_name": "Smith", "email": "ben2@acme.test", "title": "Engineer"},
}


def planner(folder: Path, *, filled: bool = True) -> Admin:
    """Anna, whose CRM `emea` has Acme with two namesakes and Borealis; `us` has a Borealis too."""
    path = folder / "config.yaml"
    path.touch(mode=0o600)  # the token stands in it
    path.write_text(_CONFIG)
    engine = open_engine(f"sqlite:///{folder}/playmaker.db")
    with open_store(engine) as store, store.transaction() as connection:
        if filled:
            fill(connection)
    engine.dispose()
    return Admin(folder, {}, {"PLAYMAKER_AUTHOR": "anna"})


def put(connection: Connection, kind: Kind, key: str, **fields: Any) -> None:
    """A record of the mirror; its key is `connection:id`."""
    name, _, id_ = key.partition(":")
    connection.execute(TABLES[kind].insert(), [{"connection": name, "id": id_, **fields}])


def fill(connection: Connection) -> None:
    put(connection, Kind.STAGE, "emea:open", code="open", label="Open", position=1, closed=False, won=False)
    put(connection, Kind.STAGE, "emea:won", code="won", label="Won", position=2, closed=True, won=True)
    put(connection, Kind.PRODUCT, "emea:p1", name="Radar S", family="Radar")
    put(connection, Kind.ACCOUNT, "emea:a", name="Acme", currency="EUR")
    put(connection, Kind.ACCOUNT, "emea:b", name="Borealis")
    put(connection, Kind.ACCOUNT, "us:b", name="Borealis")
    for id_, person in PEOPLE.items():
        put(connection, Kind.CONTACT, f"emea:{id_}", account="a", **person)
    put(connection, Kind.CONTACT, "emea:20", account="b", first_name="Cleo", last_name="Nu", email="cleo@nord.test")
    made = datetime(2026, 1, 5, 9, tzinfo=UTC)
    put(connection, Kind.DEAL, "emea:d1", account="a", name="Radar fleet", stage="open", created_at=made)
    for deal, day in (("d2", date(2026, 3, 1)), ("d3", date(2026, 6, 1))):
        put(connection, Kind.DEAL, f"emea:{deal}", account="a", stage="won", close_date=day, created_at=made)
        put(connection, Kind.DEAL_CONTACT, f"emea:{deal}.7", deal=deal, contact="7")
