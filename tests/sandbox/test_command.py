"""The command that starts a simulated CRM: what it builds, what it says, what it refuses."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.command import build, run_sandbox
from sandbox.errors import SandboxError
from sandbox.options import Options
from sandbox.world.csv_folder import write_world
from sandbox.world.generator import generate

RUN = "import sys; from pathlib import Path; from sandbox.command import run_sandbox; run_sandbox(sys.argv[1], {})"


def states(crm: str, wishes: str) -> dict:
    """The raw state of a simulated CRM started in a process of its own."""
    command = [sys.executable, "-c", RUN.format(wishes), crm]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        url = re.fullmatch(r"ready (\S+)\n", process.stdout.readline())[1]
        state = requests.get(f"{url}/_sandbox/state", timeout=30).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    return state


@pytest.mark.parametrize(("crm", "accounts"), [("hubspot", "companies"), ("salesforce", "Account")])
def test_each_crm_holds_the_world_that_was_asked_for(crm, accounts):
    state = states(crm, "accounts=7, contacts=9, deals=11, seed=3")
    assert [record["key"] for record in state[accounts]] == [account.key for account in generate(7, 9, 11, 3).accounts]


def test_a_data_folder_takes_the_place_of_the_generated_world(tmp_path):
    write_world(generate(4, 5, 6, 9), tmp_path)
    assert len(states("hubspot", f"data=Path({str(tmp_path)!r})")["companies"]) == 4


def test_an_unknown_crm_is_one_line_that_names_the_known_ones():
    with pytest.raises(SandboxError, match=r"'siebel'.*hubspot and salesforce"):
        run_sandbox("siebel", accounts=1, contacts=1, deals=1)


def test_an_unreadable_data_folder_is_one_line_that_names_the_place(tmp_path):
    (tmp_path / "accounts.csv").write_text("key,name,employees\na1,A,many\n")
    with pytest.raises(SandboxError, match=r"accounts\.csv, line 2, column employees"):
        run_sandbox("hubspot", data=tmp_path)


def test_a_world_from_the_future_is_refused():
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with pytest.raises(SandboxError, match="still to come"):
        build("hubspot", generate(5, 20, 20, as_of=tomorrow), Options())
