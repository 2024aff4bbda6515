"""What is wrong with a configuration, one line each: file, line, key, what to do. A line never quotes a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from connector.languages.speech import _

KeyPath: TypeAlias = "tuple[str | int, ...]"
"""Where a value stands: ("connections", 0, "name")."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `line` counts from 1; None where the whole file is meant."""

    message: str
    path: KeyPath = ()
    line: int | None = None


class PlacedError(ValueError):
    """A validator's finding about something below the value that it checks, at this path from there."""

    def __init__(self, message: str, *path: str | int) -> None:
        """Keep the path beside the message."""
        super().__init__(message)
        self.path = path


class ConfigError(Exception):
    """The configuration cannot be used; `lines` holds every fault found, one line for people each."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        """Put the faults into the order of the file."""
        ordered = sorted(faults, key=lambda fault: fault.line or 0)
        self.lines = tuple(dict.fromkeys(_write(file, fault) for fault in ordered))
        super().__init__("\n".join(self.lines))


def spell(path: KeyPath) -> str:
    """The path as people write it: connections[0].name."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def suggest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    if near := find_nearest(name, names):
        return _(', did you mean "{name}"?', name=near)
    return _("; known here: {names}", names=", ".join(names) or _("none"))


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that this one is nearly, if any is."""
    by_lower_case: Mapping[str, str] = {each.lower(): each for each in sorted(known)}
    near = get_close_matches(name.lower(), by_lower_case, n=1)
    return by_lower_case[near[0]] if near else None


def join_choices(choices: Sequence[str]) -> str:
    """`a, b or c`."""
    if len(choices) == 1:
        return choices[0]
    return _("{some} or {last}", some=", ".join(choices[:-1]), last=choices[-1])


def _write(file: str, fault: Fault) -> str:
    place = file if fault.line is None else f"{file}:{fault.line}"
    return ": ".join(filter(None, [place, spell(fault.path), fault.message]))
