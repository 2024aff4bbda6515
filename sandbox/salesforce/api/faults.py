"""Answers of the org when it is not itself, in its own words.

Salesforce never says Retry-After. A limit is 403 REQUEST_LIMIT_EXCEEDED, whose message tells the daily limit from too
many long requests at once; outages are 503 SERVER_UNAVAILABLE and 500 UNKNOWN_EXCEPTION (REST API guide, "Status Codes
and Error Responses").
"""

from __future__ import annotations

import json

from werkzeug import Request

from sandbox.salesforce.schema.errors import ApiError

LONGEST_HEAD = 16_384
"""Bytes of URI and headers together; more are answered with 414 (Salesforce help 000386264)."""
HEADERS_TOO_LONG = "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"
CONCURRENT = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
TOTAL = "TotalRequests Limit exceeded."
FAULTS = {
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("REQUEST_LIMIT_EXCEEDED", TOTAL),
    429: ("REQUEST_LIMIT_EXCEEDED", CONCURRENT),
    500: (
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact us: 1",
    ),
    503: ("SERVER_UNAVAILABLE", "The server is temporarily unable to handle the request. Try again later."),
}


def fault_body(status: int, policy: str | None) -> str:
    """The body for a status. `policy`: ConcurrentRequests, or a code of Salesforce's in place of the usual one."""
    code, message = FAULTS.get(status, ("UNKNOWN_EXCEPTION", "An unexpected error occurred."))
    if policy and policy.startswith("Concurrent"):
        message = CONCURRENT
    elif policy and policy.isupper() and "_" in policy:
        code = policy
    return json.dumps(ApiError(code, message).body())


def size_of_head(request: Request) -> int:
    """Bytes of the URI as it was sent, and of the headers."""
    uri = str(request.environ.get("REQUEST_URI") or request.full_path)
    return len(uri.encode()) + sum(len(name) + len(value) + len(": \r\n") for name, value in request.headers)
