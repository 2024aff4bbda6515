"""The daily allowance of API requests: 24 hours that roll along (Salesforce developer limits, "API Request Limits")."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.salesforce.schema.errors import ApiError

DAILY_LIMIT = 100_000
"""An Enterprise org before its licences add to it."""
WINDOW = timedelta(hours=24)


@dataclass(slots=True)
class Usage:
    """What was asked of the org in the last 24 hours. `enforced`: whether a request too many is refused."""

    clock: Clock
    enforced: bool
    daily_limit: int = DAILY_LIMIT
    _at: deque[datetime] = field(default_factory=deque)

    @property
    def used(self) -> int:
        """Requests of the last 24 hours."""
        start = self.clock.now() - WINDOW
        while self._at and self._at[0] <= start:
            self._at.popleft()
        return len(self._at)

    def count(self, requests: int = 1) -> None:
        """Count a request, unless none is left: then raises REQUEST_LIMIT_EXCEEDED."""
        if self.enforced and self.used + requests > self.daily_limit:
            raise limit_exceeded("TotalRequests Limit exceeded.")
        self._at.extend([self.clock.now()] * requests)

    def header(self) -> str:
        """The value of Sforce-Limit-Info."""
        return f"api-usage={self.used}/{self.daily_limit}"

    def describe(self) -> dict[str, object]:
        """The answer of /limits, as far as requests go."""
        left = max(0, self.daily_limit - self.used)
        return {
            "DailyApiRequests": {"Max": self.daily_limit, "Remaining": left},
            "DailyBulkApiBatches": {"Max": 15000, "Remaining": 15000},
            "DailyBulkV2QueryJobs": {"Max": 10000, "Remaining": 10000},
            "DataStorageMB": {"Max": 10240, "Remaining": 9216},
        }


def limit_exceeded(message: str) -> ApiError:
    """Too many requests, in a day or at once."""
    return ApiError("REQUEST_LIMIT_EXCEEDED", message, status=403)
