"""The strategic accounts of a connection together: found by rule, mark or plan, and what others take from them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from company import TODAY, Company, opened
from sqlalchemy import event

from adapters.base import Kind
from connector.cli.kpis import portfolio_lines
from connector.kpis.result import Status
from connector.pipeline.compute import compute_all, read_reference
from connector.pipeline.portfolio import PortfolioResult, know_portfolio, portfolio_result
from connector.plans.pen import Pen
from connector.wiring.jobs import open_ledger
from mappings.strategy import Entity


def begin_plan(company: Company, account: str, **values: object) -> None:
    with opened(company) as job, job.store.transaction() as connection:
        pen = Pen(company.name, "anna", job.started)
        pen.write(connection, account, Entity.PLAN, account, {"started_on": TODAY, **values})


def portfolio(company: Company) -> PortfolioResult:
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        return portfolio_result(job.store, job.name, reference, job.terms)


def figures(company: Company, account: str):
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        shards = list(compute_all(job.store, job.name, reference, job.terms))
    return next(result.kpis for shard in shards for result in shard if result.account == account)


def test_accounts_are_strategic_by_the_crms_mark_by_a_plan_and_by_the_rules(company: Company):
    company.put(Kind.ACCOUNT, "c", name="Cetus", strategic=True)
    company.put(Kind.ACCOUNT, "d", name="Draco", country="France")
    company.put(Kind.ACCOUNT, "e", name="Eridanus")
    company.put(Kind.ACCOUNT, "f", name="Fornax")
    company.options = {"portfolio": {"accounts": ["e", "gone"], "countries": ["FRANCE"]}}
    company.sync()
    begin_plan(company, "b")
    assert portfolio(company).accounts == ("b", "c", "d", "e")


def test_the_portfolio_has_every_figure_of_an_account_over_all_of_its_accounts(company: Company):
    company.options = {"portfolio": {"accounts": ["a", "b"]}}
    company.put(Kind.DEAL, "f", account="b", stage="won", amount="70", close_date=str(TODAY), currency="EUR")
    company.sync()
    found = portfolio(company).kpis
    assert (found["revenue"].value, found["champions"].value) == (570, 1)
    assert found.keys() == figures(company, "a").keys()


def test_subsidiaries_are_in_the_portfolio_under_a_hierarchy_and_counted_once(company: Company):
    company.put(Kind.ACCOUNT, "b", name="Borealis", parent="a")
    company.put(Kind.ACCOUNT, "c", name="Cetus", parent="b")
    company.put(Kind.DEAL, "f", account="c", stage="won", amount="70", close_date=str(TODAY), currency="EUR")
    company.options = {"portfolio": {"accounts": ["a", "b"]}}
    settings = company.settings()
    company.sync()
    with opened(company, dry=True) as job:
        below = settings.kpis.model_copy(update={"rollup": "hierarchy"})
        terms = type(job.terms)(below, *(getattr(job.terms, name) for name in TERMS))
        reference = read_reference(job.store, job.name, job.mapping)
        found = portfolio_result(job.store, job.name, reference, terms)
    assert (found.accounts, found.kpis["revenue"].value) == (("a", "b"), 570)


TERMS = ("currency", "rates", "zone", "as_of", "authority", "portfolio")


def test_no_strategic_account_makes_no_portfolio(company: Company):
    company.sync()
    assert portfolio(company).accounts == ()
    assert printed(company) == []


def test_the_portfolio_is_printed_like_an_account(company: Company):
    company.options = {"portfolio": {"accounts": ["a", "b"]}}
    company.sync()
    (line,) = printed(company)
    assert (line["account"], line["name"], line["accounts"], line["deals"]) == (None, "portfolio", ["a", "b"], [])
    assert line["kpis"]["revenue"] == {"value": 500.0, "status": "ok", "n": 1, "numerator": None, "denominator": None}


def printed(company: Company):
    settings = company.settings()
    with opened(company, dry=True) as job, open_ledger(settings) as store:
        return list(portfolio_lines(store, settings, settings.connections[0], job.terms))


def test_the_portfolio_has_each_plans_own_change_and_beside_it_what_others_changed_by(company: Company):
    """Plans of a and b began 500 and 800 days ago; what c and d sold falls into these years as below."""
    company.kpis = {"min_sample": 0}
    for account in ("b", "c", "d"):
        company.put(Kind.ACCOUNT, account, name=account)
    sold = [("a", 510, 5), ("a", 490, 9), ("b", 810, 1), ("b", 790, 3), ("c", 490, 10), ("d", 490, 30), ("d", 790, 8)]
    for number, (account, ago, amount) in enumerate(sold):
        day = str(TODAY - timedelta(days=ago))
        company.put(
            Kind.DEAL, f"x{number}", account=account, stage="won", amount=str(amount), close_date=day, currency="EUR"
        )
    company.sync()
    for account, ago in (("a", 500), ("b", 800)):
        begin_plan(company, account, started_on=TODAY - timedelta(days=ago))
    found = portfolio(company)
    assert (found.kpis["delta_revenue"].value, found.kpis["delta_win_rate"].value) == (4 + 2, 0)
    planned = Decimal(4 + 2) / 2
    others = Decimal((10 - 0) + (30 - 8) + (10 - 0) + (30 + 8 - 0)) / 4
    told = found.differences["delta_revenue"]
    assert (told.value, told.status, told.n) == (planned - others, Status.OK, 4)
    assert found.differences["delta_turnover"].status is Status.NO_DATA
    (line,) = printed(company)
    assert line["kpis"]["delta_revenue"]["difference_in_differences"] == {"value": -17.0, "status": "ok", "n": 4}


def test_with_subsidiaries_no_account_is_compared_twice(company: Company):
    """A plan of a is for b too; of c and d, which belong together, c alone is held against them, with what d sold."""
    company.kpis = {"min_sample": 0, "rollup": "hierarchy"}
    for account, parent in (("b", "a"), ("c", None), ("d", "c")):
        company.put(Kind.ACCOUNT, account, name=account, parent=parent)
    day = str(TODAY - timedelta(days=490))
    for number, (account, amount) in enumerate([("b", 9), ("d", 30)]):
        company.put(
            Kind.DEAL, f"x{number}", account=account, stage="won", amount=str(amount), close_date=day, currency="EUR"
        )
    company.sync()
    begin_plan(company, "a", started_on=TODAY - timedelta(days=500))
    told = portfolio(company).differences["delta_revenue"]
    assert (told.value, told.n) == (9 - 30, 2)


def test_an_account_that_won_nothing_is_reckoned_with_the_portfolios_cycle(company: Company):
    company.options = {"portfolio": {"accounts": ["a"]}}
    company.sync()
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        known = know_portfolio(job.store, job.name, reference, job.terms)
    days = (TODAY - timedelta(days=3) - date(2026, 1, 1)).days
    assert known.portfolio.cycle == days
    simple = figures(company, "b")["feasibility"]
    assert (simple.value, simple.n) == (pytest.approx(50 * (1 - Decimal(min(days, 365)) / 730 + Decimal("0.5"))), 2)


def test_the_accounts_of_highest_priority_have_executive_reviews(company: Company):
    company.put(Kind.ACCOUNT, "c", name="Cetus")
    company.sync()
    for account, potential in {"a": 9000, "b": 400_000, "c": None}.items():
        begin_plan(company, account, potential_revenue=potential)
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        one = job.terms.settings.model_copy(update={"executive_top": 1})
        terms = type(job.terms)(one, *(getattr(job.terms, name) for name in TERMS))
        assert know_portfolio(job.store, job.name, reference, terms).portfolio.executives == {"b"}
        assert know_portfolio(job.store, job.name, reference, job.terms).portfolio.executives == {"a", "b"}


@pytest.mark.parametrize(("rules", "times"), [({}, 1), ({"accounts": ["a"]}, 2)])
def test_only_strategic_accounts_are_read_beforehand(company: Company, rules: dict[str, object], times: int):
    company.options = {"portfolio": rules}
    company.sync()
    read: list[str] = []
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        event.listen(job.store.connection, "before_cursor_execute", lambda *said: read.append(said[2]))
        list(compute_all(job.store, job.name, reference, job.terms))
    assert len([one for one in read if "FROM crm_line_item" in one]) == times


def test_a_plan_reaches_the_crm_by_its_figures_and_the_status_line(company: Company):
    company.sync()
    begin_plan(company, "b", potential_revenue=400_000, alignment=5)
    company.sync()
    assert float(company.account_field("b", "plan_health")) == 100 - 20 - 15 - 15 - 10 - 5
    assert company.account_field("a", "plan_health") is None
    assert float(company.account_field("b", "priority")) > 0
    status = str(company.account_field("b", "status"))
    assert status.endswith("plan: no objective, low coverage, no stance, no open action, single contributor")
    assert figures(company, "b")["plan_health"].status is Status.OK


def test_what_a_client_answered_is_no_work_on_the_plan(company: Company):
    company.sync()
    answer = {"person": "p", "survey": "nps", "score": 9, "answered_on": TODAY}
    for entity, values, known in ((Entity.ANSWER, answer, 0), (Entity.COMPETITOR, {"name": "Rival"}, 1)):
        with opened(company) as job, job.store.transaction() as connection:
            Pen(company.name, "anna", job.started).write(connection, "a", entity, "x", values)
        assert figures(company, "a")["plan_touched_on"].n == known
