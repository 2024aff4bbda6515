"""How far a run is: bars on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from connector.cli.output import console_err, say
from connector.cli.words import word
from connector.languages.speech import speaker

_EVERY = 10_000
"""On no terminal, say a line each time that so many more records of a kind went by."""


@contextmanager
def show_progress(name: str) -> Iterator[Callable[[str, int], None]]:
    """A function to tell of every n records of a kind; `name` is the connection's."""
    if sys.stderr.isatty():
        with _bars() as bars:
            yield _BarCounter(name, bars)
    else:
        counter = _LineCounter(name)
        yield counter
        counter.finish()


def _bars() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console_err(), transient=True)


class _BarCounter:
    def __init__(self, name: str, bars: Progress) -> None:
        self.name = name
        self.bars = bars
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, kind: str, count: int) -> None:
        if kind not in self.tasks:
            self.tasks[kind] = self.bars.add_task(f"{self.name} {word(kind)}", total=None)
        self.bars.advance(self.tasks[kind], count)


class _LineCounter:
    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: Counter[str] = Counter()

    def __call__(self, kind: str, count: int) -> None:
        before = self.counts[kind] // _EVERY
        self.counts[kind] += count
        if self.counts[kind] // _EVERY > before:
            say(f"{self.name}: {word(kind)} {speaker().number(self.counts[kind])}")

    def finish(self) -> None:
        if self.counts:
            said = ", ".join(f"{word(kind)} {speaker().number(count)}" for kind, count in self.counts.items())
            say(f"{self.name}: {said}")
