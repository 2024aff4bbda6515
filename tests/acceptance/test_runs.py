"""What an admin asks of past runs: which there were, how they ended, what they cost, and how it stands now."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from admin import DAY, Admin

AS_OF = ("--as-of", str(DAY))


def test_runs_lists_each_run_by_the_id_that_sync_printed(alone: Admin, crm: str):
    ids = [alone.good("sync", *AS_OF, "--json").json["run_id"] for _ in range(2)]
    lines = alone.good("runs", "--json").json
    assert [line["run_id"] for line in lines if line["command"] == "sync"] == ids[::-1]
    assert {line["connection"] for line in lines} == {crm}
    (newest,) = alone.good("runs", "--json", "--last", "1").json
    assert newest["api_calls"] > 0
    assert newest["seconds"] > 0
    assert ids[1] in alone.good("runs").out


def test_show_tells_what_one_run_did_also_by_the_beginning_of_its_id(alone: Admin):
    done = alone.good("sync", *AS_OF, "--json").json
    (line,) = alone.good("runs", "show", done["run_id"][:6], "--json").json
    (report,) = done["connections"]
    kept = ("pulled", "deleted", "accounts_computed", "written", "refused", "api_calls", "seconds", "error")
    assert {key: line[key] for key in kept} == {key: report[key] for key in kept}
    assert str(report["api_calls"]) in alone.good("runs", "show", done["run_id"]).out


@pytest.mark.parametrize("arguments", [("show", "nothing"), ("--connection", "elsewhere")])
def test_what_is_not_there_is_refused_with_what_to_do(alone: Admin, arguments: tuple[str, ...]):
    outcome = alone.run("runs", *arguments)
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)


def test_a_run_that_failed_is_listed_with_its_error(alone: Admin):
    alone.environ["TOKEN"] = "another-token"
    failed = alone.run("sync", *AS_OF, "--json").json
    (line, *_rest) = alone.good("runs", "--json").json
    assert (line["run_id"], line["status"]) == (failed["run_id"], "failed")
    assert line["error"] == failed["connections"][0]["error"]
    assert line["error"]["message"] in alone.good("runs", "show", failed["run_id"]).out.replace("\n", " ")


def test_status_tells_records_lag_calls_and_the_last_runs(alone: Admin, crm: str):
    reports = [alone.sync(*AS_OF)[crm] for _ in range(2)]
    (line,) = alone.good("status", "--json").json
    assert line["records"]["contact"] == 40
    assert 0 <= line["lag_seconds"] < 60
    assert line["api_calls"]["last_24_hours"] >= sum(report["api_calls"] for report in reports)
    assert [run["api_calls"] for run in line["last_runs"]] == [report["api_calls"] for report in reports[::-1]]
    assert len(line["sparkline"]) == 2
    assert (line["records_refused"], line["records_waiting"], line["records_pending"]) == (0, 0, 0)
    assert line["sparkline"] in alone.good("status").out


def test_each_value_that_a_dry_run_shows_is_what_the_run_itself_then_writes(alone: Admin, crm: str):
    dry = alone.sync(*AS_OF, "--dry-run")[crm]
    run = alone.good("sync", *AS_OF, "--json").json
    with closing(sqlite3.connect(alone.folder / "playmaker.db")) as database:
        log = database.execute("select kind, record, field, old, new from write_log where run = ?", [run["run_id"]])
        written = [row for row in log if not row[2].lower().startswith("playmaker_computed_at")]
    shown = [tuple(change.values()) for change in dry["changes"]]
    assert sorted(shown, key=str) == sorted(written, key=str)
    assert sum(dry["fields"].values()) == len(written) > 0
    (report,) = run["connections"]
    assert dry["api_calls"] <= report["api_calls"] <= dry["forecast"]["read"] + dry["forecast"]["write"]


def test_calls_of_a_dry_run_count_towards_the_day(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    alone.control("DELETE", crm, "log")
    (before,) = alone.good("status", "--json").json
    alone.sync(*AS_OF, "--dry-run")
    made = len(alone.requests(crm))
    (after,) = alone.good("status", "--json").json
    assert made > 0
    assert after["api_calls"]["last_24_hours"] - before["api_calls"]["last_24_hours"] == made
    assert after["last_run"] == before["last_run"]
