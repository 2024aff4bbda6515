"""HubSpot's rate limits, counted on the sandbox's clock.

Requests: 190 in any ten seconds per private app, 110 per OAuth app; 5 searches per second and account; a daily number
that starts again at midnight in the portal's time zone, here UTC. Recordings show that search has a 429 of its own: no
policy name, no Retry-After, and only the daily headers on any answer.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime

from sandbox.hubspot.answers.errors import ApiError, body
from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.schema.instants import to_ms

TEN_SECONDS = 10_000
SECOND = 1_000


class Limits:
    """Counts requests; refuses them only when `enforced`."""

    def __init__(self, settings: Settings, *, enforced: bool) -> None:
        self._settings = settings
        self._enforced = enforced
        self._recent: deque[int] = deque()
        self._searches: deque[int] = deque()
        self._day = ""
        self.used_today = 0

    def admit(self, now: datetime, *, search: bool, oauth: bool) -> None:
        """Count a request. Raises ApiError (429) when a limit is reached; a refused request counts for none."""
        self._forget(now)
        refusal = self._refusal(search=search, oauth=oauth) if self._enforced else None
        if refusal:
            raise rate_limited(refusal, self.headers(search=search, oauth=oauth))
        (self._searches if search else self._recent).append(to_ms(now))
        self.used_today += 1

    def headers(self, *, search: bool, oauth: bool) -> dict[str, str]:
        """The rate headers of an answer: search has only the daily ones, OAuth apps have no daily ones."""
        daily = {"Daily": self._settings.per_day, "Daily-Remaining": max(0, self._settings.per_day - self.used_today)}
        burst = {
            "Interval-Milliseconds": TEN_SECONDS,
            "Max": self._burst(oauth=oauth),
            "Remaining": max(0, self._burst(oauth=oauth) - len(self._recent)),
        }
        shown = ({} if oauth else daily) | ({} if search else burst)
        return {f"X-HubSpot-RateLimit-{name}": str(value) for name, value in shown.items()}

    def _burst(self, *, oauth: bool) -> int:
        return self._settings.per_ten_seconds_oauth if oauth else self._settings.per_ten_seconds

    def _refusal(self, *, search: bool, oauth: bool) -> str | None:
        if self.used_today >= self._settings.per_day:
            return "DAILY"
        if search:
            return "SEARCH" if len(self._searches) >= self._settings.searches_per_second else None
        return "TEN_SECONDLY_ROLLING" if len(self._recent) >= self._burst(oauth=oauth) else None

    def _forget(self, now: datetime) -> None:
        day = now.date().isoformat()
        if day != self._day:
            self._day, self.used_today = day, 0
        _drop_before(self._recent, to_ms(now) - TEN_SECONDS)
        _drop_before(self._searches, to_ms(now) - SECOND)


def rate_limited(policy: str, headers: dict[str, str]) -> ApiError:
    """The recorded 429 of a policy; `SEARCH` is the one of the search endpoints."""
    if policy == "SEARCH":
        return ApiError(429, body("You have reached your secondly limit.", "RATE_LIMITS"), headers=headers)
    told = body(
        f"You have reached your {policy.lower()} limit.",
        None,
        errorType="RATE_LIMIT",
        policyName=policy,
        groupName="publicapi:private-apps",
    )
    return ApiError(429, told, headers=headers)


def _drop_before(times: deque[int], limit: int) -> None:
    while times and times[0] <= limit:
        times.popleft()
