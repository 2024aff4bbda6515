"""One run of a connection at a time: what the second does, and what becomes of a first that was lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from typing import Any

import pytest
from company import Company, fill, opened
from sqlalchemy import delete, select, update

from adapters.base import Kind
from adapters.memory.organisation import find_organisation
from connector.pipeline.job import Job
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.pipeline.run import run_alone, sync
from connector.store.guarantee_tables import LEASES
from connector.store.holder import Holder
from connector.store.ledger import read_runs
from connector.wiring.jobs import open_ledger

PATIENCE = 60
FAR_AWAY = replace(Holder.here("far"), host="elsewhere", scope="another machine")

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["company", "psycopg"])


def take_over(company: Company) -> None:
    """What another machine does once the lease of a run that it hears nothing of is over."""
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(update(LEASES).values(holder=FAR_AWAY.text))


def let_expire(company: Company) -> None:
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(update(LEASES).values(expires_at=LEASES.c.taken_at))


def free(company: Company) -> None:
    with opened(company) as job, job.store.transaction() as connection:
        connection.execute(delete(LEASES))


def held(company: Company) -> list[Any]:
    with open_ledger(company.settings()) as store, store.reading() as connection:
        return list(connection.execute(select(LEASES)).all())


def written_fields(company: Company) -> dict[str, object]:
    fields = company.organisation.get(Kind.ACCOUNT, "a")
    return {name: value for name, value in fields.items() if name.startswith("playmaker_")}


def work_elsewhere(name: str, database: str, pipe: Pipe) -> None:
    """A process with a CRM of its own in memory: syncs, stopping at each page and batch until told to go on."""
    company = Company(name, database, find_organisation(name))
    fill(company)
    company.create_fields()

    def wait(_kind: str, _count: int) -> None:
        pipe.send("page")
        pipe.recv()

    report = company.sync(progress=wait)
    pipe.send((report.status.value, report.error, report.api_calls, report.written))


class Elsewhere:
    """A sync of the same connection in another process."""

    def __init__(self, company: Company) -> None:
        self.pipe, theirs = processes.Pipe()
        self.process = processes.Process(target=work_elsewhere, args=(company.name, company.database, theirs))
        self.process.start()
        theirs.close()

    def hear(self) -> Any:
        assert self.pipe.poll(PATIENCE), "the other process says nothing"
        return self.pipe.recv()

    def finish(self) -> tuple[str, Any, int, int]:
        while (said := self.hear()) == "page":
            self.pipe.send("go on")
        return said

    def end(self) -> None:
        self.process.kill()
        self.process.join(PATIENCE)
        self.process.close()


@pytest.fixture
def start_elsewhere(company: Company) -> Iterator[Callable[[], Elsewhere]]:
    started: list[Elsewhere] = []

    def start() -> Elsewhere:
        started.append(Elsewhere(company))
        return started[-1]

    yield start
    for one in started:
        one.end()


def test_of_two_processes_that_sync_a_connection_at_once_exactly_one_works(start_elsewhere):
    both = [start_elsewhere(), start_elsewhere()]
    said = [one.hear() for one in both if one.pipe.poll(PATIENCE)]
    _idle, busy = both if said[1] == "page" else reversed(both)
    status, error, calls, written = next(one for one in said if one != "page")
    assert said.count("page") == 1
    assert (status, error["kind"], calls, written) == ("incomplete", "incomplete", 0, 0)
    assert f"process {busy.process.pid} on" in error["message"]
    busy.pipe.send("go on")
    status, error, _, written = busy.finish()
    assert (status, error, written) == ("done", None, 4)


def test_run_that_finds_another_under_way_says_so_and_does_nothing(company: Company):
    with opened(company) as first:
        reports: list[ConnectionReport] = []
        run_alone(first, lambda _job: reports.append(company.sync()))
    (second,) = reports
    assert (second.status, second.api_calls, second.pulled) == (RunStatus.INCOMPLETE, 0, {})
    assert second.error is not None
    assert "another run has been under way since" in second.error["message"]
    with open_ledger(company.settings()) as store, store.reading() as connection:
        assert [run.id for run in read_runs(connection, company.name, 9)] == [first.run]
    assert written_fields(company) == {}


def test_dry_run_needs_no_lease_and_takes_none(company: Company):
    with opened(company) as first:
        reports: list[ConnectionReport] = []
        run_alone(first, lambda _job: reports.append(company.sync(dry=True)))
    assert reports[0].status is RunStatus.DONE
    with opened(company, dry=True) as job:
        run_alone(job, held_none)
    assert held(company) == []


def test_dry_run_makes_no_run_wait(company: Company):
    real: list[ConnectionReport] = []

    def sync_beside(kind: str, _count: int) -> None:
        if kind == Kind.CONTACT:
            real.append(company.sync())

    rehearsed = company.sync(dry=True, progress=sync_beside)
    assert [report.status for report in (rehearsed, *real)] == [RunStatus.DONE] * 2
    assert real[0].written == 4


def held_none(job: Job) -> None:
    with job.store.reading() as connection:
        assert connection.execute(select(LEASES)).all() == []


def test_killed_run_on_this_machine_is_superseded_at_once(company: Company, start_elsewhere):
    killed = start_elsewhere()
    assert killed.hear() == "page"
    assert len(held(company)) == 1
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.join(PATIENCE)
    assert len(held(company)) == 1, "the killed run could not give its lease back"
    report = company.sync()
    assert (report.status, report.written) == (RunStatus.DONE, 4)
    assert held(company) == []


def test_killed_run_on_another_machine_is_superseded_after_its_lease(company: Company, start_elsewhere):
    killed = start_elsewhere()
    assert killed.hear() == "page"
    take_over(company)
    killed.process.kill()
    report = company.sync()
    assert report.status is RunStatus.INCOMPLETE
    assert "process" in str(report.error)
    assert "elsewhere" in str(report.error)
    let_expire(company)
    assert company.sync().status is RunStatus.DONE


def test_run_whose_place_was_taken_between_two_pages_commits_no_further_page(company: Company):
    pages: list[str] = []

    def lose(kind: str, _count: int) -> None:
        pages.append(kind)
        if kind == Kind.ACCOUNT:
            take_over(company)

    report = company.sync(progress=lose)
    assert (report.status, pages[-1]) == (RunStatus.INCOMPLETE, Kind.ACCOUNT)
    assert "another run took over" in str(report.error)
    assert held(company)[0].holder == FAR_AWAY.text
    with open_ledger(company.settings()) as store, store.reading() as connection:
        (run,) = read_runs(connection, company.name, 9)
        assert run.status == "incomplete"
    free(company)
    assert company.sync().written == 4


def test_run_whose_place_was_taken_before_a_batch_writes_nothing_into_the_crm(company: Company):
    with opened(company) as job:
        run_alone(job, lambda job: lose_before_writing(company, job))
    assert "another run took over" in str(job.report.error)
    assert written_fields(company) == {}


def lose_before_writing(company: Company, job: Job) -> None:
    take_over(company)
    job.before_unit()


def test_run_that_slept_beyond_its_lease_makes_no_further_call(company: Company):
    with opened(company) as job:
        slow = replace(job, lease=timedelta(0))  # each call is due to look
        run_alone(slow, lambda job: call_after_sleep(company, job))
    assert "another run took over" in str(job.report.error)
    assert job.report.api_calls == 1


def call_after_sleep(company: Company, job: Job) -> None:
    job.crm.check()
    take_over(company)
    job.crm.check()


def test_no_call_is_made_while_a_transaction_is_open(company: Company):
    """A lease is renewed before calls, and a slow CRM must not keep others from the database."""
    calls: list[bool] = []
    with opened(company) as job:
        crm = job.crm
        crm._calls._before_call = lambda: calls.append(job.store.connection.in_transaction())  # noqa: SLF001 - where every call passes
        report = sync(job)
    assert report.status is RunStatus.DONE
    assert calls
    assert not any(calls)


def test_run_that_failed_gives_its_lease_back(company: Company):
    company.organisation.reachable = False
    assert company.sync().status is RunStatus.INCOMPLETE
    assert held(company) == []
