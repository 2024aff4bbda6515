"""The books of runs: what each was, what it spent even when it was killed, and how long what it wrote is remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from company import Company, logged, opened
from sqlalchemy import insert, update

from adapters.base import Kind
from adapters.errors import TransientError
from connector.cli.status import status_line
from connector.pipeline.reconcile import reconcile
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.pipeline.run import run_alone
from connector.pipeline.undo import Undoing, undo
from connector.store.guarantee_tables import LEASES, WRITE_LOG
from connector.store.holder import Holder
from connector.store.ledger import read_runs
from connector.store.ledger_tables import RUNS
from connector.store.write_log import KEPT, PAGE, read_logged
from connector.wiring.jobs import UNDO, open_ledger, read_clock

FAR_AWAY = replace(Holder.here("lost"), host="elsewhere", scope="another machine")


def kept_runs(company: Company) -> dict[str, Any]:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return {run.id: run for run in read_runs(ledger, company.name, 100)}


def last_run(company: Company) -> dict[str, Any]:
    settings = company.settings()
    with open_ledger(settings) as store:
        return status_line(settings, settings.connections[0], store, read_clock())["last_run"]


def undone(company: Company, run: str, *, later: timedelta = timedelta(0)) -> tuple[Undoing, ConnectionReport]:
    with opened(company, command=UNDO) as job:
        late = replace(job, started=job.started + later)
        return undo(late, run), late.report


class Killed(BaseException):
    """The process ends without a word."""


def kill(company: Company, run: str, *, after: str) -> None:
    """A run whose process is killed when it has read a kind; its row stays as it was."""

    def die(kind: str, _count: int) -> None:
        if kind == after:
            raise Killed

    with pytest.raises(Killed):
        company.sync(run=run, progress=die)
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(status="running", ended_at=None))


def test_undo_is_in_the_books_as_what_it_is_and_status_still_shows_the_last_sync(company: Company):
    company.sync(run="one")
    _, report = undone(company, "one")
    assert report.status is RunStatus.DONE
    assert sorted(run.command for run in kept_runs(company).values()) == ["sync", "undo"]
    assert last_run(company)["run_id"] == "one"


def test_run_that_is_under_way_is_running_and_one_that_was_killed_is_killed(company: Company):
    seen: list[dict[str, Any]] = []
    with opened(company, run="alive") as job:
        run_alone(job, lambda _job: seen.append(last_run(company)))
    assert [(one["run_id"], one["status"]) for one in seen] == [("alive", "running")]
    kill(company, "lost", after=Kind.ACCOUNT)
    assert (last_run(company)["run_id"], last_run(company)["status"]) == ("lost", "killed")
    company.sync()
    assert kept_runs(company)["lost"].status == "killed"


@pytest.mark.parametrize(("minutes", "said"), [(5, "running"), (-5, "killed")])
def test_run_on_another_machine_is_running_until_its_lease_is_over(company: Company, minutes: int, said: str):
    kill(company, "lost", after=Kind.ACCOUNT)
    now = read_clock()
    lease = {"connection": company.name, "holder": FAR_AWAY.text, "taken_at": now}
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(insert(LEASES).values(lease | {"expires_at": now + timedelta(minutes=minutes)}))
    assert last_run(company)["status"] == said


def test_what_a_run_spends_is_in_the_books_while_it_goes_on_so_that_a_kill_hides_none_of_it(company: Company):
    noted: dict[str, tuple[str, int]] = {}

    def look(kind: str, _count: int) -> None:
        run = kept_runs(company)["one"]
        noted[kind] = (run.status, json.loads(run.counts)["api_calls"])

    report = company.sync(run="one", progress=look)
    assert noted[Kind.ACCOUNT][0] == "running"
    assert 0 < noted[Kind.ACCOUNT][1] < noted[Kind.DEAL][1] < report.api_calls


def test_calls_of_a_killed_run_count_towards_the_budget(company: Company):
    kill(company, "lost", after=Kind.CONTACT)
    spent = json.loads(kept_runs(company)["lost"].counts)["api_calls"]
    assert 0 < spent == company.sync().spent_before


def test_undo_and_reconciliation_keep_to_the_share_that_earlier_runs_have_spent(company: Company):
    spent = company.sync(run="one").api_calls
    company.organisation.daily_limit = 1000
    company.options = {"budget": {"share_of_daily_limit": (spent + 1) / 1000}}
    _, report = undone(company, "one")
    assert (report.status, report.api_calls, report.spent_before) == (RunStatus.INCOMPLETE, 1, spent)
    with opened(company, command="reconcile", push=False) as job:
        compared, _ = reconcile(job, repair=True)
    assert (compared.status, compared.api_calls) == (RunStatus.INCOMPLETE, 1)


def test_write_whose_answer_was_lost_can_be_undone_also_when_a_reconciliation_comes_first(company: Company):
    company.sync()
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    company.organisation.lose_answer(TransientError("the answer never came"))
    company.sync(run="lost")
    with opened(company, command="reconcile", push=False) as job:
        reconcile(job, repair=True)
    company.sync()
    values = [(row.old, row.new) for row in logged(company) if (row.run, row.field) == ("lost", "playmaker_champions")]
    assert values == [("1", "2")]
    undone(company, "lost")
    assert company.account_field("a", "champions") == 1


def test_what_a_run_wrote_is_forgotten_when_it_is_old_and_undo_says_so(company: Company):
    company.sync(run="old")
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    company.sync(run="new", later=timedelta(days=2))
    company.sync(later=KEPT + timedelta(days=1))
    assert {row.run for row in logged(company)} == {"new"}
    _, report = undone(company, "old", later=KEPT + timedelta(days=1))
    assert report.status is RunStatus.FAILED
    assert "is kept for 90 days, so that it cannot be undone any more" in str(report.error)
    _, report = undone(company, "new", later=KEPT + timedelta(days=1))
    assert (report.status, company.account_field("a", "champions")) == (RunStatus.DONE, 1)


def test_run_that_wrote_nothing_is_not_said_to_be_forgotten(company: Company):
    company.sync()
    company.sync(run="idle")
    _, report = undone(company, "idle")
    assert report.status is RunStatus.DONE
    assert any("run idle wrote nothing" in note for note in report.notes)


def test_dry_run_and_run_that_broke_off_forget_nothing(company: Company):
    company.sync(run="old")
    before = logged(company)
    company.sync(dry=True, later=KEPT + timedelta(days=1))
    company.organisation.reachable = False
    company.sync(later=KEPT + timedelta(days=1))
    assert logged(company) == before


def test_log_is_read_page_by_page_without_a_gap_or_a_repetition_in_whatever_order_the_database_sorts(company: Company):
    ids = [f"{letter}{number:05}" for number in range(PAGE) for letter in "aBc"]
    head = {"connection": company.name, "run": "r", "kind": "account", "field": "f", "at": read_clock()}
    found: list[str] = []
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(insert(WRITE_LOG), [head | {"record": id_} for id_ in ids])
        while page := list(read_logged(connection, company.name, "r", Kind.ACCOUNT, found[-1] if found else "")):
            found += page
    assert sorted(found) == sorted(ids)
