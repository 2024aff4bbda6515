"""SIGTERM and Ctrl-C: the first asks for a clean end, a second one ends at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any

_NUMBERS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopping_on_signals(stop: Event) -> Iterator[None]:
    """Inside the block the first signal sets `stop`, and the next one does what it does anywhere.

    Only a process's main thread can hear signals; elsewhere the block changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _NUMBERS}

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        _restore(before)

    for number in _NUMBERS:
        signal.signal(number, ask)
    try:
        yield
    finally:
        _restore(before)


def _restore(handlers: Mapping[signal.Signals, Callable[[int, FrameType | None], Any] | int | None]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
