"""A backup restored as docs/audit.md says: what people said since is lost, and no figure in the CRM is."""

from __future__ import annotations

import shutil
from typing import Any

from admin import DAY, Admin

AS_OF = ("--as-of", str(DAY))
ACCOUNTS = {"hubspot": "companies", "salesforce": "Account"}
DEALS = {
    "hubspot": ("deals", "/crm/v3/objects/deals", "amount"),
    "salesforce": ("Opportunity", "/services/data/v64.0/sobjects/Opportunity", "Amount"),
}


def written(admin: Admin, crm: str) -> Any:
    """What stands in our fields of every account."""
    rows = {row["id"]: row.get("properties", row) for row in admin.state(crm)[ACCOUNTS[crm]]}
    return {id_: {name: row[name] for name in row if "laymaker_" in name} for id_, row in rows.items()}


def double_the_amounts(admin: Admin, crm: str) -> None:
    """Reps raise the amounts of some deals."""
    kind, path, field = DEALS[crm]
    for row in admin.state(crm)[kind][:10]:
        values = {field: 2_000_000}
        admin.call(crm, "PATCH", f"{path}/{row['id']}", {"properties": values} if crm == "hubspot" else values)


def lose_the_database(admin: Admin) -> None:
    for file in admin.folder.glob("playmaker.db*"):
        file.unlink()


def test_after_restoring_a_backup_plans_are_back_and_the_figures_in_the_crm_stay(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    account = alone.state(crm)[ACCOUNTS[crm]][0]["id"]
    alone.good("plan", "set", account, "objective=Open a second site", "--author", "Zoe")
    alone.good("backup", str(alone.folder / "copy.db"))
    double_the_amounts(alone, crm)
    since = alone.sync(*AS_OF)[crm]["written"]
    assert since > 0
    held = written(alone, crm)

    lose_the_database(alone)
    shutil.copy(alone.folder / "copy.db", alone.folder / "playmaker.db")
    assert alone.sync(*AS_OF)[crm]["written"] <= since, "what was written since is news to the old copy"
    assert written(alone, crm) == held
    assert alone.sync(*AS_OF)[crm]["written"] == 0
    assert "Open a second site" in alone.good("plan", "show", account).out
    alone.good("reconcile")


def test_without_any_backup_the_next_run_finds_its_figures_in_the_crm(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    held = written(alone, crm)
    lose_the_database(alone)
    alone.good("fields", "apply")
    assert alone.sync(*AS_OF)[crm]["written"] == 0
    assert written(alone, crm) == held
