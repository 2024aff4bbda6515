"""Commands that are no runs spend calls too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from company import Company, opened
from sqlalchemy import text

from connector.cli.check import check_one
from connector.cli.fields import field_changes
from connector.cli.status import status_line
from connector.store.engine import open_engine
from connector.store.ledger import read_runs
from connector.wiring.jobs import open_ledger, read_clock


def check(company: Company) -> None:
    settings = company.settings()
    assert [finding.level for _, finding in check_one(settings, settings.connections[0], set())]


def plan_fields(company: Company) -> None:
    settings = company.settings()
    assert field_changes(settings, settings.connections[0], apply=False)


def apply_fields(company: Company) -> None:
    settings = company.settings()
    assert field_changes(settings, settings.connections[0], apply=True)


@pytest.mark.parametrize(("command", "spend"), [("check", check), ("fields", plan_fields), ("fields", apply_fields)])
def test_calls_of_check_and_fields_count_towards_the_budget(company: Company, command: str, spend):
    company.organisation.daily_limit = 10_000
    first = company.sync()
    before = company.organisation.daily_used
    spend(company)
    spent = company.organisation.daily_used - before
    assert company.sync().spent_before == first.api_calls + spent
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        (row,) = read_runs(ledger, company.name, 9, command)
    assert json.loads(row.counts)["api_calls"] == spent > 0


def test_calls_count_also_where_the_command_fails_and_status_shows_the_last_sync_all_the_same(company: Company):
    run = company.sync()
    company.organisation.reachable = False
    check(company)
    company.organisation.reachable = True
    settings = company.settings()
    with open_ledger(settings) as store:
        assert status_line(settings, settings.connections[0], store, read_clock())["last_run"]["status"] == "done"
    assert company.sync().spent_before == run.api_calls + 1


def test_check_neither_creates_nor_migrates_a_database(company: Company, tmp_path: Path):
    check(company)
    assert not list(tmp_path.glob("*.db"))
    engine = open_engine(company.database)
    with engine.connect() as connection:
        there = connection.dialect.has_table(connection, "run")
    engine.dispose()
    assert not there


def test_database_that_cannot_take_the_count_hinders_no_check(company: Company):
    company.sync()
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(text("DROP TABLE run"))
    check(company)
