"""Our own fields are read back: edits by others are put right, lost answers and lost databases set the ledger right."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from company import Company, logged, written

from adapters.base import FieldInfo, Kind
from adapters.errors import TransientError
from connector.pipeline.report import RunStatus


def edit(company: Company, kind: Kind, id_: str, **fields: object) -> None:
    """What a rep types into fields of ours."""
    company.organisation.advance(timedelta(minutes=10))
    company.organisation.put(kind, id_, {f"playmaker_{key}": value for key, value in fields.items()})


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("champions", 7),
        ("champions", None),
        ("stakeholder_coverage", Decimal("0.51")),
        ("win_rate", "a text that no number field can hold"),
        ("weighted_pipeline", Decimal("500.004")),
        ("single_threaded_deals", 0),
    ],
)
def test_field_of_ours_that_somebody_else_edited_is_restored_and_counted(company: Company, key: str, typed: object):
    company.sync()
    ours = company.account_field("a", key)
    assert ours not in {None, typed}
    edit(company, Kind.ACCOUNT, "a", **{key: typed})
    report = company.sync()
    assert (report.written, report.restored) == (1, 1)
    assert company.account_field("a", key) == ours
    assert company.sync().written == 0


@pytest.mark.parametrize("key", ["status", "computed_at"])
def test_status_and_moment_that_somebody_edited_are_restored(company: Company, key: str):
    company.sync()
    ours = company.account_field("a", "status")
    edit(company, Kind.ACCOUNT, "a", **{key: None})
    report = company.sync()
    assert (report.written, report.restored) == (1, 1)
    assert company.account_field("a", "status") == ours
    assert company.account_field("a", "computed_at") is not None
    assert company.sync().written == 0


def test_value_typed_into_an_empty_field_of_ours_is_cleared(company: Company):
    company.sync()
    edit(company, Kind.ACCOUNT, "b", win_rate=Decimal("0.9"))
    company.sync()
    assert company.account_field("b", "win_rate") is None
    assert company.sync().written == 0


def test_only_our_fields_are_sent_and_one_edited_by_a_human_meanwhile_is_untouched(company: Company):
    company.sync()
    company.put(Kind.ACCOUNT, "a", name="Renamed by a person", industry="Shipping")
    edit(company, Kind.ACCOUNT, "a", champions=9)
    company.sync()
    assert company.organisation.get(Kind.ACCOUNT, "a")["name"] == "Renamed by a person"
    assert company.organisation.get(Kind.ACCOUNT, "a")["industry"] == "Shipping"


def test_field_edited_to_what_we_would_write_now_is_left_so_and_not_counted(company: Company):
    company.sync()
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    edit(company, Kind.ACCOUNT, "a", champions=2)
    report = company.sync()
    assert company.account_field("a", "champions") == 2
    assert company.sync().written == 0
    assert report.status is RunStatus.DONE


def test_lost_database_takes_what_the_crm_holds_and_writes_nothing_again(company: Company):
    company.sync()
    company.forget_everything()
    report = company.sync()
    assert (report.status, report.written, report.restored) == (RunStatus.DONE, 0, 0)
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    assert company.sync().written == 1
    assert company.sync().written == 0


def test_answer_lost_after_a_successful_write_leaves_the_ledger_right_and_nothing_is_written_twice(company: Company):
    first = company.sync()
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    company.organisation.lose_answer(TransientError("the answer never came"))
    cut = company.sync()
    assert (cut.status, cut.written) == (RunStatus.INCOMPLETE, 0)
    assert company.account_field("a", "champions") == 2, "it did arrive"
    report = company.sync()
    assert (report.written, report.restored, report.unchanged) == (0, 0, first.written)
    assert written(company, Kind.ACCOUNT, "a")["playmaker_champions"] == "2"
    run = next(row.run for row in logged(company) if row.field == "playmaker_champions" and row.new == "2")
    assert next(row.old for row in logged(company) if row.run == run and row.field == "playmaker_champions") == "1"


def test_answer_lost_after_a_write_that_somebody_then_changed_is_written_again(company: Company):
    company.sync()
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    company.organisation.lose_answer(TransientError("the answer never came"))
    company.sync()
    edit(company, Kind.ACCOUNT, "a", champions=5)
    assert company.sync().written == 1
    assert company.account_field("a", "champions") == 2


def test_new_kpi_field_does_not_make_everything_be_read_again(company: Company):
    company.sync()
    company.organisation.advance(timedelta(days=2))
    company.options = {"kpi_fields": {"champions": "our_champions"}}
    company.organisation.add_field(Kind.ACCOUNT, "our_champions", "number")
    report = company.sync()
    assert report.pulled["account"] == 2, "only our own writes come back"
    assert company.organisation.get(Kind.ACCOUNT, "a")["our_champions"] == 1


def test_number_is_written_as_the_field_keeps_it_so_that_it_reads_back_equal(company: Company):
    company.options = {"kpi_fields": {"weighted_pipeline": "our_pipeline"}}
    company.organisation.schema[Kind.ACCOUNT]["our_pipeline"] = FieldInfo("our_pipeline", "Ours", "number", scale=0)
    company.put(Kind.DEAL, "d", amount="1001")
    company.sync()
    assert str(company.organisation.get(Kind.ACCOUNT, "a")["our_pipeline"]) == "500"
    assert company.sync().written == 0


@pytest.mark.parametrize("key", ["champions", "win_rate", "status"])
def test_field_of_ours_that_was_deleted_and_created_again_is_filled_again(company: Company, key: str):
    company.sync()
    ours, info = company.account_field("a", key), company.organisation.schema[Kind.ACCOUNT].pop(f"playmaker_{key}")
    assert company.sync().written == 0
    for row in company.organisation.rows[Kind.ACCOUNT].values():
        row.fields.pop(f"playmaker_{key}", None)
    company.organisation.schema[Kind.ACCOUNT][info.name] = info
    assert company.sync().status is RunStatus.DONE
    assert company.account_field("a", key) == ours
    assert company.sync().written == 0


def test_field_of_ours_that_was_hidden_meanwhile_holds_what_is_true_now(company: Company):
    company.sync()
    company.organisation.hide_field(Kind.ACCOUNT, "playmaker_win_rate")
    company.organisation.delete(Kind.DEAL, "e")
    company.sync()
    company.organisation.hidden.clear()
    company.sync()
    assert company.account_field("a", "win_rate") is None
    assert company.sync().written == 0


def test_run_without_push_reads_back_too_so_that_a_later_one_restores(company: Company):
    company.sync()
    edit(company, Kind.ACCOUNT, "a", champions=7)
    company.sync(push=False)
    company.organisation.advance(timedelta(days=1))
    report = company.sync()
    assert (report.written, report.restored) == (1, 1)
    assert company.account_field("a", "champions") == 1


MORE_THAN_A_DOUBLE = Decimal("672000000008033.28")


def test_number_that_the_crm_prints_with_fewer_digits_than_it_keeps_is_not_written_again(company: Company):
    company.put(Kind.ACCOUNT, "big", name="Big")
    company.put(Kind.DEAL, "d-big", account="big", stage="open", amount=MORE_THAN_A_DOUBLE, probability=Decimal(1))
    company.sync()
    ours = company.account_field("big", "weighted_pipeline")
    assert ours == MORE_THAN_A_DOUBLE
    edit(company, Kind.ACCOUNT, "big", weighted_pipeline=Decimal(repr(float(MORE_THAN_A_DOUBLE))))
    report = company.sync()
    assert (report.written, report.restored) == (0, 0)
