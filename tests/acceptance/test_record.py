"""A failure in somebody's company can be looked at elsewhere: recorded there, played here, without anybody's data."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml
from admin import DAY, TOKEN, Admin

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
LISTS = {"hubspot": "companies", "salesforce": "Account"}


def error_of(outcome: Any) -> str:
    """The error line, wherever the CRM is said to be."""
    (report,) = outcome.json["connections"]
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", report["error"]["message"])


@pytest.fixture
def file(alone: Admin) -> Path:
    return alone.folder / "run.yaml"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection from here on fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(
    params=[
        "refused",
        pytest.param("garbled", marks=pytest.mark.slow),  # tried again and again, twice
    ]
)
def failing(request: pytest.FixtureRequest, alone: Admin, crm: str) -> Admin:
    """An admin whose CRM fails in the middle of a run, each time."""
    path = "companies" if crm == "hubspot" else "query"
    faults = {"refused": {"action": "status", "status": 403}, "garbled": {"action": "html"}}
    alone.fault(crm, **faults[request.param], path=path, after=3, times=1000)
    return alone


def test_a_failing_run_fails_alike_when_it_is_played(failing: Admin, file: Path, request: pytest.FixtureRequest):
    outcome = failing.run("sync", *AS_OF, "--record", str(file), "--json")
    assert outcome.json["connections"][0]["error"], outcome.out
    request.getfixturevalue("no_network")
    played = failing.run("replay", str(file), "--json")
    assert error_of(played) == error_of(outcome)
    assert played.code == outcome.code


def test_a_run_that_goes_well_reads_the_same_when_it_is_played(
    alone: Admin, file: Path, request: pytest.FixtureRequest
):
    alone.sync(*AS_OF)
    real = alone.sync(*AS_OF, "--record", str(file))
    request.getfixturevalue("no_network")
    played = alone.run("replay", str(file), "--json").json["connections"][0]
    (report,) = real.values()
    kept = ("pulled", "accounts_computed", "status")
    assert {key: played[key] for key in kept} == {key: report[key] for key in kept}


def test_nothing_of_anybody_and_no_secret_is_in_the_file(alone: Admin, crm: str, file: Path, small_world: World):
    alone.sync(*AS_OF, "--record", str(file))
    text = file.read_text()
    assert TOKEN not in text
    assert alone.urls[crm] not in text
    assert file.stat().st_mode & 0o077 == 0
    people, accounts = [*small_world.contacts, *small_world.users], small_world.accounts
    said = {one.email for one in people} | {one.last_name for one in small_world.contacts}
    said |= {one.name for one in [*accounts, *small_world.deals]} | {one.domain for one in accounts}
    assert {one for one in said if one and len(one) > 4 and one in text} == set()


def test_a_request_is_recorded_without_its_host_headers_and_body(alone: Admin, file: Path):
    alone.sync(*AS_OF, "--record", str(file))
    asked = [one["request"] for one in yaml.safe_load(file.read_text())["interactions"]]
    assert {re.sub(r"(https://[^/]+).*", r"\1", one["uri"]) for one in asked} == {"https://crm.example.invalid"}
    assert all(not one["headers"] and one["body"] is None for one in asked)


def test_a_recording_overwrites_nothing_and_is_of_one_connection(alone: Admin, file: Path):
    file.write_text("mine")
    outcome = alone.run("sync", "--record", str(file))
    assert (outcome.code, file.read_text()) == (2, "mine")
    assert alone.run("replay", str(file)).code == 2
    assert alone.run("replay", str(file.with_name("none.yaml"))).code == 2
