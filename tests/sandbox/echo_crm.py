"""The smallest simulator there can be: answers with what it was asked, and remembers what it did."""

from __future__ import annotations

import json
import time

from werkzeug import Request, Response

from sandbox.options import Options


class EchoCRM:
    name = "echo"

    def __init__(self, *, busy_seconds: float = 0.0, answer_size: int = 0, **options):
        self.options = Options(**options)
        self.done: list[str] = []
        self.session = 1
        self.inside = 0
        self._busy_seconds = busy_seconds
        self._padding = "x" * answer_size

    def handle(self, request: Request) -> Response:
        if request.path == "/bug":
            raise RuntimeError("a bug in the simulator")
        self.inside += 1
        assert self.inside == 1, "two requests at a time"
        time.sleep(self._busy_seconds)
        self.inside -= 1
        self.done.append(f"{request.method} {request.path}")
        answer = {"session": self.session, "body": request.get_data(as_text=True), "padding": self._padding}
        return Response(json.dumps(answer), content_type="application/json")

    def state(self) -> dict[str, object]:
        return {"done": list(self.done), "name": "Zoë 🎈"}

    def expire_sessions(self) -> None:
        self.session += 1

    def merge(self, object_type: str, winner: str, loser: str) -> str:
        if loser == "gone":
            raise LookupError("no record gone")
        return f"{object_type}-{winner}-{loser}"

    def undelete(self, object_type: str, identity: str) -> None:
        if identity == "gone":
            raise LookupError("no record gone")
        self.done.append(f"undelete {object_type} {identity}")

    def purge(self) -> None:
        self.done.append("purge")

    def fault_body(self, status: int, policy: str | None) -> tuple[str, dict[str, str], str]:
        return f"<echo {status} {policy}>", {"X-Echo": "yes"}, "application/xml"
