"""HubSpot's own words for the faults that tests provoke: outages, migrations, limits."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.hubspot.access.limits import rate_limited
from sandbox.hubspot.answers.errors import ApiError, body, unauthorized
from sandbox.hubspot.answers.pages import page

MESSAGES = {
    423: "The resource is locked; wait at least 2 seconds before the next request.",
    477: "This account is currently being migrated between data hosting locations.",
    500: "internal error",
    503: "Service unavailable",
    504: "Gateway timeout",
}
# 52x come from the proxy before HubSpot, as HTML pages (recorded on writes)
PAGES = {502: "502 Bad Gateway", **{number: f"{number} Origin error" for number in range(520, 527)}}


def fault(status: int, policy: str | None, headers: dict[str, str]) -> ApiError:
    """The answer for a status; `policy` chooses among the 429s: DAILY, SECONDLY (search) or the ten-second one."""
    if status == HTTPStatus.UNAUTHORIZED:
        return unauthorized()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        search = policy in {"SECONDLY", "SEARCH"}
        return rate_limited("SEARCH" if search else policy or "TEN_SECONDLY_ROLLING", headers)
    if status in PAGES:
        return ApiError(status, {}, page=page(PAGES[status]))
    return ApiError(status, body(MESSAGES.get(status, "internal error"), None))
