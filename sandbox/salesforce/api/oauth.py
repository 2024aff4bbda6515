"""The token endpoint: client credentials, JWT bearer and refresh token (Salesforce help, "OAuth Authorization Flows").

The one client is `sandbox`, its secret and first refresh token follow from the sandbox's token. A JWT's signature is
checked against the public keys that were registered; while none is, any signature is taken, so that a trial needs no
certificate: only who asks (iss), for whom (sub), where (aud) and until when (exp) are checked.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
from jwt.types import Options
from werkzeug import Request, Response

from sandbox.salesforce.api.call import answer
from sandbox.salesforce.api.sessions import Session, Sessions
from sandbox.salesforce.state.org import Org
from sandbox.salesforce.state.table import Row

CLIENT_ID = "sandbox"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_JWT_SECONDS = 300 + 60
"""A JWT may be good for five minutes at most; a minute for clocks that differ."""


class OAuthError(Exception):
    """A refusal of the token endpoint, which has a body of its own shape."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(slots=True)
class TokenEndpoint:
    """Gives out access tokens. `rotates`: each refresh token is good once, and comes back with the next."""

    org: Org
    sessions: Sessions
    secret: str = field(repr=False)
    rotates: bool = False
    keys: list[str] = field(default_factory=list, repr=False)
    refresh_tokens: dict[str, str] = field(default_factory=dict, repr=False)
    """By refresh token, the id of the user."""

    def __post_init__(self) -> None:
        self.refresh_tokens[first_refresh_token(self.secret)] = self.org.user

    def handle(self, request: Request) -> Response:
        """Answer POST /services/oauth2/token."""
        try:
            return answer(self._grant(request))
        except OAuthError as error:
            return answer({"error": error.error, "error_description": error.description}, 400)

    def _grant(self, request: Request) -> dict[str, object]:
        grant = request.form.get("grant_type", "")
        if grant == "client_credentials":
            self._check_client(request, needs_secret=True)
            return self._tokens(request, self.sessions.start(self.org.user))
        if grant == JWT_BEARER:
            return self._tokens(request, self.sessions.start(self._read_assertion(request)))
        if grant == "refresh_token":
            return self._refresh(request)
        raise OAuthError("unsupported_grant_type", "grant type not supported")

    def _check_client(self, request: Request, *, needs_secret: bool) -> None:
        basic = request.authorization
        known = basic if basic is not None and basic.type == "basic" else None
        client = known.username if known else request.form.get("client_id")
        secret = known.password if known else request.form.get("client_secret")
        if client != CLIENT_ID:
            raise OAuthError("invalid_client_id", "client identifier invalid")
        if secret != self.secret and (needs_secret or secret is not None):
            raise OAuthError("invalid_client", "invalid client credentials")

    def _refresh(self, request: Request) -> dict[str, object]:
        self._check_client(request, needs_secret=False)
        token = request.form.get("refresh_token", "")
        user = self.refresh_tokens.get(token)
        if user is None:
            raise OAuthError("invalid_grant", "expired access/refresh token")
        tokens = self._tokens(request, self.sessions.start(user))
        if self.rotates:
            del self.refresh_tokens[token]
            tokens["refresh_token"] = fresh = secrets.token_urlsafe(48)
            self.refresh_tokens[fresh] = user
        return tokens

    def _read_assertion(self, request: Request) -> str:
        claims = self._decode(request.form.get("assertion", ""))
        if claims.get("iss") != CLIENT_ID:
            raise OAuthError("invalid_client_id", "client identifier invalid")
        if not _is_own_audience(claims.get("aud"), request):
            raise OAuthError("invalid_grant", "audience is invalid")
        left = _seconds(claims.get("exp")) - self.org.clock.now().timestamp()
        if not 0 < left <= LONGEST_JWT_SECONDS:
            raise OAuthError("invalid_grant", "expired authorization code")
        users = self.org.tables["User"].find("Username", claims.get("sub"))
        if not users or not users[0]["IsActive"]:
            raise OAuthError("invalid_grant", "user hasn't approved this consumer")
        return str(users[0]["Id"])

    def _decode(self, assertion: str) -> dict[str, Any]:
        keys: Sequence[str | None] = self.keys or [None]
        for key in keys:
            with suppress(jwt.PyJWTError):
                return _decode_with(key, assertion)
        raise OAuthError("invalid_grant", "invalid assertion")

    def _tokens(self, request: Request, session: Session) -> dict[str, object]:
        base = request.root_url.rstrip("/")
        return {
            "access_token": session.token,
            "signature": secrets.token_urlsafe(32),
            "scope": "api refresh_token",
            "instance_url": base,
            "id": f"{base}/id/{self.org.id}/{session.user}",
            "token_type": "Bearer",
            "issued_at": str(int(self.org.clock.now().timestamp() * 1000)),
        }


def first_refresh_token(secret: str) -> str:
    """The refresh token that a sandbox with this token knows from its start."""
    return f"{secret}-refresh"


def _decode_with(key: str | None, assertion: str) -> dict[str, Any]:
    # the claims are checked on the org's clock afterwards; without a key the signature is taken as it comes
    options: Options = {
        "verify_signature": key is not None, "verify_exp": False, "verify_nbf": False, "verify_iat": False,
        "verify_aud": False, "verify_iss": False, "verify_sub": False, "verify_jti": False,
    }  # fmt: skip
    return dict(jwt.decode(assertion, key or "", algorithms=["RS256"], options=options))


def _is_own_audience(audience: object, request: Request) -> bool:
    if not isinstance(audience, str):
        return False
    host = urlsplit(audience).hostname or ""
    return (
        host == "salesforce.com"
        or host.endswith(".salesforce.com")
        or audience.rstrip("/") == request.root_url.rstrip("/")
    )


def _seconds(value: object) -> float:
    # simple-salesforce sends the time as a string
    return float(value) if isinstance(value, int | float | str) and str(value).replace(".", "", 1).isdecimal() else 0.0


def identify(request: Request, org: Org, user: str) -> dict[str, object]:
    """Who a token belongs to: the identity URL and userinfo give the same, in each other's words."""
    row: Row = org.tables["User"].rows[user]
    base = request.root_url.rstrip("/")
    return {
        "id": f"{base}/id/{org.id}/{user}", "sub": f"{base}/id/{org.id}/{user}", "user_id": user,
        "organization_id": org.id, "username": row.get("Username"), "preferred_username": row.get("Username"),
        "display_name": row.get("Name"), "name": row.get("Name"), "email": row.get("Email"), "active": row["IsActive"],
        "user_type": "STANDARD", "zoneinfo": row.get("TimeZoneSidKey"), "locale": "en_US",
    }  # fmt: skip
