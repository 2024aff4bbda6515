"""What becomes of records: stages and their history, deletion and its undoing, merges, purges."""

from __future__ import annotations

import pytest
from salesforce_org import OrgClient, select, serve_org


@pytest.fixture
def org():
    with serve_org() as served:
        yield served


def change(org: OrgClient, object_type: str, key: str, values: dict[str, object]) -> None:
    org.simulator.options.clock.advance(60)
    answer = org.send("PATCH", f"/sobjects/{object_type}/{org.id_of(object_type, key)}", values)
    assert answer.status_code == 204, answer.text


def delete(org: OrgClient, object_type: str, key: str) -> None:
    org.simulator.options.clock.advance(60)
    answer = org.send("DELETE", f"/sobjects/{object_type}/{org.id_of(object_type, key)}")
    assert answer.status_code == 204, answer.text


def read(org: OrgClient, fields: str, object_type: str, key: str) -> dict[str, object]:
    soql = select(fields, object_type, f"WHERE Id = '{org.id_of(object_type, key)}'")
    (row,) = org.query(soql, resource="queryAll")
    return row


def history(org: OrgClient, key: str) -> list[dict[str, object]]:
    fields = "StageName, Amount, Probability, PrevAmount, CreatedDate"
    soql = select(fields, "OpportunityHistory", f"WHERE OpportunityId = '{org.id_of('Opportunity', key)}'")
    return org.query(soql + " ORDER BY CreatedDate")


def test_a_stage_change_sets_what_follows_and_adds_to_the_history(org):
    change(org, "Opportunity", "d1", {"StageName": "Closed Won"})
    row = read(org, "IsClosed, IsWon, Probability, ForecastCategoryName, ExpectedRevenue", "Opportunity", "d1")
    assert (row["IsClosed"], row["IsWon"], row["Probability"]) == (True, True, 100.0)
    assert (row["ForecastCategoryName"], row["ExpectedRevenue"]) == ("Closed", 1000.25)
    assert [entry["StageName"] for entry in history(org, "d1")] == ["Qualification", "Proposal", "Closed Won"]


def test_a_probability_sent_along_with_the_stage_is_kept(org):
    change(org, "Opportunity", "d1", {"StageName": "Qualification", "Probability": 35})
    assert read(org, "Probability", "Opportunity", "d1")["Probability"] == 35.0


def test_a_new_amount_adds_to_the_history_and_a_new_name_does_not(org):
    change(org, "Opportunity", "d1", {"Amount": 2000})
    change(org, "Opportunity", "d1", {"Name": "Bigger"})
    entries = history(org, "d1")
    assert [(entry["Amount"], entry["PrevAmount"]) for entry in entries] == [
        (900.0, None),
        (1000.25, 900.0),
        (2000.0, 1000.25),
    ]


def test_the_amount_of_an_opportunity_with_products_stays(org):
    change(org, "Opportunity", "d2", {"Amount": 5, "NextStep": "Call"})
    row = read(org, "Amount, NextStep", "Opportunity", "d2")
    assert (row["Amount"], row["NextStep"]) == (300.0, "Call")


def test_products_add_up_to_the_amount(org):
    entry = next(iter(org.query("SELECT Id FROM PricebookEntry WHERE CurrencyIsoCode = 'EUR'")))["Id"]
    line = {
        "OpportunityId": org.id_of("Opportunity", "d2"),
        "PricebookEntryId": entry,
        "Quantity": 2,
        "UnitPrice": 50.5,
    }
    made = org.send("POST", "/sobjects/OpportunityLineItem", line | {"Discount": 10})
    assert made.status_code == 201, made.text
    assert read(org, "Amount", "Opportunity", "d2")["Amount"] == 390.9
    org.send("DELETE", f"/sobjects/OpportunityLineItem/{made.json()['id']}")
    assert read(org, "Amount", "Opportunity", "d2")["Amount"] == 300.0


def test_one_contact_role_of_an_opportunity_is_primary(org):
    rows = org.query("SELECT Id, IsPrimary FROM OpportunityContactRole ORDER BY Id")
    assert [row["IsPrimary"] for row in rows] == [True, False]
    org.send("PATCH", f"/sobjects/OpportunityContactRole/{rows[1]['Id']}", {"IsPrimary": True})
    rows = org.query("SELECT IsPrimary FROM OpportunityContactRole ORDER BY Id")
    assert [row["IsPrimary"] for row in rows] == [False, True]


def test_the_direct_relation_follows_the_contact(org):
    contact = org.id_of("Contact", "c1")
    change(org, "Contact", "c1", {"AccountId": org.id_of("Account", "a2")})
    soql = select("AccountId, IsDirect", "AccountContactRelation", f"WHERE ContactId = '{contact}'")
    (row,) = org.query(soql)
    assert (row["AccountId"], row["IsDirect"]) == (org.id_of("Account", "a2"), True)


