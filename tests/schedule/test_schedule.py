"""The scheduled life: on time, never twice at once, ending cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Semaphore

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES
from structlog.testing import capture_logs

from connector.cli.sync import sync_one
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.pipeline.errors import SetupError
from connector.pipeline.report import ConnectionReport, ErrorKind
from connector.pipeline.run import run_alone
from connector.schedule.scheduler import (
    AGAIN,
    Runner,
    build_scheduler,
    log_troubles,
    reconcile_scheduled,
    run_scheduled,
)
from connector.store.ledger import read_runs
from connector.wiring.jobs import RunOptions, open_job, open_ledger


def settings(folder: Path, *connections: dict, zone: str = "Europe/Paris") -> Settings:
    base = {"crm": "memory", "auth": {"access_token": "memory-token"}}
    listed = [base | connection for connection in connections]
    return Settings.model_validate(
        {"database": f"sqlite:///{folder}/p.db", "currency": "EUR", "timezone": zone, "connections": listed}
    )


def test_each_scheduled_connection_has_its_jobs_in_the_configured_zone(tmp_path: Path):
    made = build_scheduler(
        settings(
            tmp_path, {"name": "a", "schedule": "30 6 * * *"}, {"name": "b"}, {"name": "c", "schedule": "0 * * * *"}
        ),
        Event(),
        run_scheduled,
    )
    jobs = {job.id: job for job in made.get_jobs()}
    assert sorted(jobs) == ["a", "a again", "a reconcile", "c", "c again", "c reconcile"]
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert jobs["a"].trigger.get_next_fire_time(None, summer).astimezone(UTC).hour == 4


def test_reconciliation_is_nightly_where_there_is_a_schedule_at_the_admin_s_hour_or_never(tmp_path: Path):
    listed = [
        {"name": "a", "schedule": "0 * * * *"},
        {"name": "b", "schedule": "0 * * * *", "reconcile_schedule": "30 22 * * 0"},
        {"name": "c", "schedule": "0 * * * *", "reconcile_schedule": None},
        {"name": "d", "reconcile_schedule": "0 4 * * *"},
    ]
    made = build_scheduler(settings(tmp_path, *listed), Event(), run_scheduled)
    jobs = {job.id: job for job in made.get_jobs() if "again" not in job.id}
    assert sorted(jobs) == ["a", "a reconcile", "b", "b reconcile", "c"]
    winter = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert jobs["a reconcile"].trigger.get_next_fire_time(None, winter).hour == 3


def test_reconciliation_that_comes_due_during_a_sync_waits_for_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    started, release, compared = Event(), Event(), Event()
    order: list[str] = []

    def slow(_settings: Settings, _connection: Connection, _stop: Event) -> bool:
        started.set()
        assert release.wait(30)
        order.append("sync")
        return False

    def note(_settings: Settings, _connection: Connection, _stop: Event) -> bool:
        order.append("reconcile")
        compared.set()
        return False

    monkeypatch.setattr("connector.schedule.scheduler.reconcile_scheduled", note)
    made = build_scheduler(settings(tmp_path, {"name": "a", "schedule": "0 3 1 1 *"}), Event(), slow)
    made.start()
    made.modify_job("a", next_run_time=datetime.now(UTC))
    assert started.wait(30)
    made.modify_job("a reconcile", next_run_time=datetime.now(UTC))
    assert not compared.wait(0.5)
    release.set()
    assert compared.wait(30)
    assert order == ["sync", "reconcile"]
    made.shutdown(wait=True)


def test_scheduled_reconciliation_is_recorded(tmp_path: Path):
    configured = settings(tmp_path, {"name": "scheduled-2", "schedule": "0 * * * *"})
    reconcile_scheduled(configured, configured.connections[0], Event())
    with open_ledger(configured) as store, store.reading() as ledger:
        (run,) = read_runs(ledger, "scheduled-2", 5)
        assert read_runs(ledger, "scheduled-2", 5, "sync") == []
    assert (run.command, run.status) == ("reconcile", "done")


def test_what_another_run_kept_out_is_tried_again_in_a_while_until_it_is_not(tmp_path: Path):
    outcomes, ended = [True, True, False], Semaphore(0)
    configured = settings(tmp_path, {"name": "a", "schedule": "0 3 1 1 *"})
    scheduler = build_scheduler(configured, Event(), lambda *_: outcomes.pop(0))
    scheduler.add_listener(lambda _event: ended.release(), EVENT_JOB_EXECUTED)
    again = scheduler.get_job("a again").trigger.get_next_fire_time(None, datetime.now(UTC))
    assert again - datetime.now(UTC) <= AGAIN
    left = []
    scheduler.start()
    for job in ("a again", "a", "a again", "a again", "a again"):
        scheduler.modify_job(job, next_run_time=datetime.now(UTC))
        assert ended.acquire(timeout=20)
        left.append(len(outcomes))
    scheduler.shutdown(wait=True)
    assert left == [3, 2, 1, 0, 0]


@pytest.mark.parametrize("run", [run_scheduled, reconcile_scheduled])
def test_scheduled_run_says_that_another_one_kept_it_out(tmp_path: Path, run: Runner):
    configured = settings(tmp_path, {"name": "scheduled-3", "schedule": "0 * * * *"})
    (connection,) = configured.connections
    with open_job(configured, connection, RunOptions(run="first")) as first:
        kept_out: list[bool] = []
        run_alone(first, lambda _job: kept_out.append(run(configured, connection, Event())))
    assert kept_out == [True]
    assert run(configured, connection, Event()) is False


def test_nothing_scheduled_is_said_in_one_line(tmp_path: Path):
    with pytest.raises(SetupError, match="schedule"):
        build_scheduler(settings(tmp_path, {"name": "a"}), Event(), run_scheduled)


def test_overrun_job_never_runs_beside_itself(tmp_path: Path):
    started, overdue, release = Event(), Event(), Event()
    runs: list[str] = []

    def slow(_settings: Settings, connection: Connection, _stop: Event) -> bool:
        runs.append(connection.name)
        started.set()
        assert release.wait(30)
        return False

    made = build_scheduler(settings(tmp_path, {"name": "a", "schedule": "0 3 1 1 *"}), Event(), slow)
    made.add_listener(lambda _event: overdue.set(), EVENT_JOB_MAX_INSTANCES)
    made.start()
    made.modify_job("a", next_run_time=datetime.now(UTC))
    assert started.wait(30)
    made.modify_job("a", next_run_time=datetime.now(UTC))
    assert overdue.wait(30), "the second time came due while the first run was under way"
    assert runs == ["a"]
    release.set()
    made.shutdown(wait=True)


def test_times_missed_during_a_sleep_are_made_up_for_once(tmp_path: Path):
    ran, again = Event(), []

    def note(_settings: Settings, _connection: Connection, _stop: Event) -> bool:
        again.append(1)
        ran.set()
        return False

    made = build_scheduler(settings(tmp_path, {"name": "a", "schedule": "* * * * *"}), Event(), note)
    made.start(paused=True)
    made.modify_job("a", next_run_time=datetime.now(UTC) - timedelta(hours=5))
    made.resume()
    assert ran.wait(30)
    made.shutdown(wait=True)
    assert len(again) == 1


def test_scheduled_run_is_recorded_and_a_fault_does_not_end_the_schedule(tmp_path: Path):
    configured = settings(tmp_path, {"name": "scheduled-1", "schedule": "0 * * * *"})
    run_scheduled(configured, configured.connections[0], Event())
    with open_ledger(configured) as store, store.reading() as ledger:
        (run,) = read_runs(ledger, "scheduled-1", 5)
    assert (run.status, "fields apply" in run.counts) == ("failed", True)


def test_unusable_database_is_logged_and_raises_nothing(tmp_path: Path):
    configured = settings(tmp_path / "missing", {"name": "a", "schedule": "0 * * * *"})
    run_scheduled(configured, configured.connections[0], Event())


@pytest.fixture
def serving(tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    path = tmp_path / "config.yaml"
    path.touch(mode=0o600)  # the token stands in it
    path.write_text(
        "currency: EUR\nserve: {port: 0}\nconnections:\n"
        "  - {name: a, crm: memory, auth: {access_token: memory-token}, schedule: '0 3 1 1 *'}\n"
    )
    environ = os.environ | {"PLAYMAKER_CONFIG": str(tmp_path / "config.yaml")}
    command = [sys.executable, "-m", "connector", "serve"]
    return lambda: subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own command


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_service_cleanly(serving: Callable[[], subprocess.Popen[str]], number: signal.Signals):
    with serving() as process:
        assert process.stderr is not None
        assert '"monitoring"' in process.stderr.readline()
        line = process.stderr.readline()
        assert '"scheduled"' in line
        assert '"next_run_at"' in line
        process.send_signal(number)
        assert process.wait(20) == 0


def test_scheduled_run_says_in_the_log_what_a_watched_one_says_on_the_terminal():
    report = ConnectionReport("a", refused=2)
    report.warnings["deal field x has vanished from the CRM"] += 1
    report.stop(ErrorKind.REFUSED, "the key is wrong")
    with capture_logs() as lines:
        log_troubles(report)
    said = [(line["log_level"], line.get("text") or line.get("reason") or line["records"]) for line in lines]
    expected = [("warning", "deal field x has vanished from the CRM"), ("warning", 2), ("error", "the key is wrong")]
    assert said == expected


def test_pause_is_no_trouble():
    report = ConnectionReport("a", paused=True)
    report.stop(ErrorKind.INCOMPLETE, "a is paused")
    with capture_logs() as lines:
        log_troubles(report)
    assert lines == []


def test_connection_whose_adapter_refuses_its_settings_ends_neither_the_schedule_nor_a_sync(tmp_path: Path):
    address = {"crm": "hubspot", "api_version": "2031-03"}
    configured = settings(tmp_path, address | {"name": "wrong", "schedule": "0 * * * *"}, {"name": "memory-2"})
    run_scheduled(configured, configured.connections[0], Event())
    reports = [sync_one(configured, each, RunOptions()) for each in configured.connections]
    assert ["api_version" in report.error["message"] for report in reports] == [True, False]
    assert {report.error["kind"] for report in reports} == {"setup"}
