"""One call to Salesforce: counted, retried while it may pass, logged in again once, its errors made ours."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError

from adapters.base import Limits
from adapters.calls import Calls
from adapters.errors import CRMError, FatalError, TransientError
from adapters.http_headers import read_http_date, read_retry_after
from adapters.retry import retrying
from adapters.salesforce.address import read_address, read_version
from adapters.salesforce.failures import (
    LocatorLostError,
    SessionExpiredError,
    SlowQueryError,
    garbled,
    read_outage,
    read_refusal,
)
from adapters.salesforce.token import Tokens
from adapters.salesforce.transport import open_session
from adapters.settings import ConnectionSettings

Row: TypeAlias = dict[str, Any]
"""A JSON object as Salesforce gives it, decimals exact."""

_PAGES = {"Sforce-Query-Options": "batchSize=2000"}
# without it, updating an account may set off the customer's assignment rules
_NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}


@dataclass(frozen=True, slots=True)
class Request:
    """One call to make: `kind` for the count, `what` for people, `send` through simple-salesforce.

    `quoting`: Salesforce's words about it may be shown (those about SOQL repeat the SOQL). `outlives_session`: it can
    be repeated under a new session. `shape`: the type of the answer, anything else makes no sense.
    `narrowable`: silence means that too much was asked for, and asking again for as much is useless.
    """

    kind: str
    what: str
    send: Callable[[Any], object]
    quoting: bool = True
    outlives_session: bool = True
    shape: type = dict
    narrowable: bool = False


class Wire:
    """The calls that the adapter makes. Nothing is sent before the first of them.

    `server_time`: when Salesforce gave its last answer, by its own clock.
    """

    def __init__(self, settings: ConnectionSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        """FatalError when the address, version or secrets cannot be right."""
        address = read_address(settings.base_url)
        self.host = address.host
        self.version = read_version(settings.api_version)
        self.retrying = retrying(sleep=sleep)
        self._calls = Calls(settings.before_call)
        self._session = open_session(address, settings)
        self._session.hooks["response"].append(self._note_usage)
        self.server_time: datetime | None = None
        self._retry_after: float | None = None
        self._tokens = Tokens(settings, address, self._session, self._calls)
        self._client: Any = None
        self._used: int | None = None
        self._allowed: int | None = None

    def query(self, soql: str, sobject: str, *, deleted: bool = False) -> Row:
        """The first page of a query's answer. `deleted`: with the rows in the recycle bin."""

        def send(client: Any) -> object:  # noqa: ANN401 - simple-salesforce ships no types
            return client.query(soql, include_deleted=deleted, headers=_PAGES, allow_redirects=False)

        return self._fetch_row(Request("read", f"reading {sobject}", send, quoting=False, narrowable=True))

    def query_more(self, url: str, sobject: str) -> Row:
        """The next page, by its `nextRecordsUrl` as given. LocatorLostError when its session or its time is over."""

        def send(client: Any) -> object:  # noqa: ANN401 - simple-salesforce ships no types
            return client.query_more(url, identifier_is_url=True, allow_redirects=False)

        what = f"reading on in {sobject}"
        if not url.startswith("/services/data/"):
            raise garbled(what, self.host)
        return self._fetch_row(Request("read", what, send, quoting=False, outlives_session=False))

    def query_tooling(self, soql: str, sobject: str) -> Row:
        """The answer to a query over the Tooling API."""
        send = _restful("tooling/query/", params={"q": soql})
        return self._fetch_row(Request("describe", f"reading {sobject}", send, quoting=False))

    def get(self, path: str, what: str) -> Row:
        """A resource below the API's root."""
        return self._fetch_row(Request("describe", what, _restful(path)))

    def path_to(self, collection: str, row_id: object, what: str) -> str:
        """The path of one record. TransientError for an id that is none: it could lead elsewhere on this host."""
        if not re.fullmatch(r"[0-9A-Za-z]+", str(row_id)):
            raise garbled(what, self.host)
        return f"{collection}/{row_id}"

    def create(self, path: str, body: Row, what: str) -> str:
        """Create one record and return its id."""
        answer = self._fetch_row(Request("write", what, _restful(path, method="POST", json=body)))
        return str(answer.get("id") or "")

    def update(self, path: str, body: Row, what: str) -> None:
        """Update one record; Salesforce answers with nothing."""
        send = _restful(path, method="PATCH", json=body)
        self.retrying(self._attempt, Request("write", what, send, shape=type(None)))

    def delete(self, path: str, what: str) -> None:
        """Delete one record; Salesforce answers with nothing."""
        self.retrying(self._attempt, Request("write", what, _restful(path, method="DELETE"), shape=type(None)))

    def update_collection(self, body: bytes, what: str) -> list[Row]:
        """Update up to 200 records of one type; one answer for each, in order."""
        send = _restful("composite/sobjects", method="PATCH", data=body, headers=_NO_ASSIGNMENT)
        answer = self.retrying(self._attempt, Request("write", what, send, quoting=False, shape=list))
        if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
            raise garbled(what, self.host)
        return answer

    def limits(self) -> Limits:
        """What the last answer's Sforce-Limit-Info said, and the calls made so far."""
        return Limits(self._allowed, self._used, self._calls.totals())

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()

    def _fetch_row(self, request: Request) -> Row:
        answer: Row = self.retrying(self._attempt, request)
        return answer

    def _attempt(self, request: Request) -> Any:  # noqa: ANN401 - of the shape that the request names
        """Send it; on an expired session log in once and send it again, and if that is refused too, stop for good."""
        try:
            return self._send(request)
        except SessionExpiredError:
            self._client = None
            self._tokens.renew()
        if not request.outlives_session:
            raise LocatorLostError(f"the session of a query at {self.host} is over")
        try:
            return self._send(request)
        except SessionExpiredError as error:
            raise self._refuse(error.code) from None

    def _send(self, request: Request) -> object:
        client = self._open()
        self._calls.count(request.kind)
        try:
            answer = request.send(client)
        except SalesforceError as error:
            raise self._as_asked(read_refusal(error, request.what, self.host, quoting=request.quoting)) from None
        except requests.RequestException as error:
            # Salesforce itself gives up on a query after about two minutes, which is longer than we listen
            if request.narrowable and isinstance(error, requests.ReadTimeout):
                raise SlowQueryError(f"Salesforce at {self.host} took too long over a query") from None
            raise read_outage(error, request.what, self.host) from None
        except (TypeError, ValueError, InvalidOperation, RecursionError):
            # what simple-salesforce does with null, and Python with numbers and depths beyond all bounds
            raise garbled(request.what, self.host) from None
        if not isinstance(answer, request.shape):
            raise garbled(request.what, self.host)
        return answer

    def _as_asked(self, refusal: CRMError) -> CRMError:
        """The refusal, with the time that its answer asks us to wait."""
        if isinstance(refusal, TransientError):
            refusal.retry_after = self._retry_after
        return refusal

    def _open(self) -> Any:  # noqa: ANN401 - simple-salesforce ships no types
        """The client of the current session: given a token it never logs in by itself, so it cannot loop doing so."""
        token = self._tokens.current()
        if self._client is None:
            self._client = Salesforce(
                session_id=token,
                instance=self.host,
                session=self._session,
                version=self.version,
                object_pairs_hook=None,
                parse_float=Decimal,
            )
            self._client.headers["X-PrettyPrint"] = "0"
        return self._client

    def _refuse(self, code: str) -> FatalError:
        self._client = None
        return self._tokens.refuse(
            f"Salesforce at {self.host} refuses a session that it has just given; check the running user's session"
            " settings and IP ranges",
            code,
        )

    def _note_usage(self, response: requests.Response, *_args: object, **_kwargs: object) -> None:
        self._retry_after = read_retry_after(response.headers)
        self.server_time = read_http_date(response.headers.get("Date")) or self.server_time
        usage: Mapping[str, Any] = Salesforce.parse_api_usage(response.headers.get("Sforce-Limit-Info", ""))
        if "api-usage" in usage:
            self._used, self._allowed = usage["api-usage"]


def _restful(path: str, **options: object) -> Callable[[Any], object]:
    """A call of simple-salesforce's `restful`; a redirect is an error, for it would lead to another host."""

    def send(client: Any) -> object:  # noqa: ANN401 - simple-salesforce ships no types
        return client.restful(path, allow_redirects=False, **options)

    return send
