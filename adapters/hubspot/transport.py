"""HTTP through the official client's ApiClient, one level below its models: bytes in, bytes out.

The client sets no timeout, retries some GETs silently, opens a pool per API object, follows redirects to other hosts
and fails on error bodies that are not UTF-8. So it is given a pool of ours in which all of this is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from hubspot.crm.objects import ApiClient, Configuration

from adapters.deadline import limit_calls
from adapters.errors import CRMError, FatalError, TransientError
from adapters.hubspot.address import check_base_url, host_of
from adapters.settings import ConnectionSettings

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
USER_AGENT = "playmaker-connector"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `kind`: what it is counted as. A call with a `form` carries no token."""

    kind: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = None
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether HubSpot did what was asked (batches still have to be read for partial refusals)."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the HTTP success range


class Transport:
    """The connection to one host, kept open between calls."""

    def __init__(self, settings: ConnectionSettings) -> None:
        address = check_base_url(settings.name, settings.base_url)
        configuration = Configuration(host=address)
        self._client = ApiClient(configuration)
        self._pool = _Pool(settings.name, host_of(address))
        limit_calls(self._pool, settings.call_timeout)
        self._client.rest_client.pool_manager = self._pool
        self._client.user_agent = USER_AGENT
        self._client.set_default_header("Accept-Encoding", "gzip")
        self._timeout = (settings.connect_timeout, settings.read_timeout)

    def send(self, call: Call, token: str | None) -> Answer:
        """Send one request and read the whole answer. Raises TransientError when the wire fails."""
        # setting it per call is what makes a renewed token reach a client that is held
        self._client.configuration.access_token = token
        try:
            response = self._client.call_api(
                call.path,
                call.method,
                query_params=list(call.query),
                header_params={"Accept": JSON, "Content-Type": FORM if call.form else JSON},
                body=call.body,
                post_params=list(call.form),
                auth_settings=["oauth2"] if token else [],
                _preload_content=False,
                _return_http_data_only=True,
                _request_timeout=self._timeout,
            )
        except _NotDoneError as refused:
            return refused.answer
        return _answer(response)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


class _NotDoneError(Exception):
    """Carries an answer that is no success past the client, whose own error path loses bodies."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _Pool(urllib3.PoolManager):
    """Reads each answer whole, tries nothing twice, goes nowhere else, and names what broke."""

    def __init__(self, connection: str, host: str) -> None:
        # one run at a time uses it; never waiting for a free connection, it cannot wait for ever
        super().__init__(num_pools=1, maxsize=1, block=False, retries=False, cert_reqs="CERT_REQUIRED")
        self._connection = connection
        self._host = host

    def urlopen(  # type: ignore[override]  # the parent spells out the type of `redirect`, which is not ours to choose
        self,
        method: str,
        url: str,
        **options: Any,  # noqa: ANN401 - as the parent has it
    ) -> urllib3.BaseHTTPResponse:
        """Raises our errors for the network's, and _NotDoneError for any status but success."""
        options |= {"redirect": False, "retries": False}
        try:
            response = super().urlopen(method, url, **options)
            response.data  # noqa: B018 - reads the body here, where a broken connection is understood
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise self._fault(error) from None
        answer = _answer(response)
        if not answer.ok:
            raise _NotDoneError(answer)
        return response

    def _fault(self, error: urllib3.exceptions.HTTPError) -> CRMError:
        where = f"{self._connection}: {self._host}"
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return FatalError(f"{where} shows a certificate that cannot be verified. Check base_url and the proxy.")
        return TransientError(f"{where} {_in_words(error)}.")


def _in_words(error: urllib3.exceptions.HTTPError) -> str:
    match error:
        case urllib3.exceptions.NameResolutionError():
            return "cannot be reached: its name is not found. Check base_url and the network"
        case urllib3.exceptions.NewConnectionError():
            return "cannot be reached: the connection is refused. Check base_url and the network"
        case urllib3.exceptions.ConnectTimeoutError():
            return "cannot be reached in time. Check base_url and the network"
        case urllib3.exceptions.ReadTimeoutError():
            return "does not answer in time"
        case urllib3.exceptions.SSLError():
            return "broke off the encrypted connection"
    return "broke off in the middle of an answer"


def _answer(response: urllib3.BaseHTTPResponse) -> Answer:
    return Answer(response.status, response.headers, response.data)
