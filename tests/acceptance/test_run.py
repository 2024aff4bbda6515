"""What an admin can trust of a run, seen from outside: its counts, its dry run, its log, both databases."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from admin import DAY, TOKEN, Admin

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))


def win_a_deal(admin: Admin, crm: str, world: World) -> None:
    """A rep wins the first open deal of an account, over the CRM's own API."""
    closed = {stage.key for stage in world.stages if stage.closed}
    key = next(deal.key for deal in world.deals if deal.stage not in closed and deal.account)
    kind = {"hubspot": "deals", "salesforce": "Opportunity"}[crm]
    id_ = next(one["id"] for one in admin.state(crm)[kind] if one["key"] == key)
    if crm == "hubspot":
        admin.call(
            crm,
            "PATCH",
            f"/crm/v3/objects/deals/{id_}",
            {"properties": {"dealstage": "closedwon", "closedate": f"{DAY}T12:00:00Z"}},
        )
    else:
        path = f"/services/data/v64.0/sobjects/Opportunity/{id_}"
        admin.call(crm, "PATCH", path, {"StageName": "Closed Won", "CloseDate": str(DAY)})


def our_fields(admin: Admin, crm: str) -> list[dict[str, Any]]:
    """Every record's KPI fields as they lie in the CRM."""
    records = [one for rows in admin.state(crm).values() if isinstance(rows, list) for one in rows]
    values = [one.get("properties", one) for one in records]
    return [{name: value for name, value in one.items() if "laymaker_" in name} for one in values]


def test_every_request_is_counted(alone: Admin, crm: str):
    for _ in range(2):
        alone.control("DELETE", crm, "log")
        assert alone.sync(*AS_OF)[crm]["api_calls"] == len(alone.requests(crm))


def test_dry_run_changes_nothing_and_its_counts_are_those_of_the_real_run(alone: Admin, crm: str, small_world: World):
    alone.sync(*AS_OF)
    win_a_deal(alone, crm, small_world)
    before = our_fields(alone, crm)
    dry = alone.sync(*AS_OF, "--dry-run")[crm]
    assert our_fields(alone, crm) == before
    real = alone.sync(*AS_OF)[crm]
    counted = ("pulled", "deleted", "accounts_computed", "written", "unchanged", "refused")
    assert {key: dry[key] for key in counted} == {key: real[key] for key in counted}
    assert real["written"] > 0


def test_dry_run_shows_each_field_old_and_new(alone: Admin, crm: str, small_world: World):
    alone.sync(*AS_OF)
    win_a_deal(alone, crm, small_world)
    shown = alone.good("sync", *AS_OF, "--dry-run").out
    assert re.search(r"(?i)playmaker_weighted_pipeline\w* +│ +[\d.]+ → [\d.]+", shown)


def test_dry_run_before_the_first_sync_creates_no_database(alone: Admin, crm: str):
    (alone.folder / "playmaker.db").unlink()  # `fields apply` has noted there which fields are ours
    assert alone.sync(*AS_OF, "--dry-run")[crm]["written"] > 0
    assert not (alone.folder / "playmaker.db").exists()


def test_full_sync_reads_everything_again_and_writes_nothing(alone: Admin, crm: str):
    first = alone.sync(*AS_OF)[crm]
    again = alone.sync(*AS_OF, "--full")[crm]
    assert (again["pulled"]["contact"], again["written"]) == (first["pulled"]["contact"], 0)


def test_fields_are_created_once_and_planned_as_they_are(alone: Admin):
    planned = alone.good("fields", "plan", "--json").json
    assert {line["action"] for line in planned} == {"keep"}
    again = alone.good("fields", "apply", "--json").json
    assert {line["action"] for line in again} == {"keep"}
    assert all(len(line["label"]) <= 40 for line in planned)


def test_plan_creates_nothing(open_admin: Callable[..., Admin], small_world: World, crm: str):
    bare = open_admin(small_world, crm, limits=False)
    bare.configure()
    assert {line["action"] for line in bare.good("fields", "plan", "--json").json} == {"create"}
    assert {line["action"] for line in bare.good("fields", "plan", "--json").json} == {"create"}


