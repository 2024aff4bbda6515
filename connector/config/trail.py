"""How much is kept of what went over the wire, for `playmaker runs show RUN --http`."""

from __future__ import annotations

from pydantic import Field

from connector.config.kpis import Strict


class HttpTrail(Strict):
    """The last `keep_calls` requests of each run, for `keep_days` days. `keep_calls` 0: none."""

    keep_calls: int = Field(default=100, ge=0, le=1000)
    keep_days: int = Field(default=7, ge=1, le=30)
