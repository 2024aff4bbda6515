"""The main job on a CRM in memory: what arrives there, and what a run leaves alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Event

import pytest
from company import TODAY, Company, kept_errors
from sqlalchemy import NullPool, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from adapters.base import Kind
from adapters.errors import LimitReachedError, TransientError
from connector.pipeline.report import RunStatus


def count_rows(company: Company) -> dict[str, int]:
    tables = ("crm_account", "crm_deal", "pull_cursor", "written_value", "run", "organisation")
    engine = create_engine(company.database, poolclass=NullPool)
    with engine.connect() as connection:
        return {name: connection.scalar(select(func.count()).select_from(text(name))) for name in tables}


def test_first_sync_writes_the_figures_of_every_account_and_deal(company: Company):
    report = company.sync()
    assert (report.status, report.accounts_computed, report.refused) == (RunStatus.DONE, 2, 0)
    assert company.account_field("a", "stakeholders_identified") == 2
    assert company.account_field("a", "champions") == 1
    assert company.account_field("a", "weighted_pipeline") == Decimal("500.00")
    assert company.account_field("a", "stakeholder_coverage") == Decimal("0.5000")
    assert company.organisation.get(Kind.DEAL, "d")["playmaker_deal_threads"] == 1
    assert "low sample" in str(company.account_field("a", "status"))


def test_second_sync_pushes_nothing(company: Company):
    first = company.sync()
    second = company.sync()
    assert first.written > 0
    assert (second.status, second.written, second.unchanged) == (RunStatus.DONE, 0, 4)


def test_our_own_writes_do_not_wake_us_for_two_idle_cycles(company: Company):
    company.sync()
    for _ in range(2):
        company.organisation.advance(timedelta(hours=1))
        idle = company.sync()
        assert idle.written == 0
    assert idle.pulled["account"] > 0, "our writes do come back, and change nothing"


def test_only_what_changed_is_written(company: Company):
    company.sync()
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    report = company.sync()
    assert report.written == 1
    assert company.account_field("a", "champions") == 2


def test_null_over_an_empty_field_is_no_write(company: Company):
    company.sync()
    assert "playmaker_win_rate" not in company.organisation.get(Kind.ACCOUNT, "b")


def test_figure_that_becomes_unknown_is_cleared(company: Company):
    company.sync()
    assert company.account_field("a", "win_rate") == Decimal("1.0000")
    company.organisation.delete(Kind.DEAL, "e")
    company.sync()
    assert company.account_field("a", "win_rate") is None


def test_deleted_contact_leaves_the_figures(company: Company):
    company.sync()
    company.organisation.advance(timedelta(minutes=1))
    company.organisation.delete(Kind.CONTACT, "p")
    report = company.sync()
    assert report.deleted == {"contact": 1}
    assert company.account_field("a", "champions") == 0


def test_dry_run_changes_nothing_and_counts_what_the_real_run_then_does(company: Company):
    company.sync()
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    rows, fields = count_rows(company), dict(company.organisation.get(Kind.ACCOUNT, "a"))
    dry = company.sync(dry=True)
    assert (count_rows(company), dict(company.organisation.get(Kind.ACCOUNT, "a"))) == (rows, fields)
    real = company.sync()
    assert (dry.pulled, dry.written, dry.unchanged) == (real.pulled, real.written, real.unchanged)
    change = next(change for change in dry.changes if change.field == "playmaker_champions")
    assert (change.id, change.old, change.new) == ("a", "1", "2")


def test_dry_run_on_a_database_that_is_not_there_yet_leaves_none(company: Company):
    assert company.sync(dry=True).written == 4
    with pytest.raises(DBAPIError, match=r"no such table|does not exist"):
        count_rows(company)


def test_sync_without_push_writes_nothing_and_needs_no_fields(company: Company):
    for kind in (Kind.ACCOUNT, Kind.DEAL):
        for name in [name for name in company.organisation.schema[kind] if name.startswith("playmaker_")]:
            del company.organisation.schema[kind][name]
    report = company.sync(push=False)
    assert (report.status, report.written, report.accounts_computed) == (RunStatus.DONE, 0, 2)


def test_missing_kpi_field_stops_the_run_before_anything_is_pulled(company: Company):
    del company.organisation.schema[Kind.ACCOUNT]["playmaker_champions"]
    report = company.sync()
    assert report.error is not None
    assert report.error["kind"] == "setup"
    assert "playmaker_champions" in report.error["message"]
    assert "fields apply" in report.error["message"]
    assert not report.pulled


def test_kpi_field_that_vanishes_later_is_a_warning_and_the_rest_goes_on(company: Company):
    company.sync()
    del company.organisation.schema[Kind.ACCOUNT]["playmaker_champions"]
    company.put(Kind.CONTACT, "q", influence=4, stance="champion")
    report = company.sync()
    assert report.status is RunStatus.DONE
    assert any("playmaker_champions" in warning for warning in report.warnings)
    assert company.account_field("a", "stakeholders_mapped") == 2


def test_mapped_field_that_vanishes_later_keeps_its_local_values(company: Company):
    company.options = {"mapping": {kind: {"stance": None} for kind in ("account_contact", "deal_contact")}}
    company.sync()
    company.organisation.hide_field(Kind.CONTACT, "stance")
    company.put(Kind.CONTACT, "p", title="Chief")
    report = company.sync()
    assert report.status is RunStatus.DONE
    assert any("stance" in warning for warning in report.warnings)
    assert company.account_field("a", "champions") == 1


def test_refused_record_blocks_no_other_is_kept_and_is_retried_with_its_current_value(company: Company):
    company.organisation.refuse(Kind.ACCOUNT, "a", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "not on Fridays")
    report = company.sync()
    assert (report.status, report.refused, report.written) == (RunStatus.DONE, 1, 3)
    (kept,) = [error for error in kept_errors(company) if error.origin == "push"]
    assert (kept.id, kept.code, kept.message) == ("a", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "not on Fridays")
    assert company.sync(later=timedelta(minutes=20)).refused == 1
    assert [error.attempts for error in kept_errors(company) if error.origin == "push"] == [2]
    company.organisation.accept(Kind.ACCOUNT, "a")
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    assert company.sync().refused == 0
    assert company.account_field("a", "champions") == 2
    assert not [error for error in kept_errors(company) if error.origin == "push"]


def test_unusable_value_leaves_that_field_null_and_is_reported(company: Company):
    company.put(Kind.DEAL, "d", amount="1,234")
    report = company.sync()
    assert report.status is RunStatus.DONE
    (kept,) = [error for error in kept_errors(company) if error.origin == "pull"]
    assert (kept.kind, kept.id, kept.field) == ("deal", "d", "amount")
    assert company.account_field("a", "weighted_pipeline") == Decimal("0.00")
    company.put(Kind.DEAL, "d", amount="1234")
    company.sync()
    assert not [error for error in kept_errors(company) if error.origin == "pull"]
    assert company.account_field("a", "weighted_pipeline") == Decimal("617.00")


@pytest.mark.parametrize("after", range(1, 24, 4))
def test_outage_at_any_request_loses_nothing_and_the_next_run_ends_as_if_it_had_not_been(company: Company, after: int):
    company.organisation.fail(TransientError("the CRM is out"), after=after)
    first = company.sync()
    assert first.status in {RunStatus.INCOMPLETE, RunStatus.DONE}
    company.organisation.outages.clear()
    company.sync()
    assert company.account_field("a", "champions") == 1
    assert company.account_field("a", "weighted_pipeline") == Decimal("500.00")
    assert company.sync().written == 0


def test_daily_limit_ends_the_run_incomplete(company: Company):
    company.organisation.fail(LimitReachedError("the day is spent"), after=8)
    report = company.sync()
    assert (report.status, report.error["kind"]) == (RunStatus.INCOMPLETE, "incomplete")


def test_run_stops_at_our_share_of_the_daily_limit_and_a_later_one_goes_on(company: Company):
    company.organisation.daily_limit, before = 44, company.organisation.daily_used
    report = company.sync()
    assert report.status is RunStatus.INCOMPLETE
    assert "share" in report.error["message"]
    assert company.organisation.daily_used - before <= 13
    company.options = {"budget": {"share_of_daily_limit": 1}}
    company.organisation.daily_limit = 4000
    assert company.sync().status is RunStatus.DONE


def test_refused_credentials_are_the_crm_s_refusal(company: Company):
    company.options = {"auth": {"access_token": "wrong"}}
    report = company.sync()
    assert (report.status, report.error["kind"]) == (RunStatus.FAILED, "refused")


def test_permission_lost_in_the_middle_fails_the_run_and_keeps_what_was_committed(company: Company):
    company.organisation.denied.add(("read", Kind.DEAL))
    assert company.sync().status is RunStatus.FAILED
    assert count_rows(company)["crm_account"] == 2


def test_another_organisation_behind_the_same_settings_is_refused(company: Company):
    company.sync()
    other = type(company.organisation.identity)("memory-2", "Other", "EUR", multi_currency=False)
    company.organisation.identity = other
    report = company.sync()
    assert (report.status, report.error["kind"]) == (RunStatus.FAILED, "setup")
    assert "memory-2" in report.error["message"]


def test_run_asked_to_stop_ends_after_its_page_and_the_next_one_resumes(company: Company):
    stop = Event()
    stop.set()
    assert company.sync(stop=stop).status is RunStatus.INCOMPLETE
    assert company.sync().status is RunStatus.DONE
    assert company.account_field("a", "champions") == 1


def test_children_arriving_before_their_parents_are_linked_when_these_come(company: Company):
    company.put(Kind.CONTACT, "r", account="later", role="economic", influence=5, stance="champion")
    company.sync()
    company.put(Kind.ACCOUNT, "later", name="Later")
    company.sync()
    assert company.account_field("later", "champions") == 1


def test_empty_page_does_not_move_the_cursor_and_a_late_commit_is_still_read(company: Company):
    company.sync()
    company.sync()
    late = company.organisation.clock - timedelta(minutes=4)
    company.organisation.put(Kind.CONTACT, "s", {"account": "b", "stance": "champion"}, modified_at=late)
    company.sync()
    assert company.account_field("b", "champions") == 1


def test_field_mapped_later_fills_old_rows(company: Company):
    unmapped = {kind: {"stance": None} for kind in ("contact", "account_contact", "deal_contact")}
    company.options = {"mapping": unmapped}
    company.organisation.add_field(Kind.CONTACT, "our_view", "string")
    company.put(Kind.CONTACT, "p", our_view="champion")
    company.organisation.advance(timedelta(days=1))
    company.put(Kind.CONTACT, "z", account="b")
    company.sync()
    assert company.account_field("a", "champions") is None
    company.options = {"mapping": unmapped | {"contact": {"stance": "our_view"}}}
    company.sync()
    assert company.account_field("a", "champions") == 1


def test_record_deleted_while_we_computed_is_skipped_with_a_word(company: Company):
    company.sync(push=False)
    del company.organisation.rows[Kind.ACCOUNT]["b"]
    report = company.sync()
    assert report.status is RunStatus.DONE
    assert any("b was deleted" in warning for warning in report.warnings)


def test_word_that_no_table_knows_is_reported_once_with_its_count(company: Company):
    company.put(Kind.CONTACT, "p", stance="wavering")
    company.put(Kind.CONTACT, "q", stance="wavering")
    report = company.sync()
    assert [count for warning, count in report.warnings.items() if "wavering" in warning] == [2]


def test_fatal_error_raised_in_push_is_reported_and_acknowledged_batches_stay(company: Company):
    company.organisation.denied.add(("write", Kind.DEAL))
    report = company.sync()
    assert (report.status, report.written) == (RunStatus.FAILED, 2)
    company.organisation.denied.clear()
    again = company.sync()
    assert (again.status, again.written) == (RunStatus.DONE, 2)


def test_window_is_reckoned_for_the_day_asked_for(company: Company):
    company.sync(as_of=TODAY - timedelta(days=10))
    assert company.account_field("a", "win_rate") is None
    company.sync(as_of=TODAY)
    assert company.account_field("a", "win_rate") == Decimal("1.0000")
