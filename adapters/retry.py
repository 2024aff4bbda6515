"""One retry policy for every call of every adapter."""

from __future__ import annotations

import time
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_exponential_jitter

from adapters.errors import TransientError

ATTEMPTS = 5
FIRST_WAIT = 1.0
LONGEST_BACKOFF = 30.0
TOTAL_SECONDS = 120.0


def retrying(
    *, attempts: int = ATTEMPTS, total_seconds: float = TOTAL_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> Retrying:
    """A policy to call a function through: `retrying()(fetch, path)`; it may be kept and used again.

    Only TransientError is tried again: after about 1, 2, 4 and 8 seconds, each with up to a second of jitter, and never
    before the error's `retry_after`. Gives up with the last error after `attempts` calls, or at once when the next one
    would begin more than `total_seconds` after the first: so a very long `retry_after` is not slept through.
    """
    return Retrying(
        retry=retry_if_exception_type(TransientError),
        wait=_wait_as_asked,
        stop=stop_after_attempt(attempts) | stop_before_delay(total_seconds),
        sleep=sleep,
        reraise=True,
    )


_backoff = wait_exponential_jitter(initial=FIRST_WAIT, max=LONGEST_BACKOFF)


def _wait_as_asked(state: RetryCallState) -> float:
    """Seconds until the next attempt: our backoff, or the CRM's own word when that is longer."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, TransientError) else None
    return max(_backoff(state), asked or 0.0)
