"""Access tokens: an OAuth access token is a session id, and ends with the session.

A session ends after two hours, the default of an org's session policy, counted on the org's clock (Salesforce help,
"Modify Session Security Settings"); the answer that gives a token does not say so, and a 401 is the only sign.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.salesforce.schema.errors import ApiError

LIFETIME = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Session:
    """Someone logged in. `ends_at` is None for the token that the sandbox was started with: it does not age."""

    token: str = field(repr=False)
    user: str
    ends_at: datetime | None = None


@dataclass(slots=True)
class Sessions:
    """Who is logged in, by access token."""

    clock: Clock
    org_id: str
    _open: dict[str, Session] = field(default_factory=dict)

    def admit(self, token: str, user: str) -> None:
        """Let a token of the caller's choice in, for as long as nobody expires the sessions."""
        self._open[token] = Session(token, user)

    def start(self, user: str) -> Session:
        """Log a user in."""
        session = Session(f"{self.org_id[:15]}!{secrets.token_urlsafe(48)}", user, self.clock.now() + LIFETIME)
        self._open[session.token] = session
        return session

    def find(self, authorization: str) -> Session:
        """The session of an Authorization header. Raises INVALID_SESSION_ID."""
        scheme, _, token = authorization.partition(" ")
        session = self._open.get(token) if scheme in {"Bearer", "OAuth"} else None
        if session is None or (session.ends_at is not None and session.ends_at <= self.clock.now()):
            raise ApiError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
        return session

    def expire(self) -> None:
        """End every session."""
        self._open.clear()
