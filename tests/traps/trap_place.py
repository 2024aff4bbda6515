"""What the tests of this folder do in a simulated CRM, in the same words for both."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeAlias

import pytest
from admin import DAY, TOKEN, Admin, Outcome
from sqlalchemy import NullPool, create_engine, text
from tenacity import wait_none

from adapters.base import CRM
from adapters.hubspot.adapter import HubSpot
from adapters.retry import retrying
from adapters.salesforce.adapter import SalesforceCRM
from adapters.settings import ConnectionSettings
from connector.store.mirror_tables import TABLES
from sandbox.command import build
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
BY_TOKEN = 'access_token: "${TOKEN}"'
BY_CREDENTIALS = 'client_id: sandbox, client_secret: "${TOKEN}"'
OBJECTS = {
    "hubspot": {"account": "companies", "contact": "contacts", "deal": "deals"},
    "salesforce": {"account": "Account", "contact": "Contact", "deal": "Opportunity"},
}
NAMES = {
    "hubspot": {"account": "name", "contact": "lastname", "deal": "dealname"},
    "salesforce": {"account": "Name", "contact": "LastName", "deal": "Name"},
}
MIRROR = {kind.value: str(table.select()) for kind, table in TABLES.items()}
OUR_NAMES = {"account": "name", "contact": "last_name", "deal": "name"}
WRITES = {"hubspot": "/batch/update", "salesforce": "/composite/sobjects"}


class Place:
    """One simulated CRM and the admin who syncs it. `ahead`: how far the host's clock is from the CRM's."""

    def __init__(self, crm: str, world: World, folder: Path, *, garble: Any = None, **options: Any) -> None:
        self.crm = crm
        self.ahead = timedelta()
        self.passed = timedelta()
        self._open = contextlib.ExitStack()
        self.simulator = build(crm, world, Options(**{"token": TOKEN, "limits": False} | options))
        self.served = garble(self.simulator) if garble else self.simulator
        self.url = self._open.enter_context(start(self.served)).url
        self.admin = Admin(folder, {crm: self.url})
        self.configure()
        self.admin.good("fields", "apply")

    def configure(self, extra: str = "", *, by_token: bool = False, mapping: dict[str, str] | None = None) -> None:
        """Salesforce logs in by itself unless told otherwise: a token that is given ends with its session."""
        path = self.admin.configure(extra=extra, mapping=mapping)
        if self.crm == "salesforce" and not by_token:
            path.write_text(path.read_text().replace(BY_TOKEN, BY_CREDENTIALS))

    def sync(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The report of a sync that ends with this code; retries do not wait."""
        outcome = self.run("sync", "--json", *AS_OF, *arguments)
        assert outcome.code == code, outcome.err + outcome.out
        return outcome.json["connections"][0]

    def run(self, *arguments: str) -> Outcome:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("adapters.retry._backoff", wait_none())
            patch.setattr("connector.wiring.jobs.read_clock", lambda: datetime.now(UTC) + self.passed + self.ahead)
            outcome = self.admin.run(*arguments)
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    def fault(self, action: str, **more: Any) -> None:
        self.admin.fault(self.crm, action=action, **more)

    def mend(self) -> None:
        self.admin.control("DELETE", self.crm, "faults")

    def forget_requests(self) -> None:
        self.admin.control("DELETE", self.crm, "log")

    def requests(self, part: str = "") -> list[dict[str, Any]]:
        return [each for each in self.admin.requests(self.crm) if part in each["path"]]

    def writes(self) -> list[dict[str, Any]]:
        return self.requests(WRITES[self.crm])

    def pass_time(self, **much: float) -> None:
        """Time passes, in the CRM and on our host."""
        self.passed += timedelta(**much)
        self.admin.control("POST", self.crm, "clock", {"advance_seconds": timedelta(**much).total_seconds()})

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The live records as they lie in the CRM, in the order of their ids."""
        rows = self.admin.state(self.crm)[OBJECTS[self.crm][kind]]
        return [row for row in rows if not row["archived"]]

    def change(self, kind: str, record: str, values: Mapping[str, Any]) -> None:
        """Someone edits a record over the CRM's own API."""
        self.call("PATCH", self.path(kind, record), {"properties": values} if self.crm == "hubspot" else values)

    def rename(self, kind: str, record: str, name: str) -> None:
        self.change(kind, record, {NAMES[self.crm][kind]: name})

    def delete(self, kind: str, record: str) -> None:
        self.call("DELETE", self.path(kind, record))

    def merge(self, kind: str, winner: str, loser: str) -> str:
        body = {"type": OBJECTS[self.crm][kind], "winner": winner, "loser": loser}
        return str(self.admin.control("POST", self.crm, "merge", body)["id"])

    def path(self, kind: str, record: str) -> str:
        objects = OBJECTS[self.crm][kind]
        root = "/crm/v3/objects" if self.crm == "hubspot" else "/services/data/v64.0/sobjects"
        return f"{root}/{objects}/{record}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.admin.call(self.crm, method, path, body)

    def stored(self, kind: str) -> dict[str, dict[str, Any]]:
        """The rows of a kind in our mirror, by id; deleted ones included."""
        return {row["id"]: row for row in self.select(MIRROR[kind])}

    def live(self, kind: str) -> dict[str, dict[str, Any]]:
        return {id_: row for id_, row in self.stored(kind).items() if row["deleted_at"] is None}

    def stored_name(self, kind: str, record: str) -> str:
        return str(self.stored(kind)[record][OUR_NAMES[kind]])

    def cursors(self) -> dict[str, Any]:
        return {row["kind"]: row["modified_at"] for row in self.select("SELECT * FROM pull_cursor")}

    def select(self, query: str) -> list[dict[str, Any]]:
        engine = create_engine(f"sqlite:///{self.admin.folder}/playmaker.db", poolclass=NullPool)
        with engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(query))]  # noqa: SLF001 - SQLAlchemy's public name

    def kpis(self) -> list[dict[str, Any]]:
        """Our fields of every account and deal as they lie in the CRM, without the moment of computation."""
        rows = [row.get("properties", row) for kind in ("account", "deal") for row in self.records(kind)]
        return [
            {name: value for name, value in row.items() if "laymaker_" in name and "omputed_" not in name}
            for row in rows
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


def connect(place: Place, overlap: timedelta | None = None) -> CRM:
    """The adapter alone, without a store."""
    settings = ConnectionSettings("here", place.url, {"access_token": TOKEN}, overlap=overlap)
    if place.crm == "hubspot":
        return HubSpot(settings, retrying(sleep=lambda _: None))
    return SalesforceCRM(settings, sleep=lambda _: None)


@contextlib.contextmanager
def standing_in(zone: str) -> Iterator[None]:
    """The host stands in this time zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


OpenPlace: TypeAlias = Callable[..., Place]
"""Starts a simulated CRM, by name and world, with the KPI fields in it."""
