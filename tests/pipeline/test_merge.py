"""After a merge one record is left, and all that belonged to the others belongs to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from company import Company
from sqlalchemy import select

from adapters.base import Kind
from adapters.errors import TransientError
from connector.store.mirror_tables import TABLES
from connector.wiring.jobs import open_ledger

HOURS = timedelta(hours=2)


def rows(company: Company, kind: Kind, *, deleted: bool = False) -> dict:
    table = TABLES[kind]
    query = select(table).where(table.c.deleted_at.is_not(None) if deleted else table.c.deleted_at.is_(None))
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return {row.id: row for row in ledger.execute(query)}


@pytest.fixture(params=["read by themselves", "read with their parents"])
def company(company: Company, request: pytest.FixtureRequest) -> Company:
    """One with a second deal and more people, both ways of reading what hangs on deals and contacts."""
    if request.param == "read with their parents":
        company.organisation.children = {Kind.DEAL_CONTACT: Kind.DEAL, Kind.ACCOUNT_CONTACT: Kind.CONTACT}
    company.put(Kind.CONTACT, "r", account="b", role="economic", influence=5, stance="champion")
    company.put(Kind.ACCOUNT_CONTACT, "b:r", account="b", contact="r")
    company.put(Kind.DEAL, "f", account="b", stage="open", amount="700", currency="EUR")
    company.put(Kind.DEAL_CONTACT, "f:r", deal="f", contact="r")
    company.put(Kind.LINE_ITEM, "l", deal="f", amount="700")
    company.put(Kind.DEAL_HISTORY, "h", deal="f", stage="open")
    company.sync()
    company.organisation.advance(HOURS)
    return company


@pytest.mark.parametrize("restamp", [True, False], ids=["children restamped", "children silent"])
def test_deals_and_people_of_the_losing_account_belong_to_the_winner(company: Company, *, restamp: bool):
    company.organisation.merge(Kind.ACCOUNT, "a", "b", restamp=restamp)
    company.sync()
    assert set(rows(company, Kind.ACCOUNT)) == {"a"}
    assert rows(company, Kind.ACCOUNT, deleted=True)["b"].merged_into == "a"
    assert {row.account for row in rows(company, Kind.DEAL).values()} == {"a"}
    assert {row.account for row in rows(company, Kind.CONTACT).values()} == {"a"}
    assert {row.account for row in rows(company, Kind.ACCOUNT_CONTACT).values()} == {"a"}
    assert company.account_field("a", "champions") == 2


@pytest.mark.parametrize("restamp", [True, False], ids=["children restamped", "children silent"])
def test_links_of_the_losing_contact_belong_to_the_winner_and_one_contact_is_active(company: Company, *, restamp: bool):
    company.organisation.merge(Kind.CONTACT, "p", "r", restamp=restamp)
    company.sync()
    assert set(rows(company, Kind.CONTACT)) == {"p", "q"}
    assert rows(company, Kind.CONTACT, deleted=True)["r"].merged_into == "p"
    assert {row.contact for row in rows(company, Kind.DEAL_CONTACT).values()} == {"p"}
    assert {row.contact for row in rows(company, Kind.ACCOUNT_CONTACT).values()} == {"p"}


@pytest.mark.parametrize("restamp", [True, False], ids=["children restamped", "children silent"])
def test_people_items_and_history_of_the_losing_deal_belong_to_the_winner(company: Company, *, restamp: bool):
    company.organisation.merge(Kind.DEAL, "d", "f", restamp=restamp)
    company.sync()
    assert set(rows(company, Kind.DEAL)) == {"d", "e"}
    assert {row.deal for row in rows(company, Kind.DEAL_CONTACT).values()} == {"d"}
    assert {row.deal for row in rows(company, Kind.LINE_ITEM).values()} == {"d"}
    assert {row.deal for row in rows(company, Kind.DEAL_HISTORY).values()} == {"d"}
    assert company.organisation.get(Kind.DEAL, "d")["playmaker_deal_threads"] == 2


@pytest.mark.parametrize("after", range(1, 20, 3))
def test_outage_in_the_middle_of_a_merge_leaves_nothing_half_done(company: Company, after: int):
    company.organisation.merge(Kind.ACCOUNT, "a", "b", restamp=False)
    company.organisation.fail(TransientError("the CRM is out"), after=after)
    company.sync()
    owners = {row.account for row in rows(company, Kind.DEAL).values()}
    assert owners in ({"a"}, {"a", "b"})
    assert (owners == {"a", "b"}) == ("b" in rows(company, Kind.ACCOUNT))
    company.organisation.outages.clear()
    company.sync()
    assert {row.account for row in rows(company, Kind.DEAL).values()} == {"a"}
    assert company.sync().written == 0


def test_merge_of_a_merge_ends_at_the_last_winner(company: Company):
    company.put(Kind.ACCOUNT, "c", name="Cumulus")
    company.organisation.merge(Kind.ACCOUNT, "a", "b", restamp=False)
    company.sync()
    company.organisation.advance(HOURS)
    company.organisation.merge(Kind.ACCOUNT, "c", "a", restamp=False)
    company.sync()
    assert {row.account for row in rows(company, Kind.DEAL).values()} == {"c"}
    assert {id_: row.merged_into for id_, row in rows(company, Kind.ACCOUNT, deleted=True).items()} == {
        "a": "c",
        "b": "a",
    }


def test_nothing_is_written_to_a_record_that_was_merged_away(company: Company):
    before = dict(company.organisation.rows[Kind.ACCOUNT]["b"].fields)
    company.organisation.merge(Kind.ACCOUNT, "a", "b")
    report = company.sync()
    assert company.organisation.rows[Kind.ACCOUNT]["b"].fields == before
    assert report.written > 0
    assert company.sync().written == 0
