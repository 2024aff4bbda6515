"""What a connection has spent of its API calls, as `status` tells it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import floor
from typing import Any

from connector.config.connection import Connection

_DAY = timedelta(hours=24)


def spent(connection: Connection, runs: Sequence[Any], now: datetime) -> dict[str, Any]:
    """Our calls of the last 24 hours, whatever made them, against our share of the daily limit that the CRM last told.

    `runs`: newest first. None where no run was told a limit.
    """
    told = [json.loads(run.counts) | {"at": run.started_at} for run in runs]
    last: dict[str, Any] = next((run for run in told if run.get("daily_limit") is not None), {})
    limit = last.get("daily_limit")
    return {
        "last_24_hours": sum(run.get("api_calls", 0) for run in told if run["at"] > now - _DAY),
        "budget": None if limit is None else floor(Decimal(limit) * connection.budget.share_of_daily_limit),
        "daily_limit": limit,
        "used_by_everyone": last.get("daily_used"),
    }
