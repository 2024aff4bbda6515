"""The bearer token: a private app's or service key's, which lasts, or an OAuth app's, renewed when it ends."""

from __future__ import annotations

import json
from collections.abc import Callable

from adapters.errors import CRMError, FatalError, TransientError
from adapters.hubspot.refusals import refusal
from adapters.hubspot.transport import Answer, Call
from adapters.settings import ConnectionSettings
from adapters.texts import is_token, shorten

_OAUTH_KEYS = ("client_id", "client_secret", "refresh_token")


class Token:
    """Hands out the token. `send` makes one request without a token; the path is the token endpoint's."""

    def __init__(self, settings: ConnectionSettings, path: str, send: Callable[[Call], Answer]) -> None:
        self._connection = settings.name
        self._auth = {name: secret.strip() for name, secret in settings.auth.items() if secret.strip()}
        self._save = settings.save_refresh_token
        self._path = path
        self._send = send
        self._refusal: FatalError | None = None
        self._renewable = all(key in self._auth for key in _OAUTH_KEYS)
        if not self._renewable and "access_token" not in self._auth:
            every = ", ".join(f"auth.{key}" for key in _OAUTH_KEYS)
            raise FatalError(f"{self._connection}: no credentials. Set auth.access_token, or all of {every}.")

    def current(self) -> str:
        """The token to send; an OAuth app's first one is fetched here. FatalError once it was refused for good."""
        if self._refusal:
            raise FatalError(self._refusal.message, code=self._refusal.code)
        if "access_token" not in self._auth:
            self.renew()
        return self._sendable(self._auth["access_token"])

    def renew(self) -> bool:
        """Get a new token after a refusal; False for a token that cannot be renewed.

        Raises FatalError when HubSpot does not accept the refresh token any more.
        """
        if not self._renewable:
            return False
        answer = self._send(self._request())
        if not answer.ok:
            raise self.refuse(self._fault(answer))
        self._keep(answer)
        return True

    def refuse(self, error: CRMError) -> CRMError:
        """Remember a refusal that is final, so that nothing asks for another token."""
        if isinstance(error, FatalError):
            self._refusal = error
        return error

    def _request(self) -> Call:
        secrets = tuple((key, self._auth[key]) for key in _OAUTH_KEYS)
        return Call("auth", "POST", self._path, form=(("grant_type", "refresh_token"), *secrets))

    def _keep(self, answer: Answer) -> None:
        """A refresh token may serve once only, so its successor is saved before anything else is asked."""
        tokens = _strings(answer)
        if not tokens.get("access_token"):
            raise TransientError(f"{self._connection}: HubSpot's answer to the token renewal cannot be read.")
        successor = tokens.get("refresh_token") or self._auth["refresh_token"]
        rotated = successor != self._auth["refresh_token"]
        self._auth |= {"access_token": tokens["access_token"], "refresh_token": successor}
        if rotated and self._save is not None:
            self._save(successor)

    def _fault(self, answer: Answer) -> CRMError:
        words = _strings(answer)
        code = shorten(words.get("error") or words.get("category") or words.get("status") or "")
        if answer.status in {400, 401, 403}:
            return FatalError(
                f"{self._connection}: HubSpot does not renew the access token ({code or answer.status}). "
                "Check client_id and client_secret, and install the app anew for a fresh refresh_token.",
                code=code,
            )
        return refusal(answer, self._connection, "the token renewal")

    def _sendable(self, token: str) -> str:
        if not is_token(token):
            raise FatalError(
                f"{self._connection}: auth.access_token holds characters that no token has. Paste it anew."
            )
        return token


def _strings(answer: Answer) -> dict[str, str]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in body.items() if isinstance(value, str)} if isinstance(body, dict) else {}
