"""Whoever is alerted hears of each trouble once, and once that it is over; never an address, a secret or a name."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from admin import DAY, TOKEN, Admin

from connector.config.load import load_settings
from connector.config.settings import Settings
from connector.watch.alerts import alert
from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
KEY = "s3cret-channel-key-5Vb"


class Inbox:
    """A place of Apprise's on this machine: what came, and whether it takes anything."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.is_open = True
        self.url = ""

    def titles(self) -> list[str]:
        """What came since the last time."""
        taken, self.messages = self.messages, []
        return [message["title"] for message in taken]


@contextmanager
def _listening(inbox: Inbox) -> Iterator[Inbox]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if inbox.is_open:
                inbox.messages.append(message)
            self.send_response(200 if inbox.is_open else 500)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        inbox.url = f"json://user:{KEY}@127.0.0.1:{server.server_port}/{KEY}"
        yield inbox
        server.shutdown()
        thread.join()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with _listening(Inbox()) as listening:
        yield listening


@pytest.fixture
def admin(open_admin: Callable[..., Admin], tiny_world: World, inbox: Inbox) -> Admin:
    opened = open_admin(tiny_world, "hubspot", limits=False)
    opened.environ["PLACE"] = inbox.url
    opened.configure(top='alerts: {urls: ["${PLACE}"]}')
    return opened


def settings_of(admin: Admin) -> Settings:
    return load_settings(admin.folder / "config.yaml", admin.environ)


def test_test_says_which_place_took_it_and_shows_no_address(admin: Admin, inbox: Inbox):
    assert admin.good("alerts", "test", "--json").json == [
        {"place": "alerts.urls[0] (json)", "fault": None, "delivered": True}
    ]
    assert inbox.titles() == ["playmaker: test of the alerts"]
    inbox.is_open = False
    refused = admin.run("alerts", "test")
    assert (refused.code, "could not be reached" in refused.out) == (4, True)
    admin.environ["PLACE"] = f"no-such-service://{KEY}"
    unknown = admin.run("alerts", "test")
    assert (unknown.code, "Apprise does not know" in unknown.out) == (4, True)
    assert KEY not in refused.out + refused.err + unknown.out + unknown.err
    admin.configure()
    assert admin.run("alerts", "test").code == 2


def test_a_failing_run_is_told_once_and_its_recovery_once(admin: Admin, inbox: Inbox):
    assert [admin.run("sync", *AS_OF).code for _ in range(2)] == [2, 2]
    assert inbox.titles() == ["playmaker: hubspot: runs fail"]
    admin.good("fields", "apply")
    admin.sync(*AS_OF)
    admin.sync(*AS_OF)
    (said,) = inbox.messages
    assert (said["title"], "runs fail" in said["message"]) == ("playmaker: hubspot: well again", True)


def test_refused_records_are_told_without_a_word_of_the_record(admin: Admin, inbox: Inbox, tiny_world: World):
    admin.good("fields", "apply")
    id_ = admin.state("hubspot")["companies"][0]["id"]
    why = {"code": "INVALID", "message": f"{tiny_world.accounts[0].name} is refused"}
    admin.fault("hubspot", action="refuse_row", object="companies", id=id_, times=None, **why)
    assert admin.run("sync", *AS_OF).code == 5
    (said,) = inbox.messages
    assert said["title"] == "playmaker: hubspot: records are refused"
    text = json.dumps(said)
    assert "1 record" in text
    names = [tiny_world.accounts[0].name, id_, *(one.last_name for one in tiny_world.contacts)]
    assert [name for name in names if name and name in text] == []


def test_an_alert_that_reached_nobody_is_owed_and_no_run_fails_because_of_it(admin: Admin, inbox: Inbox):
    inbox.is_open = False
    failed = admin.run("sync", *AS_OF)
    assert (failed.code, KEY in failed.err, "alert not delivered" in failed.err) == (2, False, True)
    inbox.is_open = True
    assert admin.run("sync", *AS_OF).code == 2
    assert inbox.titles() == ["playmaker: hubspot: runs fail"]
    admin.good("fields", "apply")
    inbox.is_open = False
    assert admin.sync(*AS_OF)["hubspot"]["status"] == "done"
    inbox.is_open = True
    admin.sync(*AS_OF)
    assert inbox.titles() == ["playmaker: hubspot: well again"]