def test_check_finds_nothing_wrong_once_the_fields_are_there(alone: Admin):
    lines = alone.good("check", "--json").json
    assert [line for line in lines if line["level"] == "failing"] == []
    assert {"database", "credentials", "fields"} <= {line["subject"] for line in lines}


def test_status_tells_of_the_last_run(alone: Admin, crm: str):
    (before,) = alone.good("status", "--json").json
    assert before["last_run"] is None
    report = alone.sync(*AS_OF)[crm]
    (after,) = alone.good("status", "--json").json
    assert after["last_run"]["written"] == report["written"]
    assert after["last_run"]["status"] == "done"
    assert after["last_complete_pull_at"]


def test_postgresql_gives_the_same_figures_as_sqlite(alone: Admin, crm: str, postgresql_url: str):
    path = alone.folder / "config.yaml"
    figures = []
    for database in ("sqlite:///playmaker.db", postgresql_url):
        path.write_text(re.sub("database: .*", f"database: {database}", path.read_text()))
        report = alone.sync(*AS_OF)[crm]
        figures.append((report["accounts_computed"], alone.good("kpis", "--json", *AS_OF).json))
    assert figures[0] == figures[1]


@pytest.mark.slow  # waits as long as an admin would between tries
def test_killed_connection_in_the_middle_of_a_page_is_retried_and_loses_nothing(alone: Admin, crm: str):
    for action in ("reset_before", "reset_after", "truncate", "html"):
        alone.fault(crm, action=action, after=9)
    alone.fault(crm, action="status", status=503, after=20)
    report = alone.sync(*AS_OF)[crm]
    assert (report["status"], report["pulled"]["contact"]) == ("done", 40)
    assert alone.sync(*AS_OF)[crm]["written"] == 0


def test_log_lines_of_a_run_carry_its_id_and_no_personal_data(alone: Admin, crm: str, small_world: World):
    script = (
        "import sys; from connector.cli.session import load; from connector.wiring.jobs import RunOptions, open_job;"
        "from connector.pipeline.run import sync; from pathlib import Path;"
        "settings = load(Path(sys.argv[1]), log_level='DEBUG', log_json=True);"
        "from contextlib import ExitStack; stack = ExitStack();"
        "sync(stack.enter_context(open_job(settings, settings.connections[0], RunOptions(run='run-1')))); stack.close()"
    )
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script, str(alone.folder / "config.yaml")],
        env=os.environ | {"TOKEN": TOKEN},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    ours = [line for line in lines if line.get("event") in {"run started", "run ended"}]
    assert [(line["run_id"], line["connection"]) for line in ours] == [("run-1", crm)] * 2
    assert TOKEN not in ran.stderr
    for contact in small_world.contacts:
        assert not contact.email or contact.email not in ran.stderr
        assert not contact.last_name or len(contact.last_name) < 5 or contact.last_name not in ran.stderr


def test_sandbox_database_file_is_for_its_owner_alone(alone: Admin):
    alone.sync(*AS_OF)
    assert Path(alone.folder / "playmaker.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_a_sync_after_its_page_with_a_word_and_the_next_one_goes_on(
    alone: Admin, crm: str, number: signal.Signals
):
    alone.fault(crm, action="stall_before", after=12)
    command = [sys.executable, "-m", "connector", "sync", *AS_OF]
    environ = os.environ | {"TOKEN": TOKEN, "PLAYMAKER_CONFIG": str(alone.folder / "config.yaml")}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:  # noqa: S603 - our own command
        wait_until(lambda: alone.control("GET", crm, "faults")[0]["times"] == 0)
        run.send_signal(number)
        alone.control("DELETE", crm, "faults")
        _, err = run.communicate(timeout=60)
    assert run.returncode == 4, err
    assert "stopped by request" in err
    assert alone.sync(*AS_OF)[crm]["status"] == "done"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
