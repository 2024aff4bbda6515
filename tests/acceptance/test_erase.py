"""An ops admin answers requests of people whom the plans know, on both simulated CRMs."""

from __future__ import annotations

from typing import Any

from admin import DAY, Admin

AS_OF = ("--as-of", str(DAY))
CONTACTS = {"hubspot": "contacts", "salesforce": "Contact"}
NAMES = {"hubspot": ("firstname", "lastname", "email"), "salesforce": ("FirstName", "LastName", "Email")}


def pick_person(admin: Admin, crm: str) -> tuple[str, list[str]]:
    """A contact whom nobody shares the address with: id, and the texts that tell who it is."""
    first, last, email = NAMES[crm]
    rows = [row.get("properties", row) | {"id": row["id"]} for row in admin.state(crm)[CONTACTS[crm]]]
    person = next(row for row in rows if row.get(email) and row.get(first) and row.get(last))
    return person["id"], [person[email], f"{person[last]} is against us"]


def bytes_of_database(admin: Admin) -> bytes:
    """All files of the database: what was deleted may linger in any of them."""
    return b"".join(path.read_bytes() for path in sorted(admin.folder.glob("playmaker.db*")))


def kept_traces(admin: Admin, traces: list[str]) -> list[str]:
    held = bytes_of_database(admin)
    return [trace for trace in traces if trace.encode() in held]


def account_of(admin: Admin, person: str) -> str:
    held: dict[str, Any] = admin.good("export", "--person", person, "--json").json["held"]
    return held["crm_contact"][0]["account"]


def test_an_erased_person_is_gone_from_the_files_and_stays_gone(alone: Admin, crm: str):
    alone.good("sync", *AS_OF)
    person, traces = pick_person(alone, crm)
    account = account_of(alone, person)
    alone.good("plan", "set", account, "--person", person, f"personal_stakes={traces[1]}", "--author", "clara")
    assert kept_traces(alone, traces) == traces
    erased = alone.good("erase", "--contact", person, "--yes", "--json").json
    assert erased["plan_rows"] >= 2
    assert kept_traces(alone, traces) == []
    alone.good("sync", "--full", *AS_OF)
    assert kept_traces(alone, traces) == []


def test_nobody_is_erased_without_a_word(alone: Admin, crm: str):
    alone.good("sync", *AS_OF)
    person, traces = pick_person(alone, crm)
    outcome = alone.run("erase", "--contact", person)
    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert kept_traces(alone, traces[:1]) == traces[:1]


def test_an_unknown_person_is_no_success(alone: Admin):
    outcome = alone.run("erase", "--contact", "nobody", "--yes")
    assert outcome.code == 2
    assert "nobody" in outcome.err
