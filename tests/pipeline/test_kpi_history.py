"""What KPIs were stays known, a row for each change, and answers for past days."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from company import TODAY, Company, fill, opened
from sqlalchemy import select
from typer.testing import CliRunner

from adapters.base import Kind
from connector.cli.app import app
from connector.cli.kpis import kpi_lines, past_lines_of
from connector.pipeline.compute import compute_all, read_reference
from connector.pipeline.portfolio import portfolio_result
from connector.pipeline.run import sync
from connector.plans.pen import Pen
from connector.store.kpi_history import read_figures_at
from connector.store.plan_tables import KPI_VALUES
from connector.wiring.jobs import build_terms, open_database, open_ledger, read_clock
from mappings.strategy import Entity

DAY = timedelta(days=1)


def run(company: Company, later: timedelta = timedelta(0), **options: Any) -> None:
    """One run that reckons for its own moment."""
    with opened(company, **options) as job:
        at = job.started + later
        report = sync(replace(job, started=at, terms=replace(job.terms, as_of=at)))
    assert report.error is None


def rows(company: Company, record: str | None = None, key: str | None = None) -> Sequence[Any]:
    query = select(KPI_VALUES).order_by(KPI_VALUES.c.record, KPI_VALUES.c.key, KPI_VALUES.c.since)
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        found = ledger.execute(query).all()
    return [row for row in found if record in {None, row.record} and key in {None, row.key}]


def lines(company: Company, day: date | None) -> dict[str | None, dict[str, Any]]:
    settings = company.settings()
    connection = settings.connections[0]
    terms = build_terms(settings, connection, day, read_clock())
    with open_ledger(settings) as store:
        found = list((past_lines_of if day else kpi_lines)(store, settings, connection, terms))
    return {line["account"]: line for line in found}


def test_the_command_answers_for_a_past_day_from_the_history(company: Company, tmp_path: Path):
    run(company)
    company.put(Kind.CONTACT, "q", stance="champion")
    run(company, 2 * DAY)
    file = tmp_path / "config.yaml"
    file.touch(mode=0o600)  # the token stands in it
    file.write_text(
        company.settings().model_dump_json(include={"database", "currency"})[:-1]
        + f""", "connections": [
        {{"name": "{company.name}", "crm": "memory", "auth": {{"access_token": "{company.organisation.token}"}}}}]}}"""
    )
    said = {}
    for day in (TODAY + DAY, TODAY + 3 * DAY):
        arguments = ["kpis", "--config", str(file), "--account", "a", "--json", "--as-of", day.isoformat()]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        said[day] = json.loads(done.stdout)[0]["kpis"]["champions"]["value"]
    assert list(said.values()) == [1, 2]


def test_a_run_keeps_each_figure_once(company: Company):
    run(company)
    (champions,) = rows(company, "a", "champions")
    assert (champions.figure, champions.until, champions.formula) == ('[1,"ok",1,null,null]', None, 1)
    kept = rows(company)
    run(company, DAY)
    assert rows(company) == kept


def test_a_change_closes_the_figure_before_it(company: Company):
    run(company)
    company.put(Kind.CONTACT, "q", stance="champion")
    run(company, DAY)
    old, new = rows(company, "a", "champions")
    assert (old.until, new.until) == (new.since, None)
    assert (old.figure, new.figure) == ('[1,"ok",1,null,null]', '[2,"ok",2,null,null]')


def test_what_never_had_a_value_has_no_row(company: Company):
    run(company)
    assert rows(company, "b", "win_rate") == []
    assert not [row for row in rows(company) if row.figure.startswith("[null")]


def test_a_figure_that_loses_its_value_says_so(company: Company):
    run(company)
    company.organisation.delete(Kind.DEAL, "e")
    company.organisation.advance(DAY)
    run(company, DAY)
    assert [row.figure[:6] for row in rows(company, "a", "win_rate")][-1] == "[null,"


def test_runs_without_push_keep_figures_and_dry_runs_do_not(company: Company):
    run(company, dry=True)
    assert rows(company) == []
    run(company, push=False)
    assert rows(company)


def test_a_run_that_reckons_for_another_day_is_no_part_of_the_history(company: Company):
    company.sync(as_of=date(2026, 1, 31))
    assert rows(company) == []


def test_a_clock_that_went_back_replaces_the_last_figure(company: Company):
    run(company, DAY)
    company.put(Kind.CONTACT, "q", stance="champion")
    run(company)
    (only,) = rows(company, "a", "champions")
    assert only.figure == '[2,"ok",2,null,null]'


def test_the_history_of_what_is_deleted_ends_and_begins_again_with_an_undelete(company: Company):
    run(company)
    company.organisation.delete(Kind.ACCOUNT, "b")
    company.organisation.advance(DAY)
    run(company, DAY)
    assert all(row.until is not None for row in rows(company, "b"))
    company.put(Kind.ACCOUNT, "b", name="Borealis")
    run(company, 2 * DAY)
    assert any(row.until is None for row in rows(company, "b"))


def test_a_past_day_is_answered_from_the_history(company: Company):
    run(company)
    today = rows(company)[0].since.date()
    company.put(Kind.CONTACT, "q", stance="champion")
    company.put(Kind.ACCOUNT, "c", name="Cumulus")
    run(company, 2 * DAY)
    then, now = lines(company, today), lines(company, None)
    assert (then["a"]["kpis"]["champions"]["value"], now["a"]["kpis"]["champions"]["value"]) == (1, 2)
    assert (set(then), set(now)) == ({"a", "b"}, {"a", "b", "c"})
    assert then["a"]["kpis"].keys() == now["a"]["kpis"].keys()
    assert [deal["deal"] for deal in then["a"]["deals"]] == ["d", "e"]
    assert then["a"]["deals"][0]["kpis"].keys() == now["a"]["deals"][0]["kpis"].keys()


def test_a_day_before_the_first_run_or_after_the_last_is_reckoned_from_what_is_known_now(company: Company):
    run(company)
    today = rows(company)[0].since.date()
    company.put(Kind.ACCOUNT, "c", name="Cumulus")
    run(company, timedelta(minutes=1))
    for day in (today - DAY, today + DAY):
        assert set(lines(company, day)) == {"a", "b", "c"}


def test_figures_of_a_moment_are_those_that_held_then(company: Company):
    run(company)
    (first,) = rows(company, "a", "champions")
    company.put(Kind.CONTACT, "q", stance="champion")
    run(company, DAY)
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        before, after = (
            read_figures_at(ledger, company.name, Kind.ACCOUNT, ["a"], first.since + shift)["a"]["champions"].text
            for shift in (timedelta(0), 2 * DAY)
        )
    assert (before, after) == ('[1,"ok",1,null,null]', '[2,"ok",2,null,null]')


def fill_with_what_databases_keep_differently(company: Company) -> None:
    """Long and short decimals, ids that sort by letter or by language, rates without a last digit."""
    fill(company)
    company.put(Kind.RATE, "usd", currency="USD", per_home="3")
    for number, id_ in enumerate(["B", "a-1", "A-1", "é", "Z", "_"]):
        company.put(Kind.ACCOUNT, id_, name=id_, country="France")
        deal = {"account": id_, "currency": "USD", "created_at": f"2026-01-0{number + 1}T23:30:00.5Z"}
        day = str(TODAY - timedelta(days=number))
        company.put(Kind.DEAL, f"w{id_}", **deal, stage="won", amount=f"100.{'0' * number}7", close_date=day)
        company.put(
            Kind.DEAL, f"o{id_}", **deal, stage="open", amount="1E+2", close_date=day, probability="0.333333333"
        )
        company.put(Kind.CONTACT, f"c{id_}", account=id_, role="user", influence=1 + number % 5, stance="neutral")
        company.put(Kind.DEAL_CONTACT, f"l{id_}", deal=f"o{id_}", contact=f"c{id_}", role="coach")


def told_to_the_last_digit(company: Company, at: datetime) -> tuple[dict[str | None, str], str]:
    """Every figure of every account and deal, and of the portfolio, with all its digits."""
    with opened(company, dry=True) as job:
        terms = replace(job.terms, as_of=at)
        reference = replace(read_reference(job.store, job.name, job.mapping), last_complete_pull=at)
        shards = list(compute_all(job.store, job.name, reference, terms))
        found = portfolio_result(job.store, job.name, reference, terms)
    told = {one.account: f"{one.kpis} {one.deals} {one.problems}" for shard in shards for one in shard}
    return told, f"{found}"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_same_data_and_instant_give_the_same_to_the_last_digit_on_both_databases(company: Company, tmp_path: Path):
    company.options = {"portfolio": {"countries": ["France"]}}
    fill_with_what_databases_keep_differently(company)
    other = replace(company, database=f"sqlite:///{tmp_path}/other.db")
    pen = Pen(company.name, "anna", datetime(2026, 2, 1, tzinfo=UTC))
    for one in (company, other):
        one.sync(push=False)
        with open_database(one.settings(), dry=False) as store, store.transaction() as ledger:
            pen.write(ledger, "é", Entity.PLAN, "é", {"started_on": date(2025, 1, 31), "potential_revenue": "1000.10"})
            pen.write(ledger, "B", Entity.ACTION, "x", {"title": "Appel", "due": date(2026, 1, 1), "owner": "Zoë"})
    at = datetime(2026, 12, 31, 12, tzinfo=UTC)
    assert len(told_to_the_last_digit(company, at)[0]) == 8
    assert told_to_the_last_digit(company, at) == told_to_the_last_digit(other, at)
    other.put(Kind.DEAL, "wZ", amount="100.00008")
    other.sync(push=False)
    differing = told_to_the_last_digit(other, at)[0]
    assert {id_ for id_, text in told_to_the_last_digit(company, at)[0].items() if text != differing[id_]} == {"Z"}
