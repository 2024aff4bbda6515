"""The ways to get an access token, each as the form that the token endpoint takes.

Username and password are not among them: Salesforce retires SOAP login and that OAuth flow
(https://help.salesforce.com/s/articleView?id=000886201).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import jwt

from adapters.errors import FatalError

_ASSERTION_SECONDS = 180
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Grant(Protocol):
    """One way to get a token."""

    def form(self) -> dict[str, str]:
        """What to post to the token endpoint."""
        ...

    def take_rotated(self, refresh_token: str) -> bool:
        """Keep a new refresh token; true when it differs from the last one and must be saved."""
        ...


@dataclass(slots=True)
class ClientCredentials:
    """An External Client App that runs as the user its owner chose."""

    client_id: str
    client_secret: str = field(repr=False)

    def form(self) -> dict[str, str]:
        """Key and secret of the app."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def take_rotated(self, refresh_token: str) -> bool:  # noqa: ARG002 - this flow has none
        """Never."""
        return False


@dataclass(slots=True)
class JwtBearer:
    """A user vouched for by the app's private key. `audience`: the address of the organisation's login."""

    client_id: str
    username: str
    private_key: str = field(repr=False)
    audience: str
    now: Callable[[], float]

    def form(self) -> dict[str, str]:
        """A fresh assertion, good for three minutes."""
        claims = {
            "iss": self.client_id,
            "sub": self.username,
            "aud": self.audience,
            "exp": int(self.now()) + _ASSERTION_SECONDS,
        }
        try:
            assertion = jwt.encode(claims, self.private_key, algorithm="RS256")
        except (jwt.InvalidKeyError, TypeError, ValueError):
            raise FatalError("auth.private_key is not an unencrypted RSA private key in PEM form") from None
        return {"grant_type": _JWT_BEARER, "assertion": assertion}

    def take_rotated(self, refresh_token: str) -> bool:  # noqa: ARG002 - this flow has none
        """Never."""
        return False


@dataclass(slots=True)
class RefreshToken:
    """A user who once agreed in the browser; with rotation each refresh token is good for one use."""

    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str | None = field(repr=False, default=None)

    def form(self) -> dict[str, str]:
        """The refresh token as it now stands; the secret where the app has one."""
        secret = {"client_secret": self.client_secret} if self.client_secret else {}
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "refresh_token": self.refresh_token,
            **secret,
        }

    def take_rotated(self, refresh_token: str) -> bool:
        """Keep the new one."""
        is_new = refresh_token != self.refresh_token
        self.refresh_token = refresh_token
        return is_new


def choose_grant(auth: Mapping[str, str], audience: str, now: Callable[[], float]) -> Grant | None:
    """The grant that these secrets make possible, None when there is only an access token to use as it is."""
    if {"client_id", "refresh_token"} <= auth.keys():
        return RefreshToken(auth["client_id"], auth["refresh_token"], auth.get("client_secret"))
    if {"client_id", "username", "private_key"} <= auth.keys():
        return JwtBearer(auth["client_id"], auth["username"], auth["private_key"], audience, now)
    if {"client_id", "client_secret"} <= auth.keys():
        return ClientCredentials(auth["client_id"], auth["client_secret"])
    if "access_token" in auth:
        return None
    raise FatalError(
        "auth for Salesforce needs client_id with client_secret, or client_id with username and private_key, "
        "or client_id with refresh_token, or access_token"
    )
