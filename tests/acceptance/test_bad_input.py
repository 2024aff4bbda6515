"""What an admin gets wrong is one line: what, where, what to do; the right exit code; and nothing half-done."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from admin import Admin

from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.simulator import HubSpotSimulator
from sandbox.options import Options
from sandbox.server import start
from sandbox.world.model import World


def change(admin: Admin, old: str, new: str) -> None:
    path = admin.folder / "config.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def one_line(admin: Admin, code: int, *said: str, command: str = "sync") -> None:
    """The command ends with this code and one line that says these things; no rows were pulled."""
    outcome = admin.run(command)
    lines = outcome.err.strip().splitlines()
    assert outcome.code == code, outcome.err + outcome.out
    assert len(lines) == 1, outcome.err
    for part in said:
        assert part in lines[0]
    assert "Traceback" not in outcome.err
    status = admin.run("status", "--json")
    if status.code == 0:
        assert all(not (line["last_run"] or {}).get("pulled") for line in status.json)


def test_unknown_configuration_key(alone: Admin):
    change(alone, "currency: EUR", "currency: EUR\ncurency: USD")
    one_line(alone, 2, "config.yaml:2", "curency", 'did you mean "currency"')


def test_missing_variable(alone: Admin):
    alone.environ = {}
    one_line(alone, 2, "auth.access_token", "TOKEN")


def test_wrong_token(alone: Admin, crm: str):
    alone.environ = {"TOKEN": "not-the-token"}
    one_line(alone, 3, crm, "auth")


@pytest.mark.slow  # waits as long as an admin would between tries
def test_unreachable_host(alone: Admin, crm: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    change(alone, alone.urls[crm], f"http://127.0.0.1:{port}")
    one_line(alone, 4, f"127.0.0.1:{port}")


def test_crm_field_that_does_not_exist(alone: Admin, crm: str):
    name = {"hubspot": "influence_level", "salesforce": "Influence_Level__c"}[crm]
    change(alone, f"influence: {name}", f"influence: {name[:-3]}")
    one_line(alone, 2, "mapping.contact.influence", name)


def test_mapping_to_a_wrong_type(alone: Admin, crm: str):
    field = {"hubspot": "strategic_account", "salesforce": "Strategic_Account__c"}[crm]
    change(alone, "account: {potential_revenue: ", f"account: {{annual_revenue: {field}, potential_revenue: ")
    one_line(alone, 2, "mapping.account.annual_revenue", field)


def test_unencrypted_address_that_is_not_this_machine(alone: Admin, crm: str):
    change(alone, alone.urls[crm], "http://crm.example.com")
    one_line(alone, 2, "base_url", "https")


def test_unknown_connection(alone: Admin):
    outcome = alone.run("sync", "--connection", "hubspott")
    assert (outcome.code, len(outcome.err.strip().splitlines())) == (2, 1)


def test_missing_configuration_file(alone: Admin):
    (alone.folder / "config.yaml").unlink()
    one_line(alone, 2, "config.yaml", "config.example.yaml")


def test_kpi_fields_that_were_never_created(open_admin: Callable[..., Admin], small_world: World, crm: str):
    bare = open_admin(small_world, crm, limits=False)
    bare.configure()
    one_line(bare, 2, crm, "fields apply")
    assert bare.run("sync", "--no-push").code == 0


def test_database_that_cannot_be_written(alone: Admin):
    change(alone, "sqlite:///playmaker.db", "sqlite:///no/such/folder/playmaker.db")
    one_line(alone, 2, "no/such/folder/playmaker.db")


def test_misspelt_command_line_option_is_usage(alone: Admin):
    assert alone.run("sync", "--drry-run").code == 2


FAULTY = [
    ("errors", "--nope"),
    ("undo",),
    ("undo", "nosuchrun"),
    ("sync", "--connection", "hubspott"),
    ("kpis", "--account", "nosuchaccount"),
    ("check", "--config", "nosuchfile.yaml"),
]


@pytest.mark.parametrize("command", FAULTY, ids=" ".join)
def test_fault_before_any_result_is_one_json_document_for_whoever_asked_for_json(
    open_admin: Callable[..., Admin], small_world: World, command: tuple[str, ...]
):
    admin = open_admin(small_world, "hubspot", limits=False)
    admin.configure()
    outcome = admin.run(*command, "--json")
    assert outcome.code == 2
    assert set(outcome.json) == {"error"}
    assert outcome.json["error"]["kind"] == "setup"
    assert outcome.json["error"]["message"] in " ".join(outcome.err.split())


def test_wrong_token_where_nothing_is_synced_is_one_json_document(alone: Admin):
    alone.environ = {"TOKEN": "not-the-token"}
    outcome = alone.run("fields", "plan", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (3, "refused")


def test_sandbox_that_does_not_exist(alone: Admin):
    outcome = alone.run("sandbox", "pipedrive")
    assert (outcome.code, len(outcome.err.strip().splitlines())) == (2, 1)


def test_refused_row_ends_with_exit_code_5_and_is_listed(alone: Admin, crm: str):
    kind = {"hubspot": "companies", "salesforce": "Account"}[crm]
    record = alone.state(crm)[kind][0]["id"]
    alone.fault(
        crm,
        action="refuse_row",
        object=kind,
        id=record,
        code="FIELD_CUSTOM_VALIDATION_EXCEPTION",
        message="locked",
        times=1,
    )
    outcome = alone.run("sync", "--json")
    assert outcome.code == 5, outcome.err
    report = outcome.json["connections"][0]
    assert (report["status"], report["refused"]) == ("done", 1)
    (kept,) = alone.good("errors", "--json").json
    assert (kept["id"], kept["attempts"]) == (record, 1)
    assert "locked" in kept["message"]
    assert alone.sync()[crm]["written"] == 0, "it waits for its next attempt"
    alone.good("retry")
    assert alone.sync()[crm]["written"] == 1
    assert alone.good("errors", "--json").json == []


def test_secret_never_appears_in_what_is_printed_or_kept(alone: Admin, tmp_path: Path):
    outcomes = [alone.run(*words) for words in (["check"], ["sync"], ["status"], ["fields", "plan"])]
    alone.environ = {"TOKEN": "wrong-secret-token"}
    outcomes.append(alone.run("sync"))
    for outcome in outcomes:
        assert "secret-token" not in outcome.out + outcome.err
        assert alone.environ["TOKEN"] not in outcome.out + outcome.err
    for file in tmp_path.glob("playmaker.db*"):
        assert b"sandbox-token" not in file.read_bytes()


def test_day_that_is_no_day_is_usage(alone: Admin):
    assert alone.run("sync", "--as-of", "31/12/2017").code == 2


def test_missing_scope_is_named(small_world: World, tmp_path: Path):
    granted = frozenset({"crm.objects.companies.read", "crm.objects.contacts.read", "crm.schemas.companies.read"})
    portal = HubSpotSimulator(small_world, Options(limits=False), Settings(scopes=granted))
    with start(portal) as running:
        admin = Admin(tmp_path, {"hubspot": running.url})
        admin.configure()
        one_line(admin, 3, "hubspot", "lacks scopes", "crm.schemas", "Add them")
        lines = admin.run("check", "--json")
        assert lines.code == 3
        failing = [line for line in lines.json if line["level"] == "failing"]
        assert any("scope" in line["message"] + line["mend"] for line in failing)


@pytest.mark.parametrize("crm", ["salesforce"], indirect=True)
def test_field_hidden_from_the_running_user_is_granted_again_by_fields_apply(alone: Admin, crm: str):
    hidden = next(one for one in alone.state(crm)["FieldPermissions"] if "Playmaker_Champions__c" in one["Field"])
    for one in alone.state(crm)["FieldPermissions"]:
        if one["Field"] == hidden["Field"]:
            alone.call(crm, "DELETE", f"/services/data/v64.0/sobjects/FieldPermissions/{one['id']}", None)
    one_line(alone, 2, "Playmaker_Champions__c", "fields apply")
    actions = {
        line["field"]: line["action"]
        for line in alone.good("fields", "apply", "--json").json
        if line["kind"] == "account"
    }
    assert actions["Playmaker_Champions__c"] == "grant"
    alone.good("sync")
