"""A simulated CRM with an admin's configuration on it: what storms rage over."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from admin import DAY, TOKEN, Admin, Outcome
from hostile_clock import host_clock

from sandbox.command import build
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.generator import generate

AS_OF = ("--as-of", str(DAY))
SYNC = ("sync", "--json", *AS_OF)
FORESEEN = {0, 3, 4, 5}
"""Exit codes of a sync that met faults: never 1 (unexpected) nor 2 (configuration)."""
STAMPS = {"hs_lastmodifieddate", "lastmodifieddate", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}
COMPUTED = {"ExpectedRevenue"}
"""What a CRM may compute anew whenever a record is saved."""
BY_TOKEN = 'access_token: "${TOKEN}"'
BY_CREDENTIALS = 'client_id: sandbox, client_secret: "${TOKEN}"'
"""Salesforce's sessions end, and a fixed token is one of them."""
A_MONTH = 24 * 31
"""Hours: the rarest that sweeps can be."""

LAGS = (0, 60, 240)
ROLLUPS = ("self", "hierarchy")
SKEWS = (0, 0, -600, 600, 7200)
ZONES = ("UTC", "America/New_York", "Asia/Kolkata")
VERSIONS = {"hubspot": (None, "2026-09"), "salesforce": (None, "64.0")}
"""What circumstances can be."""

Foreign = dict[tuple[str, str], dict[str, Any]]
"""By object type and id: all that is not ours of a record."""


@dataclass(frozen=True)
class Circumstances:
    """What is given on a site.

    `lag`: seconds until the CRM's search knows a change. `rollup`: see `kpis:`. `sweeping`: whether sweeps find what
    changes without a date; else nothing but dated changes happens. `skew`: seconds by which our host's clock is wrong;
    `zone`: its time zone. `version`: the family of the CRM's API.
    """

    lag: int = 0
    rollup: str = "self"
    sweeping: bool = True
    skew: int = 0
    zone: str = "UTC"
    version: str | None = None

    def configure(self) -> str:
        """Lines of a connection. A tiny company may change altogether, so that no change is too much."""
        lines = ["kpi_fields: {all: true}", "max_change: 1"]
        lines += [] if self.sweeping else [f"sweep_hours: {A_MONTH}"]
        lines += [f'api_version: "{self.version}"'] if self.version else []
        return "".join(f"    {line}\n" for line in lines)


class Site:
    """One simulated CRM with the connector set up on it."""

    def __init__(self, crm: str, company: int, around: Circumstances | None = None) -> None:
        """`company`: the seed of what is in the CRM."""
        self.crm = crm
        self.around = around or Circumstances()
        self.ahead = timedelta()
        self.counts: Counter[str] = Counter()
        self.stray: list[str] = []
        self.untraceable = False
        """Whether records vanished without a trace, which only a reconciliation finds."""
        self._open = contextlib.ExitStack()
        world = generate(accounts=4, contacts=10, deals=10, seed=company, as_of=DAY)
        self.simulator = build(crm, world, Options(token=TOKEN, limits=False, index_lag_ms=self.around.lag * 1000))
        self.url = self._open.enter_context(start(self.simulator)).url
        self.folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="hostile")))
        self.admin = Admin(self.folder, {crm: self.url})
        top = f"kpis: {{rollup: {self.around.rollup}}}"
        config = self.admin.configure(extra=self.around.configure(), top=top)
        if crm == "salesforce":
            config.write_text(config.read_text().replace(BY_TOKEN, BY_CREDENTIALS))
        self.admin.good("fields", "apply")

    @property
    def host_ahead(self) -> timedelta:
        """How far the clock of our host is ahead of the real one."""
        return self.ahead + timedelta(seconds=self.around.skew)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """The CRM's raw state."""
        return self.admin.state(self.crm)

    def advance(self, seconds: float) -> None:
        """Time passes, in the CRM and on our host."""
        self.admin.control("POST", self.crm, "clock", {"advance_seconds": seconds})
        self.ahead += timedelta(seconds=seconds)

    def run(self, *arguments: str) -> Outcome:
        """One command; nothing but our fields may have changed after it."""
        before = foreign(self.state())
        with host_clock(self.host_ahead, self.around.zone):
            outcome = self.admin.run(*arguments)
        self.stray += differing(before, foreign(self.state()))
        return outcome

    def sync(self, *faults: dict[str, Any]) -> Outcome:
        """A sync that meets these faults; however it ends, it must have been foreseen."""
        for fault in faults:
            self.admin.fault(self.crm, **fault)
        outcome = self.run(*SYNC)
        self.counts["syncs"] += 1
        self.counts["faults"] += len(faults)
        self.admin.control("DELETE", self.crm, "faults")
        assert outcome.code in FORESEEN, outcome.err + outcome.out
        return outcome

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._open.close()


def foreign(state: dict[str, list[dict[str, Any]]]) -> Foreign:
    """What is not ours in a CRM: all records with all their fields but the KPI fields and the stamps."""
    return {
        (kind, str(row.get("id", place))): _without_ours(row)
        for kind, rows in state.items()
        for place, row in enumerate(rows)
    }


def _without_ours(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in STAMPS | COMPUTED and "laymaker_" not in name}
    for part in ("properties", "history"):
        if part in row:
            kept[part] = _without_ours(row[part])
    return kept


def differing(before: Foreign, after: Foreign) -> list[str]:
    """Which records are not what they were, one line each."""
    return [
        f"{key}: {before.get(key)} became {after.get(key)}"
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]
