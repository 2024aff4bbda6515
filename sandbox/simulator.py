"""What a simulated CRM offers to the server that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from werkzeug import Request, Response

from sandbox.options import Options


class Simulator(Protocol):
    """One CRM over its own raw state. The server calls every method under one lock, one at a time."""

    name: str
    options: Options

    def handle(self, request: Request) -> Response:
        """Answer one request of the CRM's API; its body is already in memory."""
        ...

    def state(self) -> dict[str, object]:
        """The raw state, ready for JSON: per object type the list of its records, archived ones included."""
        ...

    def expire_sessions(self) -> None:
        """Make every token given out so far invalid, as the CRM does when a session ends."""
        ...

    def merge(self, object_type: str, winner: str, loser: str) -> str:
        """Merge two records as the CRM does; returns the surviving id. Raises LookupError for an unknown one."""
        ...

    def undelete(self, object_type: str, identity: str) -> None:
        """Bring a deleted record back as a user does. Raises LookupError when it is not in the recycle bin."""
        ...

    def purge(self) -> None:
        """Empty the recycle bin: what was deleted leaves no trace."""
        ...

    def fault_body(self, status: int, policy: str | None) -> tuple[str, Mapping[str, str], str]:
        """The CRM's own answer for a status such as 429 or 503: body, extra headers, content type."""
        ...
