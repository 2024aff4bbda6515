"""The last requests and answers of a run: enough to debug, nothing of anybody, and not for long."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from admin import DAY, TOKEN, Admin

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))


def requests_of(admin: Admin, *arguments: str) -> list[dict[str, object]]:
    run = json.loads(admin.run("sync", *AS_OF, "--json", *arguments).out)["run_id"]
    (line,) = admin.good("runs", "show", run, "--http", "--json").json
    return line["http"]


def test_each_request_of_a_run_is_told_with_what_came_of_it(alone: Admin, crm: str):
    alone.control("DELETE", crm, "log")
    told = requests_of(alone)
    made = alone.requests(crm)
    assert [(one["method"], one["status"]) for one in told] == [(one["method"], one["status"]) for one in made]
    assert all(str(one["path"]).startswith(real["path"]) for one, real in zip(told, made, strict=True))
    assert all(one["received"] for one in told if one["method"] == "GET")
    assert all((one["answer"] is None) == (one["status"] < 400) for one in told)


def test_what_was_no_success_is_told_with_the_crms_words(alone: Admin):
    alone.environ["TOKEN"] = "another-token"
    told = requests_of(alone)
    assert told[-1]["status"] == 401
    assert told[-1]["answer"]
    (run, *_older) = alone.good("runs", "--json").json
    assert "401" in alone.good("runs", "show", run["run_id"], "--http").out


def test_only_the_last_are_kept_and_none_where_that_is_asked_for(alone: Admin):
    alone.configure(top="http_trail: {keep_calls: 3}")
    assert len(requests_of(alone)) == 3
    alone.configure(top="http_trail: {keep_calls: 0}")
    assert requests_of(alone) == []
    assert "http_trail" in alone.good("runs", "show", alone.good("runs", "--json").json[0]["run_id"], "--http").err


def test_a_run_forgets_what_is_older_than_a_week(alone: Admin):
    requests_of(alone)
    with closing(sqlite3.connect(alone.folder / "playmaker.db")) as database, database:
        database.execute("update http_exchange set at = datetime(at, '-8 days'), run = 'old'")
    told = requests_of(alone)
    with closing(sqlite3.connect(alone.folder / "playmaker.db")) as database:
        (kept,) = database.execute("select count(*) from http_exchange").fetchone()
    assert kept == len(told)


def test_nothing_of_anybody_is_in_it(alone: Admin, crm: str, small_world: World):
    alone.fault(crm, action="status", status=503, after=6)
    told = json.dumps(requests_of(alone), ensure_ascii=False)
    assert TOKEN not in told
    for person in small_world.contacts:
        assert not person.email or person.email not in told
        assert not person.last_name or len(person.last_name) < 5 or person.last_name not in told
