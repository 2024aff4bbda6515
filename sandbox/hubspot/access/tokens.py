"""The tokens that open this portal: one of a private app (or service key), and OAuth access tokens.

OAuth access tokens live 1,800 seconds; a private app's token does not expire. Dead grants are answered with
BAD_REFRESH_TOKEN.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from sandbox.hubspot.answers.errors import ApiError, expired, unauthorized
from sandbox.hubspot.portal.settings import Settings

REFUSALS = {
    "BAD_GRANT_TYPE": "grant_type must be one of: authorization_code, refresh_token",
    "BAD_CLIENT_ID": "missing or unknown client id",
    "BAD_CLIENT_SECRET": "missing or invalid client secret",
    "BAD_REFRESH_TOKEN": "missing or invalid refresh token",
}
OAUTH_ERRORS = {"BAD_GRANT_TYPE": "unsupported_grant_type", "BAD_REFRESH_TOKEN": "invalid_grant"}


class Tokens:
    """`private` is the token that never expires."""

    def __init__(self, private: str, settings: Settings) -> None:
        self._private = private
        self._settings = settings
        self._refresh_token = settings.refresh_token
        self._expiry: dict[str, datetime] = {}
        self._given = 0

    def check(self, authorization: str, now: datetime) -> bool:
        """Whether the caller is an OAuth app. Raises ApiError (401) when the token opens nothing."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer":
            raise unauthorized()
        if token == self._private:
            return False
        if token not in self._expiry:
            raise unauthorized()
        if now >= self._expiry[token]:
            raise expired(int((now - self._expiry[token]).total_seconds() // 60))
        return True

    def refresh(self, form: Mapping[str, str], now: datetime, *, dated: bool) -> dict[str, object]:
        """A new access token for a refresh token; `dated` adds OAuth's own error words, as the newer path does."""
        refusal = self._refusal(form)
        if refusal:
            raise _bad(refusal, dated=dated)
        self._given += 1
        token = f"sandbox-access-{self._given}"
        self._expiry[token] = now + timedelta(seconds=self._settings.access_token_seconds)
        if self._settings.rotate_refresh_tokens:
            self._refresh_token = f"{self._settings.refresh_token}-{self._given}"
        return {
            "token_type": "bearer",
            "refresh_token": self._refresh_token,
            "access_token": token,
            "expires_in": self._settings.access_token_seconds,
        }

    def expire(self, now: datetime) -> None:
        """End every OAuth access token given out so far."""
        self._expiry = {token: min(end, now) for token, end in self._expiry.items()}

    def _refusal(self, form: Mapping[str, str]) -> str | None:
        secret = self._settings.client_secret or self._private
        checks = {
            "BAD_GRANT_TYPE": form.get("grant_type") == "refresh_token",
            "BAD_CLIENT_ID": form.get("client_id") == self._settings.client_id,
            "BAD_CLIENT_SECRET": form.get("client_secret") == secret,
            "BAD_REFRESH_TOKEN": form.get("refresh_token") == self._refresh_token,
        }
        return next((word for word, passed in checks.items() if not passed), None)


def _bad(word: str, *, dated: bool) -> ApiError:
    message = REFUSALS[word]
    body: dict[str, object] = {"status": word, "message": message, "correlationId": str(uuid4())}
    if dated:
        body |= {"error": OAUTH_ERRORS.get(word, "invalid_client"), "error_description": message}
    return ApiError(400, body)
