"""Keeps calls below a rate that an account allows, counted together by threads and by processes of one machine."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from filelock import FileLock
from pyrate_limiter import AbstractBucket, InMemoryBucket, Limiter, Rate, SingleBucketFactory, SQLiteBucket

A_SECOND = 1100
"""Milliseconds counted as one second: calls do not travel equally fast, and must not arrive closer than they left."""

PATIENCE = 10.0
"""Seconds that a call waits for its turn at most: a clock set back, or a process that was stopped, must not hold it up
for ever. What goes out too early is answered with 429, and that is retried."""


class Pace:
    """At most `per_second` calls a second to an account.

    `place`: a file in which the processes of this machine count together; without one, or where it cannot be written,
    the threads of this process do.
    """

    def __init__(self, per_second: int, account: str, place: Path | None = None) -> None:
        self._shared = _open_shared(per_second, account, place) if place else None
        self._limiter = self._shared or _find_limiter(per_second, account)

    def wait(self) -> None:
        """Return when the next call may be made."""
        # a full disk or a lock that is never let go is no reason not to call: the CRM says itself when it is too much
        with suppress(sqlite3.Error, OSError):
            for bucket in self._limiter.bucket_factory.owned_buckets():
                bucket.leak(bucket.now())  # type: ignore[no-untyped-call]  # the library leaves it untyped
            self._limiter.try_acquire(timeout=PATIENCE)

    def close(self) -> None:
        """Close the file."""
        if self._shared:
            self._shared.close()


@cache
def _find_limiter(per_second: int, account: str) -> Limiter:  # noqa: ARG001 - each account has one of its own
    return _limit(InMemoryBucket([_rate(per_second)]))


def _open_shared(per_second: int, account: str, place: Path) -> Limiter | None:
    table = f"calls_{sha256(account.encode()).hexdigest()[:16]}"
    lock = FileLock(f"{place}.lock", timeout=PATIENCE)
    try:
        for file in (place, Path(lock.lock_file)):
            file.touch(mode=0o600)
        with lock:
            bucket = SQLiteBucket.init_from_file([_rate(per_second)], table, str(place))
    except (OSError, sqlite3.Error):
        return None
    # its own lock would be waited for without end
    bucket.lock, bucket.use_limiter_lock = lock, True  # type: ignore[assignment]  # typed as a thread's lock only
    return _limit(bucket)


def _limit(bucket: AbstractBucket) -> Limiter:
    """Old calls are forgotten at each new one, so that no thread of its own has to do it."""
    return Limiter(SingleBucketFactory(bucket, schedule_leak=False))


def _rate(per_second: int) -> Rate:
    return Rate(per_second, A_SECOND)
