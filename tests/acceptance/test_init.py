"""`playmaker init` against both simulated CRMs: a file that works at once, and no secret in it."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from admin import MAPPINGS, Admin

from sandbox.world.model import World

AUTH = "access_token=${TOKEN}"


@pytest.fixture
def newcomer(open_admin: Callable[..., Admin], small_world: World, crm: str) -> Admin:
    """An admin with a CRM and an empty folder."""
    return open_admin(small_world, crm, limits=False)


def options(admin: Admin, crm: str, *more: str) -> tuple[str, ...]:
    return ("init", "--crm", crm, "--base-url", admin.urls[crm], "--auth", AUTH, *more)


def written(admin: Admin) -> str:
    return (admin.folder / "config.yaml").read_text()


def test_a_newcomer_is_ready_for_the_first_sync(newcomer: Admin, crm: str):
    outcome = newcomer.good(*options(newcomer, crm))
    path = newcomer.folder / "config.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "sandbox-token" not in written(newcomer) + outcome.out + outcome.err
    (connection,) = yaml.safe_load(written(newcomer))["connections"]
    expected = yaml.safe_load(MAPPINGS[crm])
    expected.pop("line_item", None)
    assert connection["mapping"] == expected
    assert connection["schedule"] == "*/15 * * * *"
    assert outcome.out.index("playmaker check") < outcome.out.index("fields plan") < outcome.out.index("sync --dry-run")
    assert newcomer.run("check").code == 2, "only the KPI fields are missing"
    newcomer.good("fields", "apply")
    newcomer.good("check")
    assert newcomer.sync()[crm]["status"] == "done"


def test_nothing_is_changed_in_the_crm(newcomer: Admin, crm: str):
    before = newcomer.state(crm)
    newcomer.good(*options(newcomer, crm))
    assert newcomer.state(crm) == before


def test_a_file_that_is_there_is_left_alone_unless_told_otherwise(newcomer: Admin, crm: str):
    path = newcomer.folder / "config.yaml"
    path.write_text("currency: CHF\n")
    refused = newcomer.run(*options(newcomer, crm))
    assert (refused.code, written(newcomer)) == (2, "currency: CHF\n")
    assert all(option in refused.err for option in ("--add", "--force"))
    newcomer.good(*options(newcomer, crm, "--force"))
    assert path.with_name("config.yaml.bak").read_text() == "currency: CHF\n"
    assert newcomer.run("config", "show").code == 0


def test_both_crms_stand_in_one_file(open_admin: Callable[..., Admin], small_world: World):
    admin = open_admin(small_world, limits=False)
    admin.good(*options(admin, "hubspot", "--name", "emea", "--currency", "CHF"))
    admin.good(*options(admin, "salesforce", "--name", "us", "--add"))
    shown = admin.good("config", "show", "--json").json
    assert [one["name"] for one in shown["connections"]] == ["emea", "us"]
    assert shown["currency"] == "CHF"
    assert "labelled Influence" in written(admin), "comments stay"
    again = admin.run(*options(admin, "salesforce", "--name", "more", "--add"))
    assert again.code == 2
    assert "same organisation" in again.err


def test_wrong_credentials_end_with_3_and_write_nothing(newcomer: Admin, crm: str):
    newcomer.environ = {"TOKEN": "wrong"}
    assert newcomer.run(*options(newcomer, crm)).code == 3
    assert list(newcomer.folder.iterdir()) == []


REFUSED = {
    "a variable that is not set": (["--auth", "access_token=${NOWHERE}"], "NOWHERE is not set"),
    "a secret in clear": (["--auth", "access_token=pat-1"], "does not belong into the file"),
    "a pipeline that is not there": (["--pipeline", "Renewals"], "has no Renewals"),
    "a currency that is none": (["--currency", "EUE"], "no such currency"),
    "a time zone that is none": (["--timezone", "Paris"], "no such time zone"),
    "a name with blanks": (["--name", "My CRM"], "connections[0].name"),
    "a schedule that is none": (["--schedule", "hourly"], "not a cron expression"),
}


@pytest.mark.parametrize("crm", ["hubspot"], indirect=True)
def test_what_does_not_fit_is_refused_in_one_line_and_nothing_is_written(newcomer: Admin, crm: str):
    for more, said in REFUSED.values():
        outcome = newcomer.run(*options(newcomer, crm, *more))
        assert outcome.code == 2, said
        assert said in outcome.err
        assert "Traceback" not in outcome.err
        assert not (newcomer.folder / "config.yaml").exists()


@pytest.mark.parametrize("crm", ["hubspot"], indirect=True)
def test_which_deals_count_is_said_by_label_and_written_by_id(newcomer: Admin, crm: str):
    told = newcomer.good(*options(newcomer, crm, "--pipeline", "sales pipeline", "--json")).json
    assert told["scope"]["pipelines"] == ["default"]
    assert yaml.safe_load(written(newcomer))["kpis"]["deals"]["pipelines"] == ["default"]
    assert {(one["kind"], one["field"]) for one in told["mapping"]} >= {("contact", "stance"), ("account", "strategic")}


def test_offline_no_crm_is_asked_and_no_variable_needed(tmp_path: Path):
    admin = Admin(tmp_path, {}, {})
    outcome = admin.good("init", "--crm", "salesforce", "--base-url", "https://acme.my.salesforce.com", "--offline")
    assert "export SF_CLIENT_SECRET=" in outcome.out
    assert '"${SF_CLIENT_SECRET}"' in written(admin)


class Terminal(io.StringIO):
    """A person who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("crm", ["hubspot"], indirect=True)
def test_a_person_is_asked_and_may_decline(newcomer: Admin, monkeypatch: pytest.MonkeyPatch):
    answers = ["pipedrive", "hubspot", "emea", "n", *"nynnnnn", "usd", "CHF", "Europe/Paris", "", "0 6 * * *"]
    monkeypatch.setattr("sys.stdin", Terminal("\n".join([*answers, ""])))
    outcome = newcomer.good("init", "--base-url", newcomer.urls["hubspot"], "--auth", AUTH)
    assert "write hubspot or salesforce" in outcome.err
    settings = yaml.safe_load(written(newcomer))
    (connection,) = settings["connections"]
    assert connection["mapping"] == {"contact": {"stance": "stance"}}
    assert (connection["name"], connection["schedule"]) == ("emea", "0 6 * * *")
    assert (settings["currency"], settings["timezone"]) == ("CHF", "Europe/Paris")
