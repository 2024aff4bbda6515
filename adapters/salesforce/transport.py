"""The HTTP session under simple-salesforce: a timeout on every call, and no host but the configured one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from adapters.salesforce.address import Address


class OneHostTransport(HTTPAdapter):
    """Gives each call a default timeout, where simple-salesforce gives none and would wait for ever.

    simple-salesforce writes https:// into every address; for a loopback http address it is turned back into http here.
    """

    def __init__(self, address: Address, timeout: tuple[float, float]) -> None:
        """`timeout`: seconds to connect, seconds of silence while reading."""
        self._address = address
        self._timeout = timeout
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - the keywords of requests pass through
        """Send one prepared request, once."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        if self._address.scheme == "http":
            request.url = urlunsplit(urlsplit(request.url or "")._replace(scheme="http"))
            kwargs["proxies"] = None  # this very machine is never behind a proxy
        return super().send(request, *args, **kwargs)


def open_session(address: Address, timeout: tuple[float, float]) -> requests.Session:
    """A session that has a way to `address` only: for any other host requests finds no adapter and refuses."""
    session = requests.Session()
    session.adapters.clear()
    session.mount(f"https://{address.host}/", OneHostTransport(address, timeout))
    session.headers["User-Agent"] = "playmaker-connector"
    session.auth = _keep_authorization
    return session


def _keep_authorization(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Do nothing: with an `auth` of its own the session never puts a .netrc entry in the place of our token."""
    return request
