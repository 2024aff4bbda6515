"""What changes without a modification time is read whole again in time, unit by unit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from company import Company
from sqlalchemy import select

from adapters.base import Kind
from adapters.errors import TransientError
from connector.pipeline.report import RunStatus
from connector.store.mirror_tables import TABLES
from connector.wiring.jobs import open_ledger

DUE = timedelta(hours=25)


@pytest.fixture
def company(company: Company) -> Company:
    """One whose deals change their company and their people without a word, as HubSpot's do."""
    company.organisation.children = {Kind.DEAL_CONTACT: Kind.DEAL}
    company.organisation.unstamped = frozenset({Kind.CONTACT, Kind.DEAL})
    company.sync()
    return company


def change_silently(company: Company, kind: Kind, id_: str, **fields: object) -> None:
    """Without moving the record's modification time."""
    company.organisation.put(kind, id_, fields, modified_at=company.organisation.rows[kind][id_].modified_at)


def rows(company: Company, kind: Kind) -> dict:
    table = TABLES[kind]
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return {row.id: row for row in ledger.execute(select(table).where(table.c.deleted_at.is_(None)))}


def lie_back(company: Company) -> None:
    """Far enough behind the cursor that no overlap reads it again."""
    company.organisation.advance(timedelta(hours=2))
    company.put(Kind.DEAL, "later", account="b", name="Later", stage="open")
    company.put(Kind.CONTACT, "later", account="b")
    company.sync()


def test_deal_moved_to_another_company_without_its_modified_date_is_corrected_in_time(company: Company):
    lie_back(company)
    change_silently(company, Kind.DEAL, "d", account="b")
    company.sync()
    assert rows(company, Kind.DEAL)["d"].account == "a", "nothing told of it"
    report = company.sync(later=DUE)
    assert rows(company, Kind.DEAL)["d"].account == "b"
    assert report.written > 0, "before compute, in the same run"


def test_people_put_on_a_deal_or_taken_off_without_its_modified_date_are_corrected_in_time(company: Company):
    lie_back(company)
    company.organisation.put(Kind.DEAL_CONTACT, "d:q", {"deal": "d", "contact": "q"})
    company.organisation.vanish(Kind.DEAL_CONTACT, "d:p")
    company.sync()
    assert set(rows(company, Kind.DEAL_CONTACT)) == {"d:p"}
    company.sync(later=DUE)
    assert set(rows(company, Kind.DEAL_CONTACT)) == {"d:q"}


def test_record_brought_back_without_its_modified_date_returns_in_time(company: Company):
    lie_back(company)
    stamp = company.organisation.rows[Kind.CONTACT]["p"].modified_at
    company.organisation.delete(Kind.CONTACT, "p")
    company.sync()
    assert "p" not in rows(company, Kind.CONTACT)
    company.organisation.put(Kind.CONTACT, "p", modified_at=stamp)
    company.sync(later=DUE)
    assert "p" in rows(company, Kind.CONTACT)


def test_formula_that_changed_because_of_another_record_reaches_us_in_time(company: Company):
    lie_back(company)
    change_silently(company, Kind.CONTACT, "p", influence=2)
    company.sync(later=DUE)
    assert rows(company, Kind.CONTACT)["p"].influence == 2


def test_nothing_is_swept_before_it_is_due(company: Company):
    company.organisation.advance(timedelta(hours=2))
    company.sync()
    calm = company.sync(later=timedelta(hours=23))
    due = company.sync(later=DUE)
    calmed = company.sync(later=DUE + timedelta(hours=1))
    assert calm.read_all is calmed.read_all is False
    assert due.read_all is True
    assert calm.pulled["contact"] == calmed.pulled["contact"] < due.pulled["contact"]


def test_period_is_the_admin_s_choice(company: Company):
    company.options = {"sweep_hours": 2}
    assert company.sync(later=timedelta(hours=1)).read_all is False
    assert company.sync(later=timedelta(hours=3)).read_all is True


def test_first_pull_is_a_sweep_too_even_when_it_took_two_runs(company: Company):
    company.organisation.unstamped = frozenset(Kind)
    company.organisation.fail(TransientError("the CRM is out"), after=4)
    fresh = Company(company.name, company.database.replace("playmaker.db", "fresh.db"), company.organisation)
    if company.database.startswith("sqlite"):
        assert fresh.sync(push=False).status is RunStatus.INCOMPLETE
        resumed = fresh.sync(push=False)
        assert (resumed.status, resumed.pulled["deal"]) == (RunStatus.DONE, 2)
        assert fresh.sync(push=False).read_all is False


def test_sweep_that_broke_off_goes_on_where_it_was(company: Company):
    company.organisation.advance(timedelta(hours=1))
    for number in range(1200):
        company.organisation.advance(timedelta(seconds=1))
        company.organisation.put(Kind.CONTACT, f"many-{number:05}", {"account": "b"})
    company.organisation.advance(timedelta(hours=1))
    company.put(Kind.CONTACT, "later", account="b")
    company.sync(push=False)
    change_silently(company, Kind.CONTACT, "many-00000", account="a")
    change_silently(company, Kind.CONTACT, "many-01199", account="a")
    calls = company.sync(push=False).api_calls
    company.organisation.fail(TransientError("the CRM is out"), after=calls - 5)
    first = company.sync(push=False, later=DUE)
    assert first.status is RunStatus.INCOMPLETE
    second = company.sync(push=False, later=DUE + timedelta(minutes=15))
    assert second.status is RunStatus.DONE
    assert first.pulled["contact"] < 1203
    moved = {id_ for id_, row in rows(company, Kind.CONTACT).items() if row.account == "a"}
    assert {"many-00000", "many-01199"} <= moved
    assert company.sync(push=False, later=DUE + timedelta(minutes=30)).read_all is False


def test_clock_that_was_set_back_sweeps_once_more_and_then_rests(company: Company):
    company.sync(later=timedelta(days=400))
    assert company.sync().read_all is True
    assert company.sync().read_all is False


def test_dry_run_of_a_sweep_counts_what_the_real_run_then_does(company: Company):
    lie_back(company)
    change_silently(company, Kind.DEAL, "d", account="b")
    dry = company.sync(dry=True, later=DUE)
    real = company.sync(later=DUE)
    assert (dry.pulled, dry.written, dry.unchanged) == (real.pulled, real.written, real.unchanged)
    assert real.written > 0
