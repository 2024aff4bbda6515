"""A run killed at any request, and run again, ends in the state of a run that nobody disturbed."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from admin import DAY, TOKEN, Admin
from sqlalchemy import NullPool, create_engine, select
from sqlmodel import SQLModel

from connector.cli.app import main
from sandbox.world.model import World

PATIENCE = 60
STALLS = ("stall_before", "stall_after")
PASSING = {
    "crm_account": {"modified_at"},
    "crm_deal": {"modified_at"},
    "written_value": {"run", "at"},
    "record_error": {"first_at", "last_at", "attempts", "next_attempt_at"},
    "write_log": {"run", "at"},
    "organisation": {"last_complete_pull_at"},
    "sweep": {"swept_at"},
}
"""Columns of which a second run leaves other values: stamps that our own writes move, run ids, times."""
SET_UP = {"CustomField", "PermissionSet", "FieldPermissions", "PermissionSetAssignment"}
"""What `fields apply` made before the run, at another time."""
NOT_COMPARED = {"run", "pull_cursor"}
STAMPS = {
    "hs_lastmodifieddate",
    "LastModifiedDate",
    "SystemModstamp",
    "playmaker_computed_at",
    "Playmaker_Computed_At__c",
}

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["connector.cli.app", "adapters.hubspot.adapter", "adapters.salesforce.adapter"])


def prepare(open_admin: Callable[..., Admin], world: World, crm: str, folder: Path) -> Admin:
    admin = open_admin(world, crm, limits=False)
    admin.folder = folder
    folder.mkdir()
    admin.configure()
    admin.good("fields", "apply")
    admin.control("DELETE", crm, "log")
    return admin


def sync_elsewhere(config: str) -> None:
    """What the child process does; its output goes nowhere."""
    os.environ.update({"TOKEN": TOKEN, "PLAYMAKER_CONFIG": config})
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    main(["sync", "--as-of", str(DAY)])


@contextmanager
def syncing(admin: Admin) -> Iterator[Any]:
    child = processes.Process(target=sync_elsewhere, args=(str(admin.folder / "config.yaml"),))
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join(PATIENCE)
        child.close()


def kill_at(admin: Admin, crm: str, request: int, stall: str) -> None:
    """Start a run and kill it (SIGKILL) while it waits for the answer to this request, counted from 0."""
    admin.fault(crm, action=stall, after=request)
    with syncing(admin) as child:
        deadline = time.monotonic() + PATIENCE
        while admin.control("GET", crm, "faults")[0]["times"]:
            assert child.is_alive(), "the run ended before the request that it was to be killed at"
            assert time.monotonic() < deadline, "the run never came to the request"
            time.sleep(0.01)
    admin.control("DELETE", crm, "faults")


def crm_state(admin: Admin, crm: str) -> dict[str, list[dict[str, Any]]]:
    """The CRM's records without stamps and histories."""

    def timeless(record: dict[str, Any]) -> dict[str, Any]:
        plain = {key: value for key, value in record.items() if key not in STAMPS | {"history"}}
        return plain | {"properties": timeless(plain["properties"])} if "properties" in plain else plain

    return {kind: [timeless(one) for one in rows] for kind, rows in admin.state(crm).items() if kind not in SET_UP}


def local_state(admin: Admin) -> dict[str, list[tuple[Any, ...]]]:
    """The database's rows without run rows and times."""
    engine = create_engine(f"sqlite:///{admin.folder}/playmaker.db", poolclass=NullPool)
    rows = {}
    with engine.connect() as connection:
        for name, table in SQLModel.metadata.tables.items():
            if name not in NOT_COMPARED:
                kept = [column for column in table.columns if column.name not in PASSING.get(name, set())]
                rows[name] = sorted(map(str, connection.execute(select(*kept)).all()))
    for name in ("written_value", "write_log"):
        rows[name] = [row for row in rows[name] if "omputed_" not in row]
    return rows


@pytest.fixture
def undisturbed(open_admin: Callable[..., Admin], tiny_world: World, crm: str, tmp_path: Path) -> tuple[Any, Any, int]:
    """The state after a run that nobody disturbed, and how many requests it made."""
    admin = prepare(open_admin, tiny_world, crm, tmp_path / "undisturbed")
    admin.good("sync", "--as-of", str(DAY))
    return crm_state(admin, crm), local_state(admin), len(admin.requests(crm))


def sweep(points: range, undisturbed: tuple[Any, Any, int], killed: Callable[[int, str], Admin], crm: str) -> None:
    for request in points:
        for stall in STALLS:
            admin = killed(request, stall)
            kill_at(admin, crm, request, stall)
            admin.good("sync", "--as-of", str(DAY))
            where = f"killed at request {request} ({stall})"
            assert crm_state(admin, crm) == undisturbed[0], where
            assert local_state(admin) == undisturbed[1], where
            assert admin.good("reconcile", "--json").json[0]["status"] == "agrees", where
            assert admin.sync("--as-of", str(DAY))[crm]["written"] == 0, where


@pytest.fixture
def killed(
    open_admin: Callable[..., Admin], tiny_world: World, crm: str, tmp_path: Path
) -> Callable[[int, str], Admin]:
    return lambda request, stall: prepare(open_admin, tiny_world, crm, tmp_path / f"{request}-{stall}")


@pytest.mark.slow  # `make hostile` kills runs for as long
def test_run_killed_at_a_sample_of_its_requests_ends_as_if_it_had_not_been(undisturbed, killed, crm: str):
    total = undisturbed[2]
    sweep(range(1, total, max(1, total // 3)), undisturbed, killed, crm)


def test_write_whose_answer_was_lost_is_read_back_and_not_written_twice(
    open_admin: Callable[..., Admin], tiny_world: World, crm: str, tmp_path: Path
):
    calm = prepare(open_admin, tiny_world, crm, tmp_path / "calm")
    calm.good("sync", "--as-of", str(DAY))
    first = next(number for number, one in enumerate(calm.requests(crm)) if is_write(one))
    admin = prepare(open_admin, tiny_world, crm, tmp_path / "disturbed")
    kill_at(admin, crm, first, "stall_after")
    admin.control("DELETE", crm, "log")
    report = admin.sync("--as-of", str(DAY))[crm]
    assert sum(map(is_write, admin.requests(crm))) == 1, "the accounts were written before, only the deals are now"
    assert (report["written"], report["restored"]) == (len(tiny_world.deals), 0)
    assert crm_state(admin, crm) == crm_state(calm, crm)


def is_write(request: dict[str, Any]) -> bool:
    return "batch/update" in request["path"] or (request["method"] == "PATCH" and "composite" in request["path"])


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_run_killed_at_each_of_its_requests_ends_as_if_it_had_not_been(undisturbed, killed, crm: str):
    sweep(range(undisturbed[2]), undisturbed, killed, crm)
