"""What Salesforce and the wire report, as errors of ours: told by errorCode, for one code comes with several statuses.

No message holds the text of simple-salesforce's exceptions: it contains the address with the whole SOQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import requests
from simple_salesforce.exceptions import SalesforceError
from urllib3.exceptions import ReadTimeoutError

from adapters.errors import CRMError, FatalError, LimitReachedError, SchemaError, TransientError
from adapters.texts import shorten

SESSION_CODES = {"INVALID_SESSION_ID", "INVALID_AUTH_HEADER"}
ABSENT_CODES = {"NOT_FOUND", "INVALID_TYPE"}
DUPLICATE_CODES = {"DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"}
_PASSING_CODES = {"SERVER_UNAVAILABLE", "SERVICE_UNAVAILABLE", "UNKNOWN_EXCEPTION", "UNABLE_TO_LOCK_ROW"}
_SLOW_CODES = {"QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG"}
_SERVER_FAULT = 500
_MENDS = {
    "API_DISABLED_FOR_ORG": "enable the API for the organisation, or give the running user 'API Enabled'",
    "API_CURRENTLY_DISABLED": "enable the API for the organisation, or give the running user 'API Enabled'",
    "INSUFFICIENT_ACCESS": "give the running user the missing permission",
    "INSUFFICIENT_ACCESS_OR_READONLY": "give the running user the missing permission",
    "NOT_FOUND": "check base_url and api_version, and that the running user has access",
    "UNSUPPORTED_API_VERSION": "set api_version to a version that the organisation serves",
}


class SessionExpiredError(CRMError):
    """The access token is no longer accepted; never leaves the adapter."""


class LocatorLostError(CRMError):
    """The rest of a query's rows can no longer be fetched, or does not add up; never leaves the adapter."""


class SlowQueryError(CRMError):
    """Salesforce gave up on the query because it took too long; never leaves the adapter."""


def read_refusal(error: SalesforceError, what: str, host: str, *, quoting: bool) -> CRMError:
    """The error for an answer of status 300 and above. `quoting`: its words may be shown, for they repeat no SOQL."""
    code, words = read_code(error.content)
    where = f"Salesforce at {host}"
    if not code:
        return _read_codeless(int(error.status), what, where)
    if code in _BY_CODE:
        return _BY_CODE[code](code, words, where)
    if int(error.status) >= _SERVER_FAULT:
        return TransientError(f"{where} had a fault of its own ({code}) on: {what}; try again later", code=code)
    said = f" ({shorten(words)})" if quoting and words else ""
    mend = f"; {_MENDS[code]}" if code in _MENDS else ""
    return FatalError(f"{where} refused with {code}{said}: {what}{mend}", code=code)


def read_outage(error: requests.RequestException, what: str, host: str) -> CRMError:
    """The error for a call that brought no usable answer at all."""
    where = f"Salesforce at {host}"
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return FatalError(f"{where} shows a certificate that this machine does not trust; install its authority")
    if isinstance(error, requests.exceptions.InvalidSchema):
        return FatalError(f"refused to leave {host} for another host on: {what}; check base_url")
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return garbled(what, host)
    if isinstance(error, requests.Timeout) or _broke_off_late(error):
        return TransientError(f"{where} did not answer in time on: {what}; try again later")
    if isinstance(error, requests.ConnectionError):
        return TransientError(f"cannot reach {where}, or it broke the connection, on: {what}; check the network")
    return TransientError(f"{where} could not be read on: {what}; try again later")


def _broke_off_late(error: requests.RequestException) -> bool:
    """Whether an answer began and did not end in time, which requests tells as a broken connection."""
    return bool(error.args) and isinstance(error.args[0], ReadTimeoutError)


def garbled(what: str, host: str) -> TransientError:
    """The error for an answer that is not what Salesforce gives (an HTML page of a proxy, JSON cut short)."""
    return TransientError(f"Salesforce at {host} gave an answer that makes no sense on: {what}; try again later")


def read_code(content: object) -> tuple[str, str]:
    """Code and words of an error body: `[{"errorCode", "message"}]`, or `{"error", "error_description"}` of OAuth."""
    first: object = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, Mapping):
        return "", ""
    code = first.get("errorCode") or first.get("statusCode") or first.get("error") or ""
    return shorten(str(code)), str(first.get("message") or first.get("error_description") or "")


def _read_codeless(status: int, what: str, where: str) -> CRMError:
    """A body without a code is a page of something between us and Salesforce, or a redirect."""
    if status < requests.codes.bad_request:
        return FatalError(f"{where} redirected elsewhere (HTTP {status}) on: {what}; check base_url")
    return TransientError(f"{where} answered HTTP {status} without a reason on: {what}; try again later")


def _read_limit(code: str, words: str, where: str) -> CRMError:
    """The daily allowance; or, when the words say so, too many long calls at this moment."""
    if "concurrent" in words.lower():
        return TransientError(f"{where} has too many long requests under way; try again later", code=code)
    return LimitReachedError(
        f"{where} has spent its API requests of the last 24 hours; run again when they are free", code=code
    )


def _read_schema(code: str, words: str, where: str) -> CRMError:
    """Names the field or object, from words such as "No such column 'X' on entity 'Y'" after an excerpt of SOQL."""
    if column := re.search(r"No such column '(\w{1,80})' on (?:entity|sobject of type) '?(\w{1,80})", words):
        return SchemaError(
            f"{where} shows the running user no field {column[1]} on {column[2]}: it was never created, or field-level"
            " security hides it; correct the mapping or run `fields apply`",
            code=code,
        )
    thing = re.search(r"sObject type '(\w{1,80})'", words)
    named = f"object {thing[1]}" if thing else "field or object"
    return SchemaError(f"{where} does not know a {named} that was asked for; check the mapping", code=code)


def _read_passing(code: str, _words: str, where: str) -> CRMError:
    return TransientError(f"{where} is unavailable for a moment ({code}); try again later", code=code)


def _read_session(code: str, _words: str, where: str) -> CRMError:
    return SessionExpiredError(f"{where} no longer accepts the session", code=code)


def _read_slow(code: str, _words: str, where: str) -> CRMError:
    return SlowQueryError(f"{where} gave up on a query that took too long", code=code)


def _read_locator(code: str, _words: str, where: str) -> CRMError:
    return LocatorLostError(f"{where} no longer knows the rest of a query", code=code)


_Reader = Callable[[str, str, str], CRMError]
_BY_CODE: dict[str, _Reader] = {
    **dict.fromkeys(SESSION_CODES, _read_session),
    **dict.fromkeys(_PASSING_CODES, _read_passing),
    **dict.fromkeys(_SLOW_CODES, _read_slow),
    "INVALID_QUERY_LOCATOR": _read_locator,
    "REQUEST_LIMIT_EXCEEDED": _read_limit,
    "INVALID_FIELD": _read_schema,
    "INVALID_TYPE": _read_schema,
}
