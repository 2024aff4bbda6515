"""Syncs in a process of their own, held at a request: killed there, or made to wait while reps go on working."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from admin import TOKEN
from elsewhere import sync_elsewhere
from hostile_site import FORESEEN, SYNC, Site, differing, foreign

PATIENCE = 60
GLANCE = 0.005
STALLS = ("stall_before", "stall_after")


class Work(Protocol):
    """What is done meanwhile; `held`: the sync is waiting, else it was over before it made that request."""

    def __call__(self, *, held: bool) -> None: ...


processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(
    ["pytest", "connector.cli.app", "adapters.hubspot.adapter", "adapters.salesforce.adapter"]
)


def kill(site: Site, request: int, stall: str) -> bool:
    """Kill a sync (SIGKILL) that waits for the answer to this request, counted from 0; False: it never came so far."""
    before = foreign(site.state())
    with _held(site, request, stall) as (child, held):
        if held:
            child.kill()
            child.join(PATIENCE)
    site.admin.control("DELETE", site.crm, "faults")
    site.stray += differing(before, foreign(site.state()))
    site.counts["kills" if held else "syncs"] += 1
    return held


def work_meanwhile(site: Site, request: int, work: Work) -> None:
    """Something is done while a sync waits for the answer to this request."""
    before = foreign(site.state())
    with _held(site, request, "stall_before") as (child, held):
        site.stray += differing(before, foreign(site.state()))
        work(held=held)
        before = foreign(site.state())
        site.admin.control("DELETE", site.crm, "faults")
        child.join(PATIENCE)
        assert child.exitcode in FORESEEN, f"a sync ended with exit code {child.exitcode}"
    site.stray += differing(before, foreign(site.state()))
    site.counts["syncs"] += 1
    site.counts["syncs with edits meanwhile"] += 1


@contextmanager
def _held(site: Site, request: int, stall: str) -> Iterator[tuple[Any, bool]]:
    site.admin.fault(site.crm, action=stall, after=request)
    environ = {"TOKEN": TOKEN, "PLAYMAKER_CONFIG": str(site.folder / "config.yaml")}
    child = processes.Process(target=sync_elsewhere, args=(environ, site.host_ahead, site.around.zone, SYNC))
    child.start()
    try:
        yield child, _wait_until_held(site, child)
    finally:
        child.kill()
        child.join(PATIENCE)
        child.close()


def _wait_until_held(site: Site, child: Any) -> bool:
    deadline = time.monotonic() + PATIENCE
    while site.admin.control("GET", site.crm, "faults")[0]["times"]:
        if not child.is_alive():
            assert child.exitcode in FORESEEN, f"a sync ended with exit code {child.exitcode}"
            site.admin.control("DELETE", site.crm, "faults")
            return False
        assert time.monotonic() < deadline, "the sync never came to the request"
        time.sleep(GLANCE)
    return True
