"""What HubSpot says when it refuses, as our errors.

The body of a refusal is `{"status", "message", "correlationId", "category", "context", "errors": [{"message", "code",
"context"}]}`, any part of which may be missing; a validation error often carries a JSON list inside its message
(https://developers.hubspot.com/docs/api-reference/error-handling). 404, 414 and 52x answers can be HTML pages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from adapters.errors import CRMError, FatalError, LimitReachedError, SchemaError, TransientError
from adapters.http_headers import read_retry_after
from adapters.hubspot.transport import Answer
from adapters.texts import shorten

LOCKED_FOR = 2.0
"""Seconds to wait at least for a locked record (423), by HubSpot's documentation."""

MIGRATING = 477
"""HubSpot's own status for a portal that is moving between data centres; its Retry-After is in seconds."""

_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.LOCKED, HTTPStatus.TOO_MANY_REQUESTS, MIGRATING}
_ABSENT = {"OBJECT_NOT_FOUND", "NOT_FOUND"}
_UNKNOWN_PROPERTY = "PROPERTY_DOESNT_EXIST"


@dataclass(frozen=True, slots=True)
class Complaint:
    """HubSpot's own words about one fault; `field` names a property where it says which."""

    code: str
    message: str
    field: str | None = None


class RequestRefusedError(FatalError):
    """HubSpot would not do what this request asked, and would not do it later either.

    `complaint` holds its words, which may quote values; `message` does not. `absent`: the record is not there.
    """

    def __init__(self, message: str, complaint: Complaint, *, status: int, absent: bool = False) -> None:
        super().__init__(message, code=complaint.code)
        self.complaint = complaint
        self.status = status
        self.absent = absent


def refusal(answer: Answer, connection: str, doing: str) -> CRMError:
    """The error for an answer that is no success; `doing` names the request for people."""
    body = _parse(answer)
    where = f"{connection}: HubSpot"
    match answer.status:
        case HTTPStatus.UNAUTHORIZED:
            return FatalError(
                f"{where} refuses the credentials. Check `auth` of this connection: the token may be wrong or revoked.",
                code="UNAUTHORIZED",
            )
        case HTTPStatus.FORBIDDEN:
            return _forbidden(body, where, doing)
        case HTTPStatus.TOO_MANY_REQUESTS if _is_daily(body):
            return LimitReachedError(
                f"{where}'s daily limit of API calls is reached; it starts anew at midnight in the portal's time zone.",
                code="DAILY",
            )
        case status if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _passing(answer, where, doing)
        case status if status < HTTPStatus.BAD_REQUEST:
            return FatalError(f"{where} redirects {doing} elsewhere ({status}). Check base_url.")
    return _refused(answer.status, body, where, doing)


def complaint(body: dict[str, Any]) -> Complaint:
    """The most telling complaint of a refusal, or of one error entry of a batch answer."""
    category = _text(body.get("category")) or _text(body.get("errorType")) or "REFUSED"
    message = _text(body.get("message"))
    detail = next(iter(_details(body, message)), {})
    return Complaint(
        code=shorten(_text(detail.get("error")) or _text(detail.get("code")) or category),
        message=_text(detail.get("message")) or message or category,
        field=shorten(_field(detail) or _field(body)) or None,
    )


def is_absent(body: dict[str, Any]) -> bool:
    """Whether a refusal or an error entry says that the record is not there."""
    return _text(body.get("category")) in _ABSENT or _text(body.get("subCategory")).endswith("NOT_FOUND")


def _forbidden(body: dict[str, Any], where: str, doing: str) -> CRMError:
    scopes = _scopes(body)
    if scopes:
        return FatalError(
            f"{where} lacks scopes for {doing}: {shorten(', '.join(scopes))}. Add them to the app or service key.",
            code="MISSING_SCOPES",
        )
    return FatalError(f"{where} does not permit {doing}. Check the scopes of the app or service key.", code="FORBIDDEN")


def _passing(answer: Answer, where: str, doing: str) -> CRMError:
    asked = read_retry_after(answer.headers)
    if answer.status == HTTPStatus.LOCKED:
        asked = max(asked or 0.0, LOCKED_FOR)
    why = "is too busy for" if answer.status == HTTPStatus.TOO_MANY_REQUESTS else "cannot do at the moment:"
    return TransientError(f"{where} {why} {doing} ({answer.status}).", code=str(answer.status), retry_after=asked)


def _refused(status: int, body: dict[str, Any], where: str, doing: str) -> CRMError:
    words = complaint(body)
    if words.code == _UNKNOWN_PROPERTY:
        return SchemaError(
            f"{where} has no property {words.field or '(unnamed)'}, needed for {doing}. "
            "Correct the mapping, or run `playmaker fields apply` for KPI fields.",
            code=words.code,
        )
    reference = shorten(_text(body.get("correlationId")))
    support = f", correlation id {reference}" if reference else ""
    message = f"{where} refused {doing} ({status} {words.code}{support})."
    absent = status == HTTPStatus.NOT_FOUND or is_absent(body)
    return RequestRefusedError(message, words, status=status, absent=absent)


def _parse(answer: Answer) -> dict[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _is_daily(body: dict[str, Any]) -> bool:
    return body.get("policyName") == "DAILY" or "daily limit" in _text(body.get("message")).lower()


def _scopes(body: dict[str, Any]) -> list[str]:
    contexts = [body.get("context"), *(error.get("context") for error in _dicts(body.get("errors")))]
    found = [
        scope
        for context in contexts
        if isinstance(context, dict)
        for scope in _texts(context.get("requiredGranularScopes")) or _texts(context.get("requiredScopes"))
    ]
    return list(dict.fromkeys(found))


def _details(body: dict[str, Any], message: str) -> list[dict[str, Any]]:
    """The faults one by one: from the JSON list inside the message, else from `errors`."""
    start = message.find("[{")
    if start >= 0:
        try:
            embedded, _ = json.JSONDecoder().raw_decode(message, start)
        except (ValueError, RecursionError):
            embedded = []
        if found := _dicts(embedded):
            return found
    return _dicts(body.get("errors"))


def _field(entry: dict[str, Any]) -> str:
    context = entry.get("context")
    named = _texts(context.get("propertyName")) if isinstance(context, dict) else []
    return _text(entry.get("name")) or (named[0] if named else "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
