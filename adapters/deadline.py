"""A deadline for a call as a whole. A read timeout ends silence only: a server that sends a byte now and then never is.

Both clients end in urllib3, so its connections are given an end here: what is not read by then is not read at all.
"""

from __future__ import annotations

import io
import socket
import time
from functools import partial
from http.client import HTTPResponse
from typing import Any

import urllib3
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


def limit_calls(manager: urllib3.PoolManager, seconds: float) -> None:
    """End each call of this manager after `seconds`, from its first byte to the answer's last, with a read timeout."""
    limits = {"seconds": seconds}
    manager.pool_classes_by_scheme = {
        "http": type("PlainPool", (_Plain,), limits),
        "https": type("SecurePool", (_Secure,), limits),
    }


class _Plain(HTTPConnectionPool):
    """Tells a connection, when it is taken for a call, at which moment that call is over."""

    seconds: float

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - as the parent has it, by another name
        return _begin(super()._get_conn(timeout), self.seconds)


class _Secure(HTTPSConnectionPool):
    """The same, encrypted."""

    seconds: float

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - as the parent has it, by another name
        return _begin(super()._get_conn(timeout), self.seconds)


def _begin(connection: Any, seconds: float) -> Any:  # noqa: ANN401 - urllib3's or, in tests, a recorder's
    # http.client makes every answer by this name, a proxy's too, so that an instance's own one serves this call only
    connection.response_class = partial(_TimedAnswer, time.monotonic() + seconds)
    return connection


class _TimedAnswer(HTTPResponse):
    def __init__(self, until: float, sock: socket.socket, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock, until))


class _TimedReader(io.RawIOBase):
    """Reads from a socket until a moment of the monotonic clock, and raises TimeoutError from then on."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._bytes = sock.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer, which Python 3.11 cannot name
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call took too long as a whole")
        silence = self._sock.gettimeout()
        self._sock.settimeout(left if silence is None else min(silence, left))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()
