"""A run computes only what changed, and what it leaves out is what a computation of everything would have given."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from company import TODAY, Company, fill, opened, written
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.base import Kind
from adapters.memory.organisation import find_organisation
from connector.pipeline.compute import compute_all, read_reference
from connector.pipeline.history import mark_of
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.pipeline.run import sync
from connector.plans.pen import Pen
from connector.store.kpi_history import read_marks
from connector.wiring.jobs import open_database
from mappings.strategy import Entity

_NUMBERS = itertools.count()
NOON = datetime.combine(TODAY, time(12), UTC)
"""So that no test runs over midnight."""


def sync_after(company: Company, later: timedelta = timedelta(0), **options) -> ConnectionReport:
    """A run so long after noon, whose KPIs are those of its own moment."""
    at = NOON + later
    with opened(company, **options) as job:
        return sync(replace(job, started=at, terms=replace(job.terms, as_of=at)))


def computed(company: Company, *, later: timedelta = timedelta(0), **options) -> int:
    report = sync_after(company, later, **options)
    assert report.status is RunStatus.DONE, report.error
    return report.accounts_computed


def say(company: Company, account: str, field: str = "tier", value: object = "A") -> None:
    pen = Pen(company.name, "Ana", NOON)
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        pen.write(ledger, account, Entity.PLAN, account, {field: value})


def test_an_idle_second_run_computes_no_account(company: Company):
    assert computed(company) == 2
    report = sync_after(company)
    assert (report.accounts_computed, report.written, report.unchanged) == (0, 0, 4)


def test_an_edit_of_a_contact_computes_its_account(company: Company):
    sync_after(company)
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    assert computed(company) == 1
    assert company.account_field("a", "champions") == 2
    assert computed(company) == 0


def test_a_word_in_a_plan_computes_its_account(company: Company):
    sync_after(company)
    say(company, "b")
    assert computed(company) == 1


def test_an_answer_that_nobody_signed_computes_its_account(company: Company):
    sync_after(company)
    company.put(Kind.NPS_ANSWER, "n", account="a", score=3, survey="nps")
    assert computed(company) == 1


def test_a_full_run_computes_all(company: Company):
    sync_after(company)
    assert computed(company, full=True) == 2


def test_a_deal_that_moves_computes_both_accounts(company: Company):
    sync_after(company)
    company.put(Kind.DEAL, "d", account="b")
    assert computed(company) == 2


def test_what_holds_for_all_accounts_computes_all(company: Company):
    sync_after(company)
    company.put(Kind.STAGE, "open", probability="0.6")
    assert computed(company) == 2
    company.kpis["window_days"] = 30
    assert computed(company) == 2


def test_every_account_is_computed_once_a_day(company: Company):
    sync_after(company)
    assert computed(company, later=timedelta(days=1)) == 2
    assert computed(company, later=timedelta(days=1, seconds=1)) == 0


def test_a_run_without_push_leaves_nothing_out_of_the_next_one_with_it(company: Company):
    assert computed(company, push=False) == 2
    report = sync_after(company)
    assert (report.accounts_computed, report.written) == (2, 4)


def test_what_somebody_edits_in_our_fields_is_put_right(company: Company):
    sync_after(company)
    company.put(Kind.ACCOUNT, "a", playmaker_champions="9")
    report = sync_after(company)
    assert (report.accounts_computed, report.restored) == (1, 1)
    assert company.account_field("a", "champions") == 1


def test_what_too_much_change_held_back_is_found_by_the_next_run(company: Company):
    for number in range(10):
        company.put(Kind.ACCOUNT, f"x{number}", name="X")
        company.put(Kind.CONTACT, f"y{number}", account=f"x{number}", role="economic", influence=5, stance="champion")
    sync_after(company)
    company.organisation.advance(timedelta(minutes=1))
    for number in range(10):
        company.organisation.delete(Kind.CONTACT, f"y{number}")
    assert sync_after(company).status is RunStatus.FAILED
    report = sync_after(company, force=True)
    assert (report.accounts_computed, report.written) == (10, 10)


def test_an_undeleted_account_has_its_history_again(company: Company):
    sync_after(company)
    company.organisation.delete(Kind.ACCOUNT, "b")
    sync_after(company, full=True)
    company.put(Kind.ACCOUNT, "b", name="Borealis")
    assert computed(company) == 1


Edit = st.sampled_from(
    [
        ("contact", "p", "stance", ("opponent", "neutral", None)),
        ("contact", "q", "account", ("a", "b", None)),
        ("contact", "q", "influence", (1, 5, None)),
        ("deal", "d", "stage", ("won", "open")),
        ("deal", "d", "account", ("a", "b", None)),
        ("deal", "e", "amount", ("7", "500.10", None)),
        ("deal", "e", "close_date", (str(TODAY - timedelta(days=364)), str(TODAY - timedelta(days=365)))),
        ("deal_contact", "d:p", "role", ("coach", None)),
        ("account", "b", "parent", ("a", None)),
        ("account", "a", "strategic", (True, None)),
        ("stage", "open", "probability", ("0.1", "0.9")),
    ]
)


@pytest.mark.parametrize("rollup", ["self", "hierarchy"])
@settings(max_examples=5)
@given(steps=st.lists(st.tuples(Edit, st.integers(0, 2), st.integers(0, 2), st.booleans()), min_size=3, max_size=6))
def test_what_is_left_out_is_what_computing_everything_would_have_given(tmp_path_factory, rollup, steps):
    name = f"unchanged-{next(_NUMBERS)}"
    url = f"sqlite:///{tmp_path_factory.mktemp('unchanged')}/playmaker.db"
    company = Company(name, url, find_organisation(name), kpis={"rollup": rollup})
    fill(company)
    company.create_fields()
    sync_after(company)
    later = timedelta(0)
    for (kind, id_, field, values), which, days, says in steps:
        later += timedelta(days=days, seconds=1)
        company.put(Kind(kind), id_, **{field: values[which % len(values)]})
        if says:
            say(company, id_ if kind == "account" else "a", "tier", f"T{which}")
        assert sync_after(company, later, force=True).status is RunStatus.DONE
        check(company, later)


def check(company: Company, later: timedelta) -> None:
    """The history's marks are those of a computation of everything at the same instant."""
    with opened(company) as job:
        store = job.store
        reference = read_reference(store, company.name, job.mapping)
        terms = replace(job.terms, as_of=NOON + later)
        results = [one for shard in compute_all(store, company.name, reference, terms) for one in shard]
        with store.reading() as ledger:
            for kind, figures in (
                (Kind.ACCOUNT, {one.account: one.kpis for one in results if one.account}),
                (Kind.DEAL, {deal: kpis for one in results for deal, kpis in one.deals.items()}),
            ):
                kept = read_marks(ledger, company.name, kind, list(figures))
                assert {id_: mark_of(kpis) for id_, kpis in figures.items()} == kept


def test_what_was_refused_is_computed_until_it_is_written(company: Company):
    sync_after(company)
    company.organisation.refuse(Kind.ACCOUNT, "a", "REQUIRED", "a rule")
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    sync_after(company)
    company.organisation.accept(Kind.ACCOUNT, "a")
    assert computed(company, later=timedelta(hours=8)) == 1
    assert written(company, Kind.ACCOUNT, "a")["playmaker_champions"] == "2"