def test_a_deleted_record_is_seen_by_query_all_only_and_takes_its_children_along(org):
    delete(org, "Account", "a1")
    assert [row["Name"] for row in org.query("SELECT Name FROM Account")] == ["acme Sub", "Zoë & Söhne 🎈"]
    assert read(org, "IsDeleted", "Account", "a1")["IsDeleted"] is True
    for object_type, key in (("Contact", "c1"), ("Opportunity", "d1")):
        assert read(org, "IsDeleted", object_type, key)["IsDeleted"] is True
    assert org.query("SELECT Id FROM OpportunityContactRole") == []
    answer = org.send("PATCH", f"/sobjects/Account/{org.id_of('Account', 'a1')}", {"Name": "x"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


def test_deleting_and_undeleting_move_the_stamp(org):
    stamps = [read(org, "SystemModstamp", "Contact", "c1")["SystemModstamp"]]
    delete(org, "Account", "a1")
    stamps.append(read(org, "SystemModstamp", "Contact", "c1")["SystemModstamp"])
    org.simulator.options.clock.advance(60)
    org.simulator.undelete("Account", org.id_of("Account", "a1"))
    row = read(org, "SystemModstamp, IsDeleted", "Contact", "c1")
    assert row["IsDeleted"] is False
    assert stamps[0] < stamps[1] < row["SystemModstamp"]


def test_only_a_deleted_record_can_be_undeleted(org):
    with pytest.raises(LookupError):
        org.simulator.undelete("Account", org.id_of("Account", "a1"))


def test_a_purged_record_is_never_seen_again(org):
    gone = org.id_of("Contact", "c4")
    delete(org, "Contact", "c4")
    org.simulator.purge()
    assert org.query(select("Id", "Contact", f"WHERE Id = '{gone}'"), resource="queryAll") == []
    assert org.get(f"/sobjects/Contact/{gone}").json()[0]["errorCode"] == "NOT_FOUND"
    with pytest.raises(LookupError):
        org.simulator.undelete("Contact", gone)


def test_the_loser_of_a_merge_names_the_winner_which_gets_its_children(org):
    winner, loser = org.id_of("Account", "a2"), org.id_of("Account", "a1")
    before = read(org, "SystemModstamp", "Opportunity", "d1")["SystemModstamp"]
    org.simulator.options.clock.advance(60)
    assert org.simulator.merge("account", winner, loser[:15]) == winner
    row = read(org, "IsDeleted, MasterRecordId", "Account", "a1")
    assert (row["IsDeleted"], row["MasterRecordId"]) == (True, winner)
    deal = read(org, "AccountId, SystemModstamp", "Opportunity", "d1")
    assert deal["AccountId"] == winner
    assert deal["SystemModstamp"] > before
    assert {row["AccountId"] for row in org.query("SELECT AccountId FROM Contact WHERE AccountId != null")} == {winner}
    assert read(org, "ParentId", "Account", "a2")["ParentId"] is None


def test_a_merge_of_contacts_keeps_one_relation_per_account(org):
    winner, loser = org.id_of("Contact", "c1"), org.id_of("Contact", "c2")
    org.simulator.merge("Contact", winner, loser)
    roles = org.query("SELECT ContactId FROM OpportunityContactRole")
    assert {row["ContactId"] for row in roles} == {winner}
    soql = select("AccountId, IsDirect", "AccountContactRelation", f"WHERE ContactId IN ('{winner}', '{loser}')")
    assert [(row["AccountId"], row["IsDirect"]) for row in org.query(soql)] == [(org.id_of("Account", "a1"), True)]


def test_a_merge_makes_the_losers_other_account_an_indirect_one(org):
    winner, loser = org.id_of("Contact", "c1"), org.id_of("Contact", "c3")
    org.simulator.merge("Contact", winner, loser)
    soql = select("AccountId, IsDirect", "AccountContactRelation", f"WHERE ContactId = '{winner}' ORDER BY Id")
    assert [(row["AccountId"], row["IsDirect"]) for row in org.query(soql)] == [
        (org.id_of("Account", "a1"), True),
        (org.id_of("Account", "a2"), False),
    ]


@pytest.mark.parametrize(
    ("object_type", "winner", "loser"),
    [("Account", "a1", "nobody"), ("Opportunity", "d1", "d2"), ("Account", "a1", "a1"), ("Nothing", "x", "y")],
)
def test_what_cannot_be_merged_is_a_lookup_error(org, object_type, winner, loser):
    keys = org.simulator.org.tables.get(object_type)
    known = {key: identity for identity, key in keys.keys.items()} if keys else {}
    with pytest.raises(LookupError):
        org.simulator.merge(object_type, known.get(winner, winner), known.get(loser, loser))


def test_a_direct_relation_cannot_be_deleted_by_hand(org):
    relation = org.query("SELECT Id FROM AccountContactRelation")[0]["Id"]
    answer = org.send("DELETE", f"/sobjects/AccountContactRelation/{relation}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "DELETE_FAILED")
