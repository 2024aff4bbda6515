"""One command tells all of a record: what we hold and whence, what we wrote, what is refused, what the CRM says now."""

from __future__ import annotations

from typing import Any

from admin import DAY, Admin

AS_OF = ("--as-of", str(DAY))
ACCOUNTS = {"hubspot": "companies", "salesforce": "Account"}
CONTACTS = {"hubspot": "contacts", "salesforce": "Contact"}
PATHS = {"hubspot": "/crm/v3/objects/companies", "salesforce": "/services/data/v64.0/sobjects/Account"}
CHAMPIONS = {"hubspot": "playmaker_champions", "salesforce": "Playmaker_Champions__c"}
NAME = {"hubspot": "name", "salesforce": "Name"}


def rows(admin: Admin, crm: str, kinds: dict[str, str]) -> list[dict[str, Any]]:
    return [row for row in admin.state(crm)[kinds[crm]] if not row.get("archived")]


def of(values: list[dict[str, Any]], field: str) -> dict[str, Any]:
    return next(one for one in values if one["field"] == field)


def edit(admin: Admin, crm: str, id_: str, fields: dict[str, Any]) -> None:
    body = {"properties": fields} if crm == "hubspot" else fields
    admin.call(crm, "PATCH", f"{PATHS[crm]}/{id_}", body)


def test_an_account_tells_its_values_what_we_wrote_and_what_the_crm_says_now(alone: Admin, crm: str):
    run = alone.good("sync", *AS_OF, "--json").json["run_id"]
    account = rows(alone, crm, ACCOUNTS)[0]["id"]
    edit(alone, crm, account, {NAME[crm]: "Renamed", CHAMPIONS[crm]: "99"})
    told = alone.good("show", account, "--json").json
    name = of(told["values"], "name")
    assert (told["connection"], told["kind"], told["id"]) == (crm, "account", account)
    assert (name["value"], name["crm_field"], name["source"]["source"]) == (told["name"], NAME[crm], "mapping")
    ours = of(told["written"], CHAMPIONS[crm])
    assert (ours["by"], ours["run"]) == ("us", run)
    assert (told["crm"]["there"], told["crm"]["error"]) == (True, None)
    assert told["crm"]["fields"][NAME[crm]] == "Renamed"
    assert told["crm"]["fields"][CHAMPIONS[crm]].startswith("99")
    printed = alone.good("show", told["name"]).out
    assert "Renamed" in printed
    assert run in printed


def test_a_judgement_tells_who_gave_it(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    contact = next(
        row["id"] for row in rows(alone, crm, CONTACTS) if alone.run("show", row["id"], "--no-live").code == 0
    )
    account = of(alone.good("show", contact, "--no-live", "--json").json["values"], "account")["value"]
    alone.good("plan", "set", account, "--person", contact, "stance=champion", "--author", "clara")
    told = alone.good("show", contact, "--no-live", "--json").json
    stance = of(told["values"], "stance")
    assert (stance["value"], stance["source"]["author"], stance["source"]["source"]) == ("champion", "clara", "person")
    assert told["crm"] is None
    assert "clara" in alone.good("show", contact, "--no-live").out


def test_what_the_crm_refuses_is_told_with_its_words_and_what_comes_next(alone: Admin, crm: str):
    account = rows(alone, crm, ACCOUNTS)[0]["id"]
    refusal = {"action": "refuse_row", "object": ACCOUNTS[crm], "id": account, "code": "NO", "message": "Not this one"}
    alone.fault(crm, **refusal)
    assert alone.run("sync", *AS_OF).code == 5
    (error,) = alone.good("show", account, "--json").json["errors"]
    assert (error["origin"], error["attempts"], error["parked_at"]) == ("push", 1, None)
    assert error["next_attempt_at"]
    assert "Not this one" in error["message"]


def test_what_is_called_alike_is_not_guessed_between(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    first, second = (row["id"] for row in rows(alone, crm, ACCOUNTS)[:2])
    for one in (first, second):
        edit(alone, crm, one, {NAME[crm]: "Twin"})
    alone.sync(*AS_OF)
    outcome = alone.run("show", "twin")
    assert outcome.code == 2
    assert first in outcome.err
    assert second in outcome.err
    assert alone.run("show", "nobody at all").code == 2


def test_a_crm_that_cannot_be_asked_hinders_nobody_from_seeing_what_is_held(alone: Admin, crm: str):
    alone.sync(*AS_OF)
    account = rows(alone, crm, ACCOUNTS)[0]["id"]
    alone.environ["TOKEN"] = "another-token"
    told = alone.good("show", account, "--json").json
    assert told["values"]
    assert told["crm"]["error"]
    assert "the CRM could not be asked" in alone.good("show", account).err
