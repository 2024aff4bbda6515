"""A stateful property: whatever reps, faults, time and kills do, one quiet sync makes everything right again.

The mirror then equals the CRM, every KPI field equals a naive second computation on the CRM's raw state, nothing was
written outside our fields, and one more sync writes nothing. docs/hostile-world.md says how to run it long.
"""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from typing import Any, ClassVar

import pytest
from edits import Dice
from hostile_site import SYNC, Site
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from onslaught import STALLS, kill, work_meanwhile
from rep import Rep
from rich.console import Console
from special_edits import EDITS, edits_at, hire
from storm import circumstances
from verdict import judge

SECONDS = float(os.environ.get("HOSTILE_SECONDS", "30"))
"""How long to rage on each CRM."""
FIRST_SEED = int(os.environ.get("HOSTILE_SEED", "0"))
"""Where the seeds begin: the same ones give the same storms."""
SHRINK = "HOSTILE_SHRINK" in os.environ
"""Whether to look for the shortest storm that does the same harm, which takes minutes."""
A_WHILE = 120
EXAMPLES_PER_SEED = 2 if SECONDS < A_WHILE else 40
STEPS = 14
LAST_REQUEST = 45
INCOMPLETE = 4
EVERY_EDIT = sorted(EDITS["hubspot"].keys() | EDITS["salesforce"])
SPENT: Counter[str] = Counter()

QUIET = settings(
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    stateful_step_count=STEPS,
    max_examples=EXAMPLES_PER_SEED,
    phases=[Phase.generate, *([Phase.shrink] if SHRINK else [])],
)

a_request = st.integers(0, LAST_REQUEST)
faults = st.lists(
    st.one_of(
        st.builds(
            lambda action, after, times: {"action": action, "after": after, "times": times},
            st.sampled_from(["reset_before", "reset_after", "truncate", "html", "expire_session"]),
            a_request,
            st.sampled_from([1, 1, 1, 2, 7]),
        ),
        st.builds(
            lambda status, after, times: {"action": "status", "status": status, "after": after, "times": times},
            st.sampled_from([401, 403, 429, 500, 502, 503]),
            a_request,
            st.sampled_from([1, 1, 2, 7]),
        ),
    ),
    min_size=1,
    max_size=3,
)


class Drawn:
    """Choices made by Hypothesis, which makes them simpler once something is wrong."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def choose(self, options: Any) -> Any:
        return self._data.draw(st.sampled_from(options))


class HostileWorld(RuleBasedStateMachine):
    """One simulated CRM under attack."""

    crm: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.site: Site | None = None
        self.steps = 0

    @initialize(company=st.integers(1, 30), around=st.data())
    def open(self, company: int, around: st.DataObject) -> None:
        self.site = Site(self.crm, company, circumstances(self.crm, Drawn(around)))
        self.rep: Rep = hire(self.site)
        self.site.sync()

    @rule(
        data=st.data(),
        whats=st.lists(st.sampled_from(EVERY_EDIT), min_size=2, max_size=7),
    )
    def edit(self, data: st.DataObject, whats: list[str]) -> None:
        self.work(Drawn(data), whats)

    @rule(seconds=st.sampled_from([1, 60, 600, 3600, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.site.advance(seconds)

    @rule()
    def sync(self) -> None:
        self.site.sync()

    @rule(met=faults)
    def sync_through_faults(self, met: list[dict[str, Any]]) -> None:
        self.site.sync(*met)

    @rule(data=st.data(), code=st.sampled_from(["FIELD_CUSTOM_VALIDATION_EXCEPTION", "INVALID_OPTION", "LOCKED"]))
    def sync_with_a_row_refused(self, data: st.DataObject, code: str) -> None:
        kind = data.draw(st.sampled_from(["account", "deal"]))
        ids = self.rep.ids(kind)
        if ids:
            row = {"object": self.rep.objects[kind], "id": data.draw(st.sampled_from(ids)), "code": code}
            self.site.sync({"action": "refuse_row", "times": None, "message": "Locked.", **row})

    @rule(request=a_request, stall=st.sampled_from(STALLS))
    def kill(self, request: int, stall: str) -> None:
        kill(self.site, request, stall)

    @rule(
        data=st.data(),
        request=a_request,
        whats=st.lists(st.sampled_from(EVERY_EDIT), min_size=1, max_size=3),
    )
    def edit_while_a_sync_runs(self, data: st.DataObject, request: int, whats: list[str]) -> None:
        work_meanwhile(self.site, request, lambda **_: self.work(Drawn(data), whats))

    @rule(request=a_request)
    def start_another_sync_meanwhile(self, request: int) -> None:
        def start(*, held: bool) -> None:
            assert self.site.run(*SYNC).code == (INCOMPLETE if held else 0)

        work_meanwhile(self.site, request, start)

    def work(self, dice: Dice, whats: list[str]) -> None:
        for what in whats:
            edit = edits_at(self.site).get(what)
            if edit:
                edit(self.rep, dice)

    @invariant()
    def count(self) -> None:
        self.steps += 1

    def teardown(self) -> None:
        if self.site is None:
            return
        with self.site:
            verdict = judge(self.site)
            SPENT.update(self.site.counts)
            SPENT["examples"] += 1
            SPENT["steps"] += self.steps
            assert verdict.lines == []


class HostileHubSpot(HostileWorld):
    crm = "hubspot"


class HostileSalesforce(HostileWorld):
    crm = "salesforce"


@pytest.mark.hostile
@pytest.mark.timeout(0)
@pytest.mark.parametrize("machine", [HostileHubSpot, HostileSalesforce], ids=lambda machine: machine.crm)
def test_one_quiet_sync_makes_everything_right_after_any_storm(machine: type[HostileWorld]):
    SPENT.clear()
    begun = time.monotonic()
    for number in itertools.takewhile(lambda _: time.monotonic() < begun + SECONDS, itertools.count(FIRST_SEED)):
        run_state_machine_as_test(seed(number)(machine), settings=QUIET)
    spent = ", ".join(f"{count} {what}" for what, count in sorted(SPENT.items()))
    Console().print(f"{machine.crm}: {time.monotonic() - begun:.0f} s: {spent}")
