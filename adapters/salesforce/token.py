"""The access token of one connection: got when first needed, renewed when refused, never asked for again after a no."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from adapters.calls import Calls
from adapters.errors import CRMError, FatalError, TransientError
from adapters.http_headers import read_http_date, read_retry_after
from adapters.salesforce.address import Address
from adapters.salesforce.failures import garbled, read_code, read_outage
from adapters.salesforce.grants import Grant, JwtBearer, choose_grant
from adapters.settings import ConnectionSettings
from adapters.texts import is_token, shorten

_WHAT = "asking for an access token"
_CLOCKS_AGREE = 60.0
"""Seconds that our clock may be apart from Salesforce's: an assertion is good for three minutes."""
_PASSING = {"unknown_error", "server_error", "temporarily_unavailable"}


class Tokens:
    """Hands out the access token. An access token *is* a session id, and Salesforce does not say when it ends."""

    def __init__(
        self,
        settings: ConnectionSettings,
        address: Address,
        session: requests.Session,
        calls: Calls,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Makes no request. `now`: seconds since 1970, for assertions. FatalError when the secrets do not suffice."""
        auth = {name: secret.strip() for name, secret in settings.auth.items()}
        self._now = now
        self._ahead = 0.0
        self._grant = choose_grant(auth, address.url, lambda: now() + self._ahead)
        self._token = auth.get("access_token")
        if self._token and not is_token(self._token):
            raise FatalError("auth.access_token holds characters that no token has: paste it anew")
        self._save = settings.save_refresh_token
        self._host = address.host
        self._session = session
        self._calls = calls
        self._refusal: FatalError | None = None

    def current(self) -> str:
        """The token in use; the first time it is asked for."""
        return self._token or self.renew()

    def renew(self) -> str:
        """A new token in place of one that is no longer accepted. FatalError when there is no way to get one."""
        if self._refusal:
            raise FatalError(self._refusal.message, code=self._refusal.code)
        self._token = None
        try:
            self._token = self._ask()
        except FatalError as error:
            self._refusal = error
            raise
        return self._token

    def refuse(self, message: str, code: str) -> FatalError:
        """Remember that tokens are given but not accepted, so that nothing asks for another one."""
        self._token = None
        self._refusal = FatalError(message, code=code)
        return self._refusal

    def _ask(self) -> str:
        if self._grant is None:
            raise FatalError(
                f"Salesforce at {self._host} no longer accepts the access token: give a new one in auth.access_token,"
                " or let the connection log in by itself (client_id with client_secret)",
                code="INVALID_SESSION_ID",
            )
        answer = self._post_in_time(self._grant)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token or not is_token(token):
            raise garbled(_WHAT, self._host)
        self._keep_rotated(answer)
        return token

    def _post_in_time(self, grant: Grant) -> dict[str, Any]:
        """The answer to a login; asked for once more when the refusal shows that our clock is wrong by minutes."""
        ahead = self._ahead
        try:
            return self._post(grant.form())
        except FatalError:
            if not isinstance(grant, JwtBearer) or abs(self._ahead - ahead) < _CLOCKS_AGREE:
                raise
        return self._post(grant.form())

    def _post(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint. Its `instance_url` is not used: we stay with the configured host."""
        self._calls.count("auth")
        try:
            response = self._session.post(
                f"https://{self._host}/services/oauth2/token", data=form, allow_redirects=False
            )
        except requests.RequestException as error:
            raise read_outage(error, _WHAT, self._host) from None
        if told := read_http_date(response.headers.get("Date")):
            self._ahead = told.timestamp() - self._now()
        answer = _read_json(response)
        if response.status_code != requests.codes.ok:
            raise self._read_refusal(answer, response)
        if not isinstance(answer, dict):
            raise garbled(_WHAT, self._host)
        return answer

    def _read_refusal(self, answer: object, response: requests.Response) -> CRMError:
        """Only a clear no is final; a page without a code, or a fault of the server, may pass."""
        code, words = read_code(answer)
        status = response.status_code
        is_redirect = requests.codes.multiple_choices <= status < requests.codes.bad_request
        if is_redirect:
            return FatalError(f"Salesforce at {self._host} redirected the login elsewhere; check base_url")
        if not code or code in _PASSING or status >= requests.codes.server_error:
            return TransientError(
                f"Salesforce at {self._host} could not log in just now (HTTP {status})",
                code=code,
                retry_after=read_retry_after(response.headers),
            )
        said = f" ({shorten(words)})" if words else ""
        return FatalError(
            f"Salesforce at {self._host} refused the credentials with {code}{said}; check the auth settings", code=code
        )

    def _keep_rotated(self, answer: dict[str, Any]) -> None:
        """A rotated refresh token is saved before anything else is asked: the old one is worthless from now on."""
        rotated = answer.get("refresh_token")
        if not self._grant or not isinstance(rotated, str) or not rotated:
            return
        if self._grant.take_rotated(rotated) and self._save:
            self._save(rotated)


def _read_json(response: requests.Response) -> object:
    """What an answer says; nothing where it is no JSON, or has numbers or a depth beyond all bounds."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return {}
