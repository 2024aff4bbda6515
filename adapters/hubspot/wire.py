"""One call to HubSpot: JSON in, JSON out. Each request is counted, each fault becomes one of our errors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlencode

from tenacity import Retrying

from adapters.base import Limits
from adapters.calls import Calls
from adapters.errors import TransientError
from adapters.exchange import Exchange, telling
from adapters.http_headers import read_count, read_http_date
from adapters.hubspot.paths import choose_paths
from adapters.hubspot.refusals import refusal
from adapters.hubspot.searches import SearchPace
from adapters.hubspot.token import Token
from adapters.hubspot.transport import Answer, Call, Transport
from adapters.retry import retrying
from adapters.settings import ConnectionSettings

Json: TypeAlias = dict[str, Any]

SEARCH = "search"
"""The kind that searches are counted as."""

_DAILY = "X-HubSpot-RateLimit-Daily"
_DAILY_REMAINING = "X-HubSpot-RateLimit-Daily-Remaining"


class Wire:
    """The calls of one connection. `server_time`: when HubSpot gave its last answer, by its own clock.

    `account`: whose limits the calls count against; the portal, once it is known.
    """

    def __init__(self, settings: ConnectionSettings, policy: Retrying | None = None) -> None:
        self.connection = self.account = settings.name
        self.paths = choose_paths(settings.name, settings.api_version)
        self.server_time: datetime | None = None
        self._calls = Calls(settings.before_call)
        self._listener = settings.after_call
        self._policy = policy or retrying()
        self._searches = SearchPace(settings)
        self._transport = Transport(settings)
        self._token = Token(settings, self.paths.token, lambda call: self._count_and_send(call, None))
        self._daily: tuple[int, int] | None = None

    def get(self, path: str, kind: str, query: Sequence[tuple[str, str]] = ()) -> Json:
        """Read something. `kind` is what the call is counted as."""
        return self._policy(self._attempt, Call(kind, "GET", path, query=tuple(query)))

    def post(self, path: str, body: Mapping[str, object], kind: str) -> Json:
        """Ask for or write something. Every POST of this adapter may be repeated without harm, so it is retried too."""
        return self._policy(self._attempt, Call(kind, "POST", path, body=body))

    def patch(self, path: str, body: Mapping[str, object], kind: str) -> Json:
        """Change something that is there; repeating it does no harm."""
        return self._policy(self._attempt, Call(kind, "PATCH", path, body=body))

    def delete(self, path: str, kind: str) -> None:
        """Take something away; HubSpot answers with nothing."""
        self._policy(self._attempt, Call(kind, "DELETE", path))

    def limits(self) -> Limits:
        """The daily allowance that the last answer told (search answers and OAuth apps are told none)."""
        limit, remaining = self._daily or (None, None)
        used = None if limit is None or remaining is None else limit - remaining
        return Limits(daily_limit=limit, daily_used=used, calls=self._calls.totals())

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
        self._searches.close()

    def garbled(self, path: str, what: str) -> TransientError:
        """The error for an answer that cannot be what HubSpot meant to say."""
        return TransientError(f"{self.connection}: HubSpot's answer to {_plain(path)} cannot be read: {what}.")

    def _attempt(self, call: Call) -> Json:
        answer = self._count_and_send(call, self._token.current())
        if answer.status == HTTPStatus.UNAUTHORIZED and self._token.renew():
            answer = self._count_and_send(call, self._token.current())
        if not answer.ok:
            error = refusal(answer, self.connection, f"{call.method} {_plain(call.path)}")
            raise self._token.refuse(error) if answer.status == HTTPStatus.UNAUTHORIZED else error
        return {} if answer.status == HTTPStatus.NO_CONTENT else self._parse(answer, call)

    def _count_and_send(self, call: Call, token: str | None) -> Answer:
        if call.kind == SEARCH:
            self._searches.wait(self.account)
        self._calls.count(call.kind)
        answer = self._send(call, token)
        if call.kind == SEARCH and answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._searches.refused()
        self._note(answer.headers)
        return answer

    def _send(self, call: Call, token: str | None) -> Answer:
        query = f"?{urlencode(call.query)}" if call.query else ""
        sent = len(json.dumps(call.body, default=str)) if call.body and self._listener else 0
        with telling(self._listener, Exchange(call.method, call.path + query, sent)) as exchange:
            answer = self._transport.send(call, token)
            exchange.answered(answer.status, answer.body)
        return answer

    def _note(self, headers: Mapping[str, str]) -> None:
        self.server_time = read_http_date(headers.get("Date")) or self.server_time
        limit, remaining = read_count(headers.get(_DAILY)), read_count(headers.get(_DAILY_REMAINING))
        if limit is not None and remaining is not None:
            self._daily = limit, remaining

    def _parse(self, answer: Answer, call: Call) -> Json:
        """A proxy's page, a cut answer or a list where an object belongs must never pass for an empty result."""
        try:
            body = json.loads(answer.body, parse_float=Decimal)
        except (ValueError, InvalidOperation, RecursionError):  # a number or a depth beyond all bounds, too
            raise self.garbled(call.path, "it is no JSON") from None
        if not isinstance(body, dict):
            raise self.garbled(call.path, "it is no JSON object")
        return body


def _plain(path: str) -> str:
    return path.lstrip("/")
