"""The HTTP session under simple-salesforce: timeouts on every call, and no host but the configured one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from adapters.deadline import limit_calls
from adapters.exchange import Exchange, telling
from adapters.salesforce.address import Address
from adapters.settings import ConnectionSettings


class OneHostTransport(HTTPAdapter):
    """Gives each call a default timeout, where simple-salesforce gives none and would wait for ever.

    simple-salesforce writes https:// into every address; for a loopback http address it is turned back into http here.
    """

    def __init__(self, address: Address, settings: ConnectionSettings) -> None:
        self._address = address
        self._timeout = (settings.connect_timeout, settings.read_timeout)
        self._longest = settings.call_timeout
        self._listener = settings.after_call
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the arguments of requests pass through
        """The way to Salesforce itself, with a deadline for each call."""
        super().init_poolmanager(*args, **kwargs)
        limit_calls(self.poolmanager, self._longest)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - the arguments of requests pass through
        """The way through a proxy, with the same deadline."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        limit_calls(manager, self._longest)
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - the keywords of requests pass through
        """Send one prepared request, once."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        if self._address.scheme == "http":
            request.url = urlunsplit(urlsplit(request.url or "")._replace(scheme="http"))
            kwargs["proxies"] = None  # this very machine is never behind a proxy
        exchange = Exchange(request.method or "", request.path_url, len(request.body or b""))
        with telling(self._listener, exchange):
            response = super().send(request, *args, **kwargs)
            # read here, where a broken connection is still this call's
            exchange.answered(response.status_code, response.content)
        return response


def open_session(address: Address, settings: ConnectionSettings) -> requests.Session:
    """A session that has a way to `address` only: for any other host requests finds no adapter and refuses."""
    session = requests.Session()
    session.adapters.clear()
    session.mount(f"https://{address.host}/", OneHostTransport(address, settings))
    session.headers["User-Agent"] = "playmaker-connector"
    session.auth = _keep_authorization
    return session


def _keep_authorization(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Do nothing: with an `auth` of its own the session never puts a .netrc entry in the place of our token."""
    return request
