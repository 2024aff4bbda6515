"""What an admin reads: short enough for a terminal, and complete: what happened, where, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from admin import DAY, Admin

from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
ACCOUNTS = {"hubspot": "companies", "salesforce": "Account"}
PATHS = {"hubspot": "/crm/v3/objects/companies", "salesforce": "/services/data/v64.0/sobjects/Account"}
CHAMPIONS = {"hubspot": "playmaker_champions", "salesforce": "Playmaker_Champions__c"}


@pytest.fixture
def terminal(alone: Admin) -> Admin:
    """An admin at a terminal of 80 columns."""
    alone.environ |= {"TTY_COMPATIBLE": "1", "COLUMNS": "80", "TERM": "dumb"}
    return alone


def edit_champions(admin: Admin, crm: str, ordinal: int = 0) -> str:
    """A person changes one of our figures; the account's id."""
    row = [row for row in admin.state(crm)[ACCOUNTS[crm]] if not row.get("archived")][ordinal]
    fields = {CHAMPIONS[crm]: "99"}
    admin.call(crm, "PATCH", f"{PATHS[crm]}/{row['id']}", {"properties": fields} if crm == "hubspot" else fields)
    return str(row["id"])


def test_missing_kpi_fields_of_every_kind_are_named_with_the_remedy(
    open_admin: Callable[..., Admin], small_world: World, crm: str
):
    bare = open_admin(small_world, crm, limits=False)
    bare.configure()
    (line,) = bare.run("sync").err.strip().splitlines()
    assert re.match(rf"playmaker: {crm}: \d+ KPI fields are not in the CRM; create them with `playmaker fields", line)
    assert "account: " in line
    assert "deal: " in line
    (failing,) = [line for line in bare.run("check", "--json").json if line["level"] == "failing"]
    assert failing["subject"] == "fields"
    assert "fields apply" in failing["mend"]
    assert "fields apply" not in failing["message"]


def test_one_refused_record_is_spoken_of_as_one(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    id_ = edit_champions(alone, crm)
    alone.fault(crm, action="refuse_row", object=ACCOUNTS[crm], id=id_, code="LOCKED", message="Locked.", times=None)
    assert f"{crm}: 1 record was refused; `playmaker errors`" in alone.run("sync", *AS_OF).err


def test_dry_run_shows_values_that_change_and_not_the_moment(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    id_ = edit_champions(alone, crm)
    (found,) = alone.good("sync", "--dry-run", "--json").json["connections"]
    (change,) = [change for change in found["changes"] if change["old"] == "99"]
    assert (change["kind"], change["id"], change["field"]) == ("account", id_, CHAMPIONS[crm])
    assert [change["field"] for change in found["changes"] if "omputed" in change["field"]] == []
    assert f"99 → {change['new']}" in alone.good("sync", "--dry-run").out


NARROW = [("fields", "plan"), ("sync", *AS_OF, "--dry-run"), ("errors",), ("check",), ("status",), ("reconcile",)]


@pytest.mark.parametrize("command", NARROW, ids=" ".join)
def test_names_and_ids_are_not_torn_on_a_terminal_of_80_columns(terminal: Admin, command: tuple[str, ...]):
    if command[0] in {"errors", "reconcile"}:
        terminal.good("sync", *AS_OF)
    found = terminal.good(*command, "--json").json
    rows = found["connections"][0]["changes"] if isinstance(found, dict) else found
    words = {str(row[key]) for row in rows for key in ("id", "field", "subject", "connection") if row.get(key)}
    words = {word for name in words for word in name.split()}
    assert words - set(terminal.good(*command).out.replace(":", " ").split()) == set()


def test_every_line_of_a_table_fits_into_a_terminal_of_80_columns(terminal: Admin):
    for command in NARROW:
        lines = terminal.run(*command).out.splitlines()
        assert [line for line in lines if line.startswith(("│", "┃")) and len(line) > 80] == []


def test_progress_names_what_belongs_to_deals_too(alone: Admin, crm: str):
    (line,) = [line for line in alone.good("sync", *AS_OF).err.splitlines() if line.startswith(f"{crm}: user ")]
    assert "deal_contact " in line
    assert "account_contact " in line


def test_retry_of_a_record_that_is_not_refused_says_so(alone: Admin):
    alone.sync(*AS_OF)
    assert "no record with the id 42 is refused at present" in alone.good("retry", "--record", "42").err


def test_undo_that_could_not_begin_does_not_say_that_it_did(alone: Admin):
    run = alone.good("sync", *AS_OF, "--json").json["run_id"]
    alone.environ = {"TOKEN": "not-the-token"}
    outcome = alone.run("undo", run)
    assert outcome.code == 3
    assert f"Run {run} not undone" in outcome.out


def test_reconciliation_counts_no_record_twice_as_it_goes(alone: Admin, small_world: World):
    alone.sync(*AS_OF)
    outcome = alone.good("reconcile")
    assert f"account {2 * len(small_world.accounts)}" not in outcome.err
    assert "compared " in outcome.err
