"""The service as systemd and containers run it, as far as that can be seen without them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from configparser import RawConfigParser
from pathlib import Path
from urllib.request import urlopen

import pytest
from admin import DAY, Admin
from test_run import wait_until

from sandbox.world.model import World

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "docs" / "deploy" / "playmaker.service"
CONTAINER = ROOT / "docs" / "deploy" / "Containerfile"
SERVE_AT_ONCE = """
import datetime
from connector.cli.app import main
from connector.schedule import scheduler

build = scheduler.build_scheduler

def due_now(*arguments):
    made = build(*arguments)
    made.get_job("hubspot").modify(next_run_time=datetime.datetime.now(datetime.UTC))
    return made

scheduler.build_scheduler = due_now
main(["serve"])
"""


def instructions() -> list[tuple[str, str]]:
    """Of the container file: name and the rest, continued lines joined."""
    text = re.sub(r"^#.*\n", "", CONTAINER.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def test_service_answers_monitoring_while_it_runs_and_ends_after_its_page(
    open_admin: Callable[..., Admin], tiny_world: World
):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    admin.configure(extra='    schedule: "0 3 1 1 *"\n', top="serve: {port: 0}\nlog: {file: served.log}")
    admin.good("fields", "apply")
    admin.fault("hubspot", action="stall_before", after=12)
    environ = os.environ | admin.environ | {"PLAYMAKER_CONFIG": str(admin.folder / "config.yaml")}
    command = [sys.executable, "-c", SERVE_AT_ONCE]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as service:  # noqa: S603 - our own command
        assert service.stderr is not None
        port = json.loads(service.stderr.readline())["port"]
        wait_until(lambda: admin.control("GET", "hubspot", "faults")[0]["times"] == 0)
        for path in ("health", "ready", "metrics"):
            with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20) as answer:
                assert answer.status == 200
        service.send_signal(signal.SIGTERM)
        admin.control("DELETE", "hubspot", "faults")
        log = service.communicate(timeout=60)[1]
    assert service.returncode == 0, log
    (run,) = (run for run in admin.good("runs", "--json").json if run["command"] == "sync")
    assert (run["status"], run["started_by"]) == ("incomplete", "serve")
    assert admin.sync("--as-of", str(DAY))["hubspot"]["status"] == "done"
    file = admin.folder / "served.log"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "stopped by request" in file.read_text()


def test_port_that_is_taken_and_a_log_that_cannot_be_written_are_one_line_each(
    open_admin: Callable[..., Admin], tiny_world: World
):
    admin = open_admin(tiny_world, "hubspot")
    port = admin.urls["hubspot"].rpartition(":")[2]
    schedule = '    schedule: "0 3 1 1 *"\n'
    admin.configure(extra=schedule, top=f"serve: {{port: {port}}}")
    taken = admin.run("serve")
    assert (taken.code, "serve.port" in taken.err, "address already in use" in taken.err) == (2, True, True)
    admin.configure(extra=schedule, top="log: {file: no/such/folder.log}")
    unwritable = admin.run("serve")
    assert (unwritable.code, "log.file" in unwritable.err) == (2, True)


def test_unit_runs_as_nobody_special_and_stops_gently():
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign] # the documented way to keep capitals
    unit.read(UNIT)
    service = unit["Service"]
    assert service["User"] not in {"", "root"}
    assert service["ExecStart"].endswith("/playmaker serve")
    assert (service["KillSignal"], service["TimeoutStopSec"]) == ("SIGTERM", "10min")
    assert service["RestartPreventExitStatus"] == "2 3"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_accepts_the_unit(tmp_path: Path):
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub("^ExecStart=.*", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE))
    for command in (["verify", "--man=no"], ["security", "--offline=true", "--threshold=20", "--no-pager"]):
        ran = subprocess.run(["systemd-analyze", *command, str(copy)], capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own command
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_container_takes_locked_packages_and_our_own_files_alone():
    steps = instructions()
    installs = [rest for name, rest in steps if name == "RUN" and "pip install" in rest]
    assert all("--require-hashes -r requirements.lock" in one or "--no-deps" in one for one in installs)
    assert "--require-hashes" in installs[0]
    copied = [word for name, rest in steps if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {"adapters", "connector", "mappings", "sandbox", "pyproject.toml", "requirements.lock"} <= set(copied)


def test_container_runs_as_a_user_of_its_own():
    steps = instructions()
    last = max(number for number, (name, _) in enumerate(steps) if name == "FROM")
    final = dict(steps[last:])
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", final["USER"])
    assert (final["ENTRYPOINT"], final["CMD"], final["STOPSIGNAL"]) == ('["playmaker"]', '["serve"]', "SIGTERM")
    assert f"--uid {final['USER'].partition(':')[0]} " in " ".join(rest for name, rest in steps if name == "RUN")


def test_health_check_of_the_container_tells_a_service_that_runs_from_one_that_does_not(
    open_admin: Callable[..., Admin], tiny_world: World
):
    admin = open_admin(tiny_world, "hubspot")
    check = json.loads(dict(instructions())["HEALTHCHECK"].partition("CMD ")[2])
    assert (check[:2], ":9464/health" in check[2]) == (["python", "-c"], True)
    # the simulated CRM answers as well where it is asked for what it knows
    well = check[2].replace("http://127.0.0.1:9464/health", f"{admin.urls['hubspot']}/_sandbox/log")
    ill = check[2].replace("http://127.0.0.1:9464", admin.urls["hubspot"])
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=False) for code in (well, ill)]  # noqa: S603 - our own command
    assert [run.returncode for run in runs] == [0, 1]
