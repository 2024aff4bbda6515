"""A simulated portal over HTTP, and our adapter connected to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from adapters.hubspot.adapter import HubSpot
from adapters.retry import retrying
from adapters.settings import ConnectionSettings
from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.simulator import HubSpotSimulator
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate

OVERLAP = timedelta(minutes=10)


@dataclass
class Bench:
    """`sandbox`: the simulator behind `url`; `auth`: what opens it."""

    sandbox: HubSpotSimulator
    url: str

    def connect(self, auth: dict[str, str] | None = None, **settings: Any) -> HubSpot:
        auth = auth or {"access_token": self.sandbox.options.token}
        # waiting moves the simulated clock instead of the real one
        policy = retrying(sleep=lambda seconds: self.sandbox.options.clock.advance(seconds) and None)
        return HubSpot(ConnectionSettings("emea", self.url, auth, **settings), policy)

    def edit(self, object_type: str, id_: str, **properties: str) -> None:
        self.call("PATCH", f"/crm/v3/objects/{object_type}/{id_}", {"properties": properties})

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.sandbox.options.token}"}
        answer = requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def break_down(self, action: str, **more: object) -> None:
        self.call("POST", "/_sandbox/faults", {"action": action, **more})

    def live(self, object_type: str) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.sandbox.state()[object_type] if not row["archived"]}

    def log(self) -> list[str]:
        return [f"{each['method']} {each['path']}" for each in self.call("GET", "/_sandbox/log")]


@contextmanager
def serving_portal(
    world: tuple[int, int, int] = (12, 40, 30), options: Options | None = None, settings: Settings | None = None
) -> Iterator[Bench]:
    simulator = HubSpotSimulator(generate(*world, seed=1), options or Options(limits=False), settings)
    with start(simulator) as running:
        yield Bench(simulator, running.url)
