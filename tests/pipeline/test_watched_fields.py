"""A field of ours that is added, renamed or shown again: what was in it is known before anything is written over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from company import Company, logged, opened, written
from sqlalchemy import delete

from adapters.base import FieldInfo, Kind
from adapters.errors import TransientError
from connector.pipeline.report import RunStatus
from connector.pipeline.undo import undo
from connector.store.guarantee_tables import WATCHED


def make_old(company: Company) -> None:
    """Sync, and let so much happen later that pulls no longer come upon accounts a and b."""
    company.sync()
    company.organisation.advance(timedelta(days=2))
    company.put(Kind.ACCOUNT, "later", name="Later")
    for _ in range(2):
        company.sync()
        company.organisation.advance(timedelta(days=1))
    company.put(Kind.ACCOUNT, "last", name="Last")
    company.sync()


def rename(company: Company, fields: Mapping[str, str], scale: int = 0) -> None:
    """Point KPIs at fields that the CRM has of its own."""
    company.options = company.options | {"kpi_fields": dict(fields)}
    for name in fields.values():
        company.organisation.schema[Kind.ACCOUNT][name] = FieldInfo(name, name, "number", scale=scale)


def hold(company: Company, id_: str, name: str, value: object) -> None:
    """What is in a field since long ago."""
    company.organisation.rows[Kind.ACCOUNT][id_].fields[name] = value


def undo_run(company: Company, run: str) -> None:
    with opened(company, command="undo") as job:
        undo(job, run)
        assert job.report.status is RunStatus.DONE


def test_undo_restores_what_stood_in_a_field_to_which_a_kpi_was_pointed(company: Company):
    make_old(company)
    rename(company, {"champions": "theirs"})
    hold(company, "a", "theirs", 42)
    assert company.sync(run="renamed").pulled["account"] < 4, "nothing is pulled again for it"
    assert company.organisation.get(Kind.ACCOUNT, "a")["theirs"] == 1
    values = {row.record: (row.old, row.new) for row in logged(company) if row.field == "theirs"}
    assert (values["a"], values["b"]) == (("42", "1"), (None, "0"))
    undo_run(company, "renamed")
    assert company.organisation.get(Kind.ACCOUNT, "a")["theirs"] == 42
    assert "theirs" not in company.organisation.get(Kind.ACCOUNT, "b")


def test_value_that_is_none_of_ours_does_not_stay_where_we_have_none(company: Company):
    make_old(company)
    rename(company, {"win_rate": "theirs"}, scale=4)
    hold(company, "b", "theirs", Decimal("0.9"))
    company.sync()
    assert "theirs" not in company.organisation.get(Kind.ACCOUNT, "b")
    assert company.sync().written == 0


def test_kpis_pointed_at_fields_full_of_other_values_are_weighed_before_they_are_overwritten(company: Company):
    for number in range(60):
        company.put(Kind.ACCOUNT, f"x{number}", name=f"X {number}")
    make_old(company)
    company.options = {"max_change": 0.05}
    rename(company, {"champions": "theirs"})
    for number in range(60):
        hold(company, f"x{number}", "theirs", 42)
    report = company.sync()
    assert report.status is RunStatus.FAILED
    assert "theirs (60)" in str(report.error)
    assert company.organisation.get(Kind.ACCOUNT, "x7")["theirs"] == 42


def test_field_that_was_not_ours_for_a_while_is_put_right_when_it_is_again(company: Company):
    make_old(company)
    company.options = {"kpi_fields": {"champions": None}}
    company.sync()
    hold(company, "a", "playmaker_champions", 9)
    company.options = {}
    report = company.sync()
    assert (report.written, report.restored) == (1, 1)
    assert company.account_field("a", "champions") == 1
    assert company.sync().written == 0


def test_fields_are_asked_for_once_and_not_at_all_after_a_first_run(company: Company):
    first = company.sync()
    idle = company.sync()
    rename(company, {"champions": "theirs"})
    with_new = company.sync()
    assert with_new.calls_by_kind["read"] == idle.calls_by_kind["read"] + 1
    assert company.sync().calls_by_kind["read"] == idle.calls_by_kind["read"]
    assert first.calls_by_kind["read"] <= idle.calls_by_kind["read"]


def test_database_from_before_fields_were_watched_learns_them_once(company: Company):
    make_old(company)
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(delete(WATCHED))
    hold(company, "a", "playmaker_champions", 9)
    assert company.sync().restored == 1
    assert company.sync().written == 0


def test_learning_that_broke_off_begins_again(company: Company):
    make_old(company)
    rename(company, {"champions": "theirs"})
    hold(company, "a", "theirs", 42)

    def fail_while_learning(kind: str, _count: int) -> None:
        if kind == Kind.ACCOUNT:
            company.organisation.fail(TransientError("gone for a moment"), after=1)

    cut = company.sync(progress=fail_while_learning)
    assert (cut.status, cut.pulled["contact"]) == (RunStatus.INCOMPLETE, 0)
    assert "theirs" not in written(company, Kind.ACCOUNT, "a")
    company.sync()
    assert [row.old for row in logged(company) if (row.record, row.field) == ("a", "theirs")] == ["42"]
