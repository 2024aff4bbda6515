"""What both simulated CRMs have in common: a server, its control paths, and users who edit over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import requests
from contract_bench import NO_OVERLAP

from adapters.base import Kind
from adapters.retry import retrying
from adapters.settings import ConnectionSettings
from sandbox.server import Running

TOKEN = "sandbox-token"
WRONG_TOKEN = "tok-0815-mistyped"
NOWHERE = "http://127.0.0.1:9"


class SimulatedBench:
    """A running simulator; `types`: how the CRM calls our kinds."""

    types: dict[Kind, str]

    def __init__(self, running: Running) -> None:
        self._running = running
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {TOKEN}"

    def close(self):
        self._session.close()
        self._running.stop()

    def settings(self, *, token=TOKEN, base_url=None, overlap=NO_OVERLAP) -> ConnectionSettings:
        return ConnectionSettings("contract", base_url or self._running.url, {"access_token": token}, overlap=overlap)

    def call(self, method: str, path: str, **body) -> Any:
        """One request of a user; errors of the simulator end the test."""
        answer = self._session.request(method, f"{self._running.url}{path}", timeout=10, **body)
        answer.raise_for_status()
        return json.loads(answer.content, parse_float=str) if answer.content else None

    def id_of(self, kind, key):
        return next(row["id"] for row in self._rows(kind) if row["key"] == key)

    def live_ids(self, kind):
        return {row["id"] for row in self._rows(kind) if not row["archived"]}

    def merge(self, kind, winner, loser):
        wish = {"type": self.types[kind], "winner": winner, "loser": loser}
        return self.call("POST", "/_sandbox/merge", json=wish)["id"]

    def purge(self, kind, id_):
        self.delete(kind, id_)
        self.call("POST", "/_sandbox/purge")

    def undelete(self, kind, id_):
        self.call("POST", "/_sandbox/undelete", json={"type": self.types[kind], "id": id_})

    def refuse(self, kind, id_, code, message):
        fault = {"action": "refuse_row", "object": self.types[kind], "id": id_, "code": code, "message": message}
        self.call("POST", "/_sandbox/faults", json=fault | {"times": 5})

    def advance(self, seconds):
        self.call("POST", "/_sandbox/clock", json={"advance_seconds": seconds})

    def requests(self):
        return len(self.call("GET", "/_sandbox/log"))

    def _rows(self, kind) -> list[dict[str, Any]]:
        return self.call("GET", "/_sandbox/state")[self.types[kind]]


def dont_wait(_seconds: float) -> None:
    """Between attempts nothing happens here that waiting would cure."""


def impatient(total: timedelta = timedelta(seconds=30)):
    """The usual retry policy without its waits."""
    return retrying(total_seconds=total.total_seconds(), sleep=dont_wait)
