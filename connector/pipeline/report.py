"""What a run did, in the words of `sync --json`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adapters.base import Kind


class RunStatus(StrEnum):
    """How a run ended. Incomplete, killed: nothing is lost, the next run goes on from there."""

    RUNNING = "running"
    DONE = "done"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    KILLED = "killed"  # its process ended without a word


class ErrorKind(StrEnum):
    """Why a run stopped, hence its exit code."""

    SETUP = "setup"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Change:
    """One CRM field of one record, before and after, as the text under which values are remembered."""

    kind: Kind
    id: str
    field: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class ConnectionReport:
    """One connection's part of a run. `pulled` counts records received; written, unchanged, refused count records.

    `waiting`: records refused before that were not due again; `restored`: those of the written in which somebody else
    had changed a value of ours. `spent_before`: the connection's calls of the 24 hours before. `daily_limit`,
    `daily_used`: what the CRM last told. `read_all`: some kind was read from its beginning. `kept_out`: another run was
    under way, and this one did nothing. `paused`: so is the connection, and this one did nothing either.
    """

    name: str
    status: RunStatus = RunStatus.RUNNING
    pulled: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    accounts_computed: int = 0
    written: int = 0
    unchanged: int = 0
    refused: int = 0
    waiting: int = 0
    restored: int = 0
    api_calls: int = 0
    seconds: float = 0.0
    error: dict[str, str] | None = None
    changes: list[Change] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    calls_by_kind: dict[str, int] = field(default_factory=dict)
    spent_before: int = 0
    daily_limit: int | None = None
    daily_used: int | None = None
    read_all: bool = False
    kept_out: bool = False
    paused: bool = False

    def stop(self, kind: ErrorKind, message: str) -> None:
        """End the run early, for this reason."""
        self.status = RunStatus.INCOMPLETE if kind is ErrorKind.INCOMPLETE else RunStatus.FAILED
        self.error = {"kind": kind.value, "message": message}

    def counts(self) -> dict[str, Any]:
        """The JSON object that `sync` prints of this connection."""
        return {
            "name": self.name,
            "status": self.status.value,
            "pulled": dict(self.pulled),
            "deleted": dict(self.deleted),
            "accounts_computed": self.accounts_computed,
            "written": self.written,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "waiting": self.waiting,
            "restored": self.restored,
            "api_calls": self.api_calls,
            "seconds": round(self.seconds, 3),
            "error": self.error,
        }

    def kept(self) -> dict[str, Any]:
        """What the ledger keeps of the run: the same, with what forecasts of later runs go by."""
        return self.counts() | {
            "api_calls_by_kind": dict(sorted(self.calls_by_kind.items())),
            "daily_limit": self.daily_limit,
            "daily_used": self.daily_used,
            "read_all": self.read_all,
        }
