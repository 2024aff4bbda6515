"""A person who asked to be forgotten is forgotten everywhere, and no sync brings them back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from company import Company, opened
from sqlalchemy import select
from sqlmodel import SQLModel

from adapters.base import Kind
from connector.config.settings import Privacy
from connector.pipeline.reconcile import reconcile
from connector.plans.erasure import Erasure, describe_person, erase_person
from connector.plans.pen import Pen
from connector.store.shredding import shred
from connector.wiring.jobs import open_database, open_ledger
from mappings.strategy import Entity

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAME, ADDRESS = "Anna Auersperg", "anna@acme.example"
TRACES = ("Auersperg", "AUERSPERG", ADDRESS, "golf with the owner", "Purchasing director")


@pytest.fixture
def known(company: Company) -> Company:
    """A company whose CRM and plan know Anna (contact 7) and Ben (contact 8)."""
    company.create_fields()
    company.put(Kind.ACCOUNT, "a", name="Acme")
    person = {"account": "a", "first_name": "Anna", "last_name": "Auersperg", "email": ADDRESS, "role": "economic"}
    company.put(Kind.CONTACT, "7", **person, title="Purchasing director", stance="opponent")
    company.put(Kind.CONTACT, "8", account="a", first_name="Ben", last_name="Baum")
    company.sync()
    pen = Pen(company.name, "clara", NOW)
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        pen.write(ledger, "a", Entity.STAKEHOLDER, "7", {"personal_stakes": "golf with the owner"})
        pen.write(ledger, "a", Entity.STAKEHOLDER, "7", {"personal_stakes": None})
        pen.write(ledger, "a", Entity.STAKEHOLDER, "8", {"reports_to": "7", "stance": "champion"})
        pen.write(ledger, "a", Entity.INFLUENCE_LINE, "l", {"source": "7", "target": "8", "strength": 4})
        pen.write(ledger, "a", Entity.ACTION, "x", {"title": f"Call {NAME.upper()}", "stakeholder": "7"})
    return company


def judge(company: Company, person: str, **values: str) -> None:
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        Pen(company.name, "clara", NOW).write(ledger, "a", Entity.STAKEHOLDER, person, values)


def erase(company: Company, person: str) -> Erasure:
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        return erase_person(ledger, company.name, person, NOW)


def whole_database(company: Company) -> str:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        tables = SQLModel.metadata.tables.values()
        rows = [dict(row) for table in tables for row in ledger.execute(select(table)).mappings()]
    return json.dumps(rows, default=str, ensure_ascii=False)


def whole_table(company: Company, name: str) -> list[dict[str, Any]]:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return [dict(row) for row in ledger.execute(select(SQLModel.metadata.tables[name])).mappings()]


def held(company: Company, person: str) -> dict[str, Any]:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return dict(describe_person(ledger, company.name, person))


def test_the_database_holds_the_person_before(known: Company):
    text = whole_database(known)
    assert [trace for trace in TRACES if trace not in text] == []


def test_an_erased_person_is_nowhere_in_the_database(known: Company):
    assert erase(known, "7").found
    text = whole_database(known)
    assert [trace for trace in TRACES if trace in text] == []


def test_no_sync_brings_an_erased_person_back(known: Company):
    erase(known, "7")
    known.put(Kind.CONTACT, "7", account="a", first_name="Anna", last_name="Auersperg", email=ADDRESS, role="user")
    known.sync(full=True)
    text = whole_database(known)
    assert [trace for trace in TRACES if trace in text] == []
    assert {row["role"] for row in held(known, "7")["crm_contact"]} == {None}


def test_whoever_takes_an_erased_persons_place_in_a_merge_is_erased_too(known: Company):
    erase(known, "7")
    known.put(Kind.CONTACT, "9", account="a", first_name="Anna", last_name="Auersperg", email=ADDRESS)
    known.organisation.merge(Kind.CONTACT, winner="9", loser="7")
    known.sync()
    known.sync(full=True)
    text = whole_database(known)
    assert [trace for trace in TRACES if trace in text] == []


def test_what_was_said_of_the_winner_of_such_a_merge_goes_too(known: Company):
    known.put(Kind.CONTACT, "9", account="a", first_name="Anna", last_name="Auersperg", email=ADDRESS)
    known.sync()
    judge(known, "9", professional_stakes="golf with the owner")
    erase(known, "7")
    known.organisation.merge(Kind.CONTACT, winner="9", loser="7")
    known.sync()
    text = whole_database(known)
    assert [trace for trace in TRACES if trace in text] == []


def test_whoever_is_merged_into_an_erased_person_is_erased_too(known: Company):
    known.put(Kind.CONTACT, "9", account="a", first_name="A.", last_name="A.")
    known.sync()
    erase(known, "9")
    known.organisation.merge(Kind.CONTACT, winner="9", loser="7")
    known.sync()
    text = whole_database(known)
    assert [trace for trace in TRACES if trace in text] == []


def test_a_comparison_with_the_crm_finds_nothing_wrong_with_an_erased_person(known: Company):
    known.organisation.children[Kind.DEAL_CONTACT] = Kind.DEAL
    known.put(Kind.DEAL_CONTACT, "d:7", deal="d", contact="7", role="user")
    known.sync()
    erase(known, "7")
    with opened(known, command="reconcile", push=False) as job:
        _, compared = reconcile(job, repair=True)
    assert [(one.kind, one.stale.ids) for one in compared if one.stale.count] == []
    assert [row["role"] for row in held(known, "7")["crm_deal_contact"]] == [None]


def test_earlier_states_of_rows_do_not_stay_readable_in_the_files(known: Company):
    if not known.database.startswith("sqlite"):
        return
    file = Path(known.database.removeprefix("sqlite:///"))
    with open_database(known.settings(), dry=False) as another:
        judge(known, "7", personal_stakes="she wants to leave")
        erase(known, "7")
        shred(another.connection.engine)
        kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert [trace for trace in (*TRACES, "she wants to leave") if trace.encode() in kept] == []


def test_the_others_keep_what_was_said_of_them(known: Company):
    erase(known, "7")
    (value,) = [row for row in held(known, "8")["plan_value"] if row["field"] == "stance"]
    assert value["value"] == '"champion"'
    assert [row["value"] for row in held(known, "8")["plan_value"] if row["field"] == "reports_to"] == [None]


def test_all_that_is_held_of_a_person_can_be_shown(known: Company):
    tables = held(known, "7")
    assert {"crm_contact", "plan_value", "plan_change"} <= tables.keys()
    assert "golf with the owner" in json.dumps(tables, default=str)


def test_an_erased_persons_answers_are_nobodys(known: Company):
    answer = {"contact": "7", "account": "a", "score": 3, "answered_at": NOW}
    known.put(Kind.NPS_ANSWER, "n", **answer)
    known.sync()
    assert "crm_nps_answer" in held(known, "7")
    erase(known, "7")
    known.put(Kind.NPS_ANSWER, "n", **answer)
    known.sync(full=True)
    assert "crm_nps_answer" not in held(known, "7")


@pytest.fixture
def leaving(known: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The company keeps people for 30 days after they left."""
    settings = known.settings().model_copy(update={"privacy": Privacy(keep_departed_days=30)})
    monkeypatch.setattr(known, "settings", lambda: settings)
    return known


def test_people_deleted_in_the_crm_are_forgotten_when_those_who_left_are(leaving: Company):
    leaving.organisation.delete(Kind.CONTACT, "7")
    leaving.sync()
    leaving.sync(later=timedelta(days=29))
    assert held(leaving, "7")["crm_contact"][0]["last_name"] == "Auersperg"
    leaving.sync(later=timedelta(days=31))
    text = whole_database(leaving)
    assert [trace for trace in TRACES if trace in text] == []


def test_whoever_left_and_is_at_no_account_is_forgotten_too_and_once(leaving: Company):
    leaving.put(Kind.CONTACT, "9", last_name="Auerhahn", departed=True)
    leaving.put(Kind.CONTACT, "7", departed=True)
    leaving.sync()
    leaving.sync(later=timedelta(days=31))
    assert [name for name in ("Auerhahn", *TRACES) if name in whole_database(leaving)] == []
    before = whole_table(leaving, "plan_change")
    leaving.sync(later=timedelta(days=32))
    assert whole_table(leaving, "plan_change") == before


def test_of_an_unknown_person_nothing_is_held(known: Company):
    assert held(known, "nobody") == {}
    assert not erase(known, "nobody").found
