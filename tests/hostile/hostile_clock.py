"""The clock and the time zone of the program's host, which may both be wrong, and retries that do not wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from tenacity import wait_none


@contextmanager
def host_clock(ahead: timedelta, zone: str) -> Iterator[None]:
    """The program reads a time so far ahead on a host in this zone; retries do not wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connector.wiring.jobs.read_clock", lambda: datetime.now(UTC) + ahead)
        patch.setattr("adapters.retry._backoff", wait_none())
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()
