"""What monitoring reads: names that are documented, figures that are right, nobody's data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from admin import DAY, TOKEN, Admin
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from connector.config.load import load_settings
from connector.config.settings import Settings
from connector.watch.endpoints import Answers
from connector.watch.metrics import BUILD, METRICS, UP
from connector.wiring.jobs import read_clock
from sandbox.world.model import World

DOCS = Path(__file__).parents[2] / "docs"
NAMES = {UP, BUILD, *(metric.name for metric in METRICS)}


def ask(settings: Settings, path: str, *, alive: bool = True) -> tuple[int, str]:
    answer = Client(Answers(settings, lambda: alive, read_clock)).get(path)
    return answer.status_code, answer.text


def samples(settings: Settings) -> dict[tuple[str, ...], float]:
    text = ask(settings, "/metrics")[1]
    found = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels, key="connection".__ne__))): one.value
        for one in found
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text("currency: EUR\nconnections: [{name: a, crm: memory, auth: {access_token: '${TOKEN}'}}]")
    return load_settings(path, {"TOKEN": "memory-token"})


def test_every_metric_is_documented_with_its_labels_and_no_other_is():
    lines = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*) \|$", (DOCS / "metrics.md").read_text(), re.MULTILINE)
    listed = [(name, kind, re.findall(r"\w+", labels), text) for name, kind, labels, text in lines]
    assert {name for name, *_ in listed} == NAMES
    assert [one for one in listed if one[0] not in {UP, BUILD}] == [
        (one.name, "counter" if one.is_counter else "gauge", ["connection", *one.labels], one.help) for one in METRICS
    ]


def test_dashboard_and_rules_ask_for_metrics_that_there_are():
    board = json.loads((DOCS / "deploy" / "grafana.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    others = [json.dumps(board["templating"]), json.dumps(board["annotations"]), (DOCS / "metrics.md").read_text()]
    known = {*NAMES, "playmaker"}
    for text in [*asked, *others]:
        assert set(re.findall(r"\bplaymaker_\w+", text)) <= known, text
    assert all(re.search(r"\bplaymaker_\w+", query) for query in asked)
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]) > 0


def test_metrics_tell_what_status_tells(open_admin: Callable[..., Admin], tiny_world: World):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    extra = '    schedule: "0 3 1 1 *"\n    credentials_expire_on: 2030-01-01\n'
    settings = load_settings(admin.configure(extra=extra), {"TOKEN": TOKEN})
    assert ("playmaker_last_sync_records_written", "hubspot") not in samples(settings)
    admin.run("sync")
    assert samples(settings)["playmaker_bad", "hubspot", "run"] == 1
    admin.good("fields", "apply")
    report = admin.sync("--as-of", str(DAY))["hubspot"]
    admin.good("reconcile")
    found = samples(settings)
    (status,) = admin.good("status", "--json").json
    assert found[UP,] == 1
    assert found["playmaker_last_sync_records_written", "hubspot"] == report["written"] > 0
    assert found["playmaker_last_sync_records_pulled", "hubspot"] == sum(report["pulled"].values())
    assert found["playmaker_api_calls_24h", "hubspot"] == status["api_calls"]["last_24_hours"] > 0
    assert found["playmaker_runs_total", "hubspot", "sync", "failed"] == 1
    assert found["playmaker_runs_total", "hubspot", "sync", "done"] == 1
    assert found["playmaker_last_sync_status", "hubspot", "done"] == 1
    assert found["playmaker_last_sync_status", "hubspot", "failed"] == 0
    assert found["playmaker_reconciliation_differences", "hubspot"] == 0
    assert found["playmaker_bad", "hubspot", "run"] == 0
    assert found["playmaker_paused", "hubspot"] == 0
    due = datetime.fromtimestamp(found["playmaker_next_run_timestamp_seconds", "hubspot"], UTC)
    assert due.isoformat() == status["next_run_at"]
    expiry = datetime.fromtimestamp(found["playmaker_credentials_expiry_timestamp_seconds", "hubspot"], UTC)
    assert expiry == datetime(2030, 1, 1, tzinfo=UTC)
    behind = datetime.now(UTC).timestamp() - found["playmaker_last_complete_pull_timestamp_seconds", "hubspot"]
    assert timedelta() <= timedelta(seconds=behind) < timedelta(minutes=5)
    admin.good("pause", "hubspot")
    paused = samples(settings)
    assert paused["playmaker_paused", "hubspot"] == 1
    assert ("playmaker_next_run_timestamp_seconds", "hubspot") not in paused


def test_labels_hold_nothing_of_the_crm(open_admin: Callable[..., Admin], tiny_world: World):
    admin = open_admin(tiny_world, "hubspot", limits=False)
    settings = load_settings(admin.configure(), {"TOKEN": TOKEN})
    admin.good("fields", "apply")
    admin.sync("--as-of", str(DAY))
    text = ask(settings, "/metrics")[1]
    labels = {name for family in text_string_to_metric_families(text) for one in family.samples for name in one.labels}
    assert labels <= {"connection", "command", "status", "condition", "version"}
    names = {one.name for one in tiny_world.accounts} | {one.last_name for one in tiny_world.contacts}
    assert [name for name in names if name and name in text] == []


def test_health_is_of_the_schedule_and_readiness_of_the_database_too(settings: Settings, tmp_path: Path):
    assert ask(settings, "/health") == (200, '{"status": "ok"}')
    assert ask(settings, "/health", alive=False)[0] == 503
    assert ask(settings, "/ready") == (200, '{"status": "ok"}')
    (tmp_path / "playmaker.db").write_text("this is no database" * 100)
    assert ask(settings, "/ready") == (503, '{"status": "the database cannot be used"}')
    assert ask(settings, "/health")[0] == 200
    code, text = ask(settings, "/metrics")
    assert (code, f"{UP} 0.0" in text, "playmaker_paused" in text) == (200, True, False)


def test_nothing_else_is_answered(settings: Settings):
    client = Client(Answers(settings, lambda: True, read_clock))
    assert client.get("/").status_code == 404
    assert client.post("/metrics").status_code == 405
    assert client.head("/health").status_code == 200
