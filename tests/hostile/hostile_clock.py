"""The clock of the program's host, which goes with the simulated CRM's, and retries that do not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from tenacity import wait_none


@contextmanager
def host_clock(ahead: timedelta) -> Iterator[None]:
    """The program's one reading of the clock tells a time so far ahead; retries follow at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connector.wiring.jobs.read_clock", lambda: datetime.now(UTC) + ahead)
        patch.setattr("adapters.retry._backoff", wait_none())
        yield