def test_paused_connection_is_left_as_it_is_and_unwatched_conditions_are_not_told(admin: Admin, inbox: Inbox):
    path = admin.folder / "config.yaml"
    path.write_text(path.read_text().replace('"]}', '"], conditions: [token]}'))
    assert admin.run("sync", *AS_OF).code == 2
    path.write_text(path.read_text().replace("conditions: [token]", "conditions: [run]"))
    admin.good("pause", "hubspot")
    assert admin.run("sync", *AS_OF).code == 4
    assert inbox.titles() == []
    admin.good("resume", "hubspot")
    admin.run("sync", *AS_OF)
    assert inbox.titles() == ["playmaker: hubspot: runs fail"]


def test_credentials_are_told_of_before_they_expire_and_no_more_once_they_are_replaced(admin: Admin, inbox: Inbox):
    now = datetime(2026, 11, 1, tzinfo=UTC)

    def at(day: int) -> list[str]:
        token = jwt.encode({"exp": datetime(2026, 11, day, tzinfo=UTC)}, "k" * 32)
        admin.environ["TOKEN"] = token
        settings = settings_of(admin)
        alert(settings, settings.connections, now)
        return inbox.titles()

    assert at(16) == []
    assert at(15) == ["playmaker: hubspot: credentials are about to expire"]
    assert at(14) == []
    assert at(30) == ["playmaker: hubspot: well again"]


def test_spent_budget_and_overdue_reviews_are_told(admin: Admin, inbox: Inbox):
    path = admin.folder / "config.yaml"
    admin.good("fields", "apply")
    account = admin.state("hubspot")["companies"][0]["id"]
    admin.sync("--no-push")
    admin.good("plan", "set", account, "started_on=2020-01-31")
    admin.sync("--no-push")
    assert inbox.titles() == ["playmaker: hubspot: plan reviews are overdue"]
    path.write_text(path.read_text() + "\n    budget: {share_of_daily_limit: 0.00001}\n")
    assert admin.run("sync", "--no-push").code == 4
    assert inbox.titles() == ["playmaker: hubspot: the API budget is spent"]
    assert [admin.run("sync", "--no-push").code for _ in range(2)] == [4, 4]
    assert inbox.titles() == ["playmaker: hubspot: runs fail"]
    settings = settings_of(admin)
    alert(settings, settings.connections, datetime.now(UTC) + timedelta(days=2))
    assert inbox.titles() == ["playmaker: hubspot: well again"]


def test_differences_that_a_reconciliation_leaves_are_told_until_they_are_repaired(admin: Admin, inbox: Inbox):
    admin.good("fields", "apply")
    admin.sync(*AS_OF)
    with closing(sqlite3.connect(admin.folder / "playmaker.db")) as database, database:
        database.execute("DELETE FROM crm_contact WHERE id = (SELECT min(id) FROM crm_contact)")
    assert admin.run("reconcile").code == 5
    (said,) = inbox.messages
    assert (said["title"], "left 1 record" in said["message"]) == (
        "playmaker: hubspot: records differ from the CRM",
        True,
    )
    inbox.titles()
    admin.good("reconcile", "--repair")
    assert inbox.titles() == ["playmaker: hubspot: well again"]


def test_address_of_a_place_is_hidden_as_a_whole_and_in_its_parts(tmp_path: Path):
    path = tmp_path / "config.yaml"
    head = (
        f"currency: EUR\nconnections: [{{name: a, crm: memory, auth: {{access_token: '{TOKEN}'}}}}]\nalerts: {{urls: "
    )
    path.touch(mode=0o600)
    path.write_text(
        head + "['slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/', 'mailto://zoe:pa55word@example.com']}"
    )
    settings = load_settings(path, {})
    hidden = settings.secrets()
    assert {"T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ", "pa55word"} <= hidden
    assert "example.com" not in hidden
    assert "pa55word" not in repr(settings)
