"""Who holds a lease: a run in a process on a machine, and whether that process is known to have ended."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from connector.languages.speech import _

_SEPARATOR = "|"
_DEAD_STATES = "ZX"
_START_TIME = 19
"""Where the time of its start stands in a process's line, counted from its state (proc(5): fields 3 and 22)."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A run and its process. `scope`: the kernel and the PID namespace in which `pid` and `born` mean this process.

    `born`: when the process began, so that a later one with the same number is not taken for it. Both are empty where
    the system does not tell.
    """

    run: str
    host: str
    pid: int
    scope: str
    born: str

    @classmethod
    def here(cls, run: str) -> Holder:
        """This process, on behalf of a run."""
        return cls.of(os.getpid(), run)

    @classmethod
    def of(cls, pid: int, run: str) -> Holder:
        """A process of this machine, on behalf of a run."""
        return cls(run, socket.gethostname(), pid, _scope(), _born(pid))

    @classmethod
    def parse(cls, text: str) -> Holder:
        """From `text`, as it stands in the database."""
        run, host, pid, scope, born = text.split(_SEPARATOR)
        return cls(run, host, int(pid), scope, born)

    @property
    def text(self) -> str:
        """As it stands in the database: no two runs have the same."""
        return _SEPARATOR.join((self.run, self.host, str(self.pid), self.scope, self.born))

    @property
    def in_words(self) -> str:
        """For people."""
        return _("run {run}, process {pid} on {host}", run=self.run, pid=self.pid, host=self.host)

    @property
    def same_process(self) -> bool:
        """Whether it is, or was, a run of this very process."""
        return self.text == Holder.here(self.run).text

    @property
    def ended(self) -> bool:
        """Whether its process has certainly ended; False also where that cannot be told, as of another machine."""
        comparable = bool(self.scope) and (self.host, self.scope) == (socket.gethostname(), _scope())
        return comparable and (_is_unknown(self.pid) or _born(self.pid) not in {"", self.born})


def _scope() -> str:
    try:
        kernel = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{kernel}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _is_unknown(pid: int) -> bool:
    """Whether no process has this number. Another user's may be hidden in /proc, but not from this question."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _born(pid: int) -> str:
    """When a process began, in ticks since the machine did; `dead` when it only waits to be buried, empty if hidden."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = line.rpartition(")")[2].split()
    return "dead" if state in _DEAD_STATES else fields[_START_TIME - 1]
