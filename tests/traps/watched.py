"""Stands before a simulated CRM, notes what is written into it, and lets something happen in the middle of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from admin import TOKEN
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder


class Watched:
    """`sent`: id and values of each row that a batch of ours was to write, in order.

    `before`: done once, just before a request is answered in whose address one of the words `when` occurs.
    """

    def __init__(self, simulator: Any) -> None:
        self.simulator = simulator
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.before: Callable[[], object] | None = None
        self.when = ("/batch/update", "/composite/sobjects")

    def handle(self, request: Request) -> Response:
        if _is_write(request):
            self.sent += _rows(json.loads(request.get_data(), parse_float=Decimal))
        if self.before and any(word in request.full_path for word in self.when):
            happens, self.before = self.before, None
            happens()
        return self.simulator.handle(request)

    def ask(self, method: str, path: str, body: Any = None) -> Response:
        """A request of somebody else's; not over HTTP, for the server answers one request at a time."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return self.simulator.handle(
            EnvironBuilder(path=path, method=method, json=body, headers=headers).get_request(Request)
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.simulator, name)


def _is_write(request: Request) -> bool:
    return request.path.endswith("/batch/update") or (
        request.method == "PATCH" and request.path.endswith("/composite/sobjects")
    )


def _rows(body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if "inputs" in body:
        return [(row["id"], row["properties"]) for row in body["inputs"]]
    return [
        (row["id"], {name: row[name] for name in row if name not in {"id", "attributes"}}) for row in body["records"]
    ]
