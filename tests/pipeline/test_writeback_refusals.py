"""Records that the CRM refuses: tried later and later with their current value, then parked; none is tried for ever."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from company import Company, kept_errors
from structlog.testing import capture_logs

from adapters.base import Kind
from connector.pipeline.refusals import find_delay
from connector.store.refusals import make_due
from connector.wiring.jobs import open_database


def refuse(company: Company, id_: str = "a") -> None:
    company.organisation.refuse(Kind.ACCOUNT, id_, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "not on Fridays")


def refusals(company: Company):
    return [error for error in kept_errors(company) if error.origin == "push"]


def test_delay_doubles_from_a_quarter_of_an_hour_to_a_day():
    minutes = [find_delay(attempts) / timedelta(minutes=1) for attempts in (1, 2, 3, 4, 7, 8, 9, 500)]
    assert minutes == [15, 30, 60, 120, 960, 1440, 1440, 1440]


def test_refused_row_waits_for_its_time_and_is_counted_as_waiting(company: Company):
    refuse(company)
    first = company.sync()
    assert (first.refused, first.waiting) == (1, 0)
    early = company.sync(later=timedelta(minutes=10))
    assert (early.refused, early.waiting, early.written, early.unchanged) == (0, 1, 0, 3)
    due = company.sync(later=timedelta(minutes=16))
    assert (due.refused, due.waiting) == (1, 0)
    assert company.sync(later=timedelta(minutes=40)).waiting == 1, "half an hour after the second refusal"
    assert company.sync(later=timedelta(minutes=47)).refused == 1


def test_row_that_failed_is_retried_with_its_current_value_until_it_succeeds(company: Company):
    refuse(company)
    company.sync()
    company.organisation.accept(Kind.ACCOUNT, "a")
    assert company.sync().written == 0, "nothing has changed, so it waits"
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    report = company.sync()
    assert (report.written, report.waiting) == (1, 0), "a changed value is due at once"
    assert company.account_field("a", "champions") == 2
    assert refusals(company) == []


def test_refused_row_is_never_counted_as_sent(company: Company):
    refuse(company)
    company.sync()
    company.organisation.accept(Kind.ACCOUNT, "a")
    report = company.sync(later=timedelta(hours=1))
    assert report.written == 1
    assert company.account_field("a", "champions") == 1


def test_row_refused_too_often_is_parked_with_one_line_at_error_level(company: Company):
    company.options = {"retry": {"attempts": 2}}
    refuse(company)
    company.sync()
    with capture_logs() as lines:
        company.sync(later=timedelta(hours=1))
        company.sync(later=timedelta(days=9))
    (parked,) = [line for line in lines if line["log_level"] == "error"]
    assert (parked["event"], parked["record"], parked["attempts"]) == ("record parked", "a", 2)
    assert refusals(company)[0].parked_at is not None
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    report = company.sync(later=timedelta(days=9))
    assert (report.refused, report.waiting) == (0, 1), "a parked row waits for a person, whatever its value"


@pytest.mark.parametrize("record", [None, "a", "another"])
def test_parked_row_is_due_again_once_a_person_asks_for_it(company: Company, record: str | None):
    company.options = {"retry": {"attempts": 1}}
    refuse(company)
    company.sync()
    company.organisation.accept(Kind.ACCOUNT, "a")
    assert company.sync().waiting == 1
    with open_database(company.settings(), dry=False) as store, store.transaction() as connection:
        count = make_due(connection, company.name, record)
    assert count == (0 if record == "another" else 1)
    assert company.sync().written == count


def test_dry_run_leaves_waiting_rows_out_as_the_real_run_does(company: Company):
    refuse(company)
    company.sync()
    dry, real = company.sync(dry=True), company.sync()
    assert (dry.written, dry.waiting, dry.unchanged) == (real.written, real.waiting, real.unchanged) == (0, 1, 3)


def test_refusal_is_forgotten_when_there_is_nothing_left_to_write(company: Company):
    company.sync()
    refuse(company)
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    assert company.sync().refused == 1
    company.put(Kind.CONTACT, "q", stance="neutral", influence=4)
    company.sync()
    company.put(Kind.CONTACT, "q", stance=None, influence=None)
    assert company.sync().waiting == 0
    assert refusals(company) == []


def test_one_bad_row_in_a_batch_is_reported_with_its_message_and_the_others_are_written(company: Company):
    for number in range(150):
        company.put(Kind.ACCOUNT, f"x{number}", name=f"X {number}")
    refuse(company, "x7")
    report = company.sync()
    assert (report.refused, report.written) == (1, 153)
    assert [(error.id, error.message) for error in refusals(company)] == [("x7", "not on Fridays")]


def test_record_that_vanished_without_a_trace_is_skipped_and_tried_no_more_for_ever(company: Company):
    company.options = {"retry": {"attempts": 2}}
    company.sync(push=False)
    company.organisation.vanish(Kind.ACCOUNT, "b")
    report = company.sync()
    assert (report.written, report.refused) == (3, 0)
    assert any("b was deleted or merged" in warning for warning in report.warnings)
    assert [(error.id, error.code) for error in refusals(company)] == [("b", "GONE")]
    company.sync(later=timedelta(hours=1))
    assert company.sync(later=timedelta(days=9)).waiting == 1, "parked"


def test_record_deleted_meanwhile_is_forgotten_with_the_next_pull(company: Company):
    company.sync(push=False)
    refuse(company, "b")
    assert company.sync().refused == 1
    company.organisation.advance(timedelta(minutes=1))
    company.organisation.delete(Kind.ACCOUNT, "b")
    report = company.sync()
    assert (report.waiting, report.refused) == (0, 0)
    assert refusals(company) == []


def test_figures_of_a_merged_record_are_written_to_the_winner(company: Company):
    company.sync()
    company.organisation.advance(timedelta(minutes=1))
    company.organisation.merge(Kind.ACCOUNT, "b", "a")
    company.sync()
    assert company.account_field("b", "champions") == 1
    assert company.sync().written == 0


@pytest.mark.parametrize("amount", ["1e40", "99999999999999999999999999"])
def test_number_that_the_crm_cannot_hold_never_leaves_and_blocks_no_other(company: Company, amount: str):
    company.put(Kind.DEAL, "d", amount=amount)
    report = company.sync()
    assert report.error is None
    assert company.account_field("a", "champions") == 1
    figures = [value for value in company.organisation.get(Kind.ACCOUNT, "a").values() if isinstance(value, Decimal)]
    assert all(value.is_finite() and value.adjusted() < 18 for value in figures)
