"""A run that would change too much stops before its first write; gathering leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from company import Company
from sqlalchemy import func, select

from adapters.base import Kind
from connector.pipeline.report import RunStatus
from connector.store.guarantee_tables import PENDING
from connector.wiring.jobs import open_ledger


@pytest.fixture
def larger(company: Company) -> Company:
    """Ten more accounts with a champion each, all synced."""
    for number in range(10):
        company.put(Kind.ACCOUNT, f"x{number}", name=f"X {number}")
        company.put(Kind.CONTACT, f"y{number}", account=f"x{number}", role="economic", influence=5, stance="champion")
    assert company.sync().status is RunStatus.DONE
    return company


def empty_the_crm(company: Company) -> None:
    """Somebody deletes every contact."""
    company.organisation.advance(timedelta(minutes=1))
    for id_ in list(company.organisation.rows[Kind.CONTACT]):
        company.organisation.delete(Kind.CONTACT, id_)


def all_fields(company: Company) -> dict[str, dict[str, object]]:
    return {id_: dict(row.fields) for id_, row in company.organisation.rows[Kind.ACCOUNT].items()}


def count_pending(company: Company) -> int:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return ledger.scalar(select(func.count()).select_from(PENDING)) or 0


def test_run_that_would_change_too_much_stops_before_it_writes(larger: Company):
    before = all_fields(larger)
    empty_the_crm(larger)
    report = larger.sync()
    assert (report.status, report.error["kind"], report.written) == (RunStatus.FAILED, "setup", 0)
    assert all_fields(larger) == before
    message = report.error["message"]
    assert "playmaker_champions (11)" in message
    assert "max_change is 30%" in message
    assert "--force" in message
    assert "\n" not in message


def test_stopped_run_stops_again_until_it_is_forced(larger: Company):
    empty_the_crm(larger)
    assert larger.sync().status is RunStatus.FAILED
    assert larger.sync().status is RunStatus.FAILED
    forced = larger.sync(force=True)
    assert (forced.status, forced.written) == (RunStatus.DONE, 12)
    assert larger.account_field("x1", "champions") == 0
    assert larger.sync().written == 0


def test_stopped_run_goes_on_by_itself_when_the_cause_is_mended(larger: Company):
    contacts = list(larger.organisation.rows[Kind.CONTACT])
    empty_the_crm(larger)
    assert larger.sync().status is RunStatus.FAILED
    for id_ in contacts:
        larger.put(Kind.CONTACT, id_)
    report = larger.sync()
    assert (report.status, report.written) == (RunStatus.DONE, 0)


def test_dry_run_says_that_the_run_would_stop_and_shows_what_it_would_have_written(larger: Company):
    empty_the_crm(larger)
    dry = larger.sync(dry=True)
    assert (dry.status, dry.written) == (RunStatus.FAILED, 0)
    assert "max_change" in dry.error["message"]
    assert {change.field for change in dry.changes} >= {"playmaker_champions"}
    assert larger.sync(dry=True, force=True).written == 12


def test_admin_sets_how_much_may_change(larger: Company):
    empty_the_crm(larger)
    larger.options = {"max_change": 1}
    assert larger.sync().status is RunStatus.DONE


def test_small_change_is_no_reason_to_stop(larger: Company):
    larger.put(Kind.CONTACT, "y1", stance="opponent")
    assert (larger.sync().status, larger.account_field("x1", "champions")) == (RunStatus.DONE, 0)


def test_first_run_and_new_accounts_only_fill_empty_fields_and_are_never_stopped(larger: Company):
    for number in range(30):
        larger.put(Kind.ACCOUNT, f"z{number}", name=f"Z {number}")
    assert larger.sync().written == 30


def test_few_known_values_are_not_weighed(company: Company):
    company.sync()
    empty_the_crm(company)
    assert company.sync().status is RunStatus.DONE


def test_nothing_stays_pending_after_a_run(larger: Company):
    assert count_pending(larger) == 0
    empty_the_crm(larger)
    larger.sync(force=True)
    assert count_pending(larger) == 0


def test_unchanged_kpis_cause_no_write_calls(larger: Company):
    with_writes = larger.sync().calls_by_kind
    assert "write" not in with_writes
