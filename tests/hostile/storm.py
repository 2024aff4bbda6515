"""Random kill points and random single faults, with edits in between: run it to see the table.

    python tests/hostile/storm.py --runs 500
    python tests/hostile/storm.py --seconds 60 --crm hubspot

Each run has a seed that is its number, so that one that went wrong can be had again (`--first N --runs 1`).
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import hostile_paths  # noqa: F401 - lets the imports below be found
from edits import Dice
from hostile_site import LAGS, ROLLUPS, SKEWS, VERSIONS, ZONES, Circumstances, Site
from onslaught import STALLS, kill
from rep import Rep
from rich.console import Console
from rich.table import Table
from special_edits import edits_at, hire
from verdict import Verdict, judge

CRMS = ("hubspot", "salesforce")
LAST_REQUEST = 34
"""Requests of a sync of a tiny world, the last of which nearly every sync makes."""
MOST_EDITS = 12
"""Before, and after, the blow."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "reset_before"},
    {"action": "reset_after"},
    {"action": "truncate"},
    {"action": "html"},
    {"action": "html", "status": 502},
    {"action": "expire_session"},
    {"action": "status", "status": 401},
    {"action": "status", "status": 403},
    {"action": "status", "status": 429},
    {"action": "status", "status": 500},
    {"action": "status", "status": 503},
    {"action": "status", "status": 503, "times": 7},
    {"action": "reset_after", "times": 7},
)


@dataclass
class Tally:
    """What came of the runs of one kind on one CRM."""

    crm: str
    kind: str
    runs: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    stray: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, run: int, verdict: Verdict) -> None:
        """Count one more run."""
        self.runs += 1
        self.lost += len(verdict.lost)
        self.doubled += len(verdict.doubled)
        self.wrong += len(verdict.wrong)
        self.stray += len(verdict.stray)
        self.lines += [f"{self.crm} {self.kind} {run}: {line}" for line in verdict.lines]


class Seeded(Dice):
    """Choices made by a seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret

    def choose(self, options: Sequence[Any]) -> Any:
        return options[self._random.randrange(len(options))]


def meet_kill(site: Site, dice: Seeded) -> None:
    """A sync is killed while it waits for an answer."""
    kill(site, dice.choose(range(LAST_REQUEST)), dice.choose(STALLS))


def meet_fault(site: Site, dice: Seeded) -> None:
    """One request of a sync goes wrong."""
    site.sync({**dice.choose(FAULTS), "after": dice.choose(range(LAST_REQUEST))})


KINDS: dict[str, Callable[[Site, Seeded], None]] = {"kill": meet_kill, "fault": meet_fault}


def storm(crm: str, kind: str, runs: range, seconds: float = float("inf")) -> Tally:
    """As many of these runs as can be begun in so many seconds."""
    tally, end = Tally(crm, kind), time.monotonic() + seconds
    for run in itertools.takewhile(lambda _: time.monotonic() < end, runs):
        with Site(crm, run % 30 + 1, circumstances(crm, Seeded(f"around {run}"))) as site:
            tally.add(run, rage(site, kind, run))
    return tally


def circumstances(crm: str, dice: Dice) -> Circumstances:
    """Those of one run."""
    return Circumstances(
        lag=dice.choose(LAGS),
        rollup=dice.choose(ROLLUPS),
        sweeping=dice.choose((True, False)),
        skew=dice.choose(SKEWS),
        zone=dice.choose(ZONES),
        version=dice.choose(VERSIONS[crm]),
    )


def rage(site: Site, kind: str, run: int) -> Verdict:
    """Edits, the blow, more edits; then what is left after a quiet day."""
    dice = Seeded(f"{site.crm} {kind} {run}")
    rep: Rep = hire(site)
    if dice.choose((True, False)):
        site.sync()
    _edit(rep, dice)
    KINDS[kind](site, dice)
    _edit(rep, dice)
    return judge(site)


def _edit(rep: Rep, dice: Seeded) -> None:
    edits = edits_at(rep.site)
    for _ in range(dice.choose(range(MOST_EDITS))):
        edits[dice.choose(sorted(edits))](rep, dice)


def show(tallies: Sequence[Tally]) -> None:
    """The table, and what went wrong below it."""
    columns = ("CRM", "kind", "runs", "lost", "duplicated", "wrong", "stray writes")
    table = Table(*columns, title="After random kills and faults, and one quiet day")
    for one in tallies:
        table.add_row(one.crm, one.kind, *map(str, (one.runs, one.lost, one.doubled, one.wrong, one.stray)))
    console = Console()
    console.print(table)
    for line in (line for one in tallies for line in one.lines):
        console.print(line, markup=False, highlight=False)


def read_arguments() -> argparse.Namespace:
    """What the command is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500, help="of each kind on each CRM (default 500)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first run (default 0)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="for each kind on each CRM")
    parser.add_argument("--crm", choices=CRMS, help="only this one")
    parser.add_argument("--kind", choices=sorted(KINDS), help="only this one")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default 2)")
    return parser.parse_args()


def main() -> int:
    """Rage and tell."""
    asked = read_arguments()
    runs = range(asked.first, asked.first + asked.runs)
    with ProcessPoolExecutor(asked.jobs) as pool:
        raging = [
            pool.submit(storm, crm, kind, runs, asked.seconds)
            for crm in CRMS
            for kind in KINDS
            if asked.crm in {None, crm} and asked.kind in {None, kind}
        ]
        tallies = [one.result() for one in raging]
    show(tallies)
    return 1 if any(one.lines for one in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
