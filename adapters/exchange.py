"""One request and its answer as they went over the wire: what a debugger is told of each call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from adapters.errors import CRMError


@dataclass(slots=True)
class Exchange:
    """A request by method and path (its query included), and what came of it.

    `status` None: no answer came, `fault` says what happened instead. `sent`, `received`: bytes of the two bodies.
    `body`: the answer's, which holds personal data.
    """

    method: str
    path: str
    sent: int = 0
    status: int | None = None
    received: int = 0
    body: bytes = field(default=b"", repr=False)
    fault: str = ""
    seconds: float = 0.0

    def answered(self, status: int, body: bytes) -> None:
        """An answer came."""
        self.status, self.body, self.received = status, body, len(body)


Listener = Callable[[Exchange], None]
"""Told of each exchange once it is over."""


@contextmanager
def telling(listener: Listener | None, exchange: Exchange) -> Iterator[Exchange]:
    """Time a call, and tell of it however it ends; faults go on their way."""
    begun = time.monotonic()
    try:
        yield exchange
    except (CRMError, OSError) as fault:
        exchange.fault = str(fault) if isinstance(fault, CRMError) else type(fault).__name__
        raise
    finally:
        exchange.seconds = time.monotonic() - begun
        if listener:
            listener(exchange)
