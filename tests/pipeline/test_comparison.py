"""A reconciliation names what is missing, extra or stale, repairs only that, and says zero afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from company import Company
from sqlalchemy import select, update

from adapters.base import Kind
from adapters.errors import FatalError, LimitReachedError, TransientError
from connector.pipeline.reconcile import Comparison, reconcile
from connector.pipeline.report import ConnectionReport, RunStatus
from connector.store.census import read_comparisons
from connector.store.engine import open_engine
from connector.store.lease import Lease
from connector.store.mirror_tables import TABLES
from connector.store.store import open_store
from connector.wiring.jobs import RECONCILE, RunOptions, open_job, open_ledger


@pytest.fixture(params=["read by themselves", "read with their parents"])
def company(company: Company, request: pytest.FixtureRequest) -> Company:
    """One that was synced, whose old records lie far behind the cursors."""
    company.organisation.unstamped = frozenset({Kind.CONTACT, Kind.DEAL})
    if request.param == "read with their parents":
        company.organisation.children = {Kind.DEAL_CONTACT: Kind.DEAL}
    company.sync()
    company.organisation.advance(timedelta(hours=2))
    for kind in (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL, Kind.DEAL_CONTACT):
        company.put(kind, "later")
    company.sync()
    return company


def compare(company: Company, **wish: bool) -> tuple[ConnectionReport, dict[str, Comparison]]:
    settings = company.settings()
    with open_job(settings, settings.connections[0], RunOptions(command=RECONCILE, push=False)) as job:
        report, done = reconcile(job, **({"repair": False} | wish))
    return report, {one.kind.value: one for one in done}


def named(found: dict[str, Comparison]) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """Missing, extra and stale ids of the kinds that have any."""
    lists = {kind: (one.missing.ids, one.extra.ids, one.stale.ids) for kind, one in found.items()}
    return {kind: ids for kind, ids in lists.items() if any(ids)}


def tamper(company: Company, kind: Kind, id_: str, **values: object) -> None:
    """Change a row of the mirror behind everyone's back; without values, remove it."""
    engine = open_engine(company.database)
    table = TABLES[kind]
    with open_store(engine) as store, store.transaction() as connection:
        if values:
            connection.execute(update(table).where(table.c.id == id_).values(**values))
        else:
            connection.execute(table.delete().where(table.c.id == id_))
    engine.dispose()


def silently(company: Company, kind: Kind, id_: str, **fields: object) -> None:
    company.organisation.put(kind, id_, fields, modified_at=company.organisation.rows[kind][id_].modified_at)


FAULTS: dict[str, tuple[Callable[[Company], None], dict]] = {
    "purged in the CRM": (
        lambda company: company.organisation.vanish(Kind.CONTACT, "q"),
        {"contact": ([], ["q"], [])},
    ),
    "lost here": (lambda company: tamper(company, Kind.CONTACT, "q"), {"contact": (["q"], [], [])}),
    "old here": (
        lambda company: tamper(company, Kind.ACCOUNT, "a", modified_at=company.organisation.clock - timedelta(days=9)),
        {"account": ([], [], ["a"])},
    ),
    "moved without its modified date": (
        lambda company: silently(company, Kind.DEAL, "d", account="b"),
        {"deal": ([], [], ["d"])},
    ),
    "another value here": (
        lambda company: tamper(company, Kind.CONTACT, "p", influence=1),
        {"contact": ([], [], ["p"])},
    ),
    "buried here": (
        lambda company: tamper(company, Kind.DEAL, "e", deleted_at=company.organisation.clock),
        {"deal": (["e"], [], [])},
    ),
    "link lost here": (lambda company: tamper(company, Kind.DEAL_CONTACT, "d:p"), {"deal_contact": (["d:p"], [], [])}),
    "link gone in the CRM": (
        lambda company: company.organisation.vanish(Kind.DEAL_CONTACT, "d:p"),
        {"deal_contact": ([], ["d:p"], [])},
    ),
}


def test_quiet_company_agrees(company: Company):
    report, found = compare(company)
    assert report.status is RunStatus.DONE
    assert named(found) == {}
    assert {kind: found[kind].counted for kind in ("account", "contact", "deal")} == {
        "account": 3, "contact": 3, "deal": 3,
    }  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_differs_is_named_left_alone_without_repair_and_zero_after_it(company: Company, fault: str):
    make, expected = FAULTS[fault]
    make(company)
    assert named(compare(company)[1]) == expected
    assert named(compare(company)[1]) == expected
    _, repaired = compare(company, repair=True)
    assert named(repaired) == expected
    assert sum(one.repaired for one in repaired.values()) == 1
    assert named(compare(company)[1]) == {}
    assert company.sync().status is RunStatus.DONE


def test_repair_asks_for_what_differs_and_nothing_else(company: Company):
    idle = compare(company, repair=True)[0].api_calls
    company.organisation.vanish(Kind.CONTACT, "q")
    busy = compare(company, repair=True)[0].api_calls
    assert busy <= idle + 3


def test_record_merged_without_our_seeing_it_leads_to_the_winner_after_repair(company: Company):
    company.organisation.merge(Kind.ACCOUNT, "a", "b", restamp=False)
    company.organisation.rows[Kind.ACCOUNT]["b"].modified_at -= timedelta(days=3)
    company.organisation.rows[Kind.ACCOUNT]["a"].modified_at -= timedelta(days=3)
    compare(company, repair=True)
    table = TABLES[Kind.ACCOUNT]
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        assert ledger.scalar(select(table.c.merged_into).where(table.c.id == "b")) == "a"
    assert named(compare(company)[1]) == {}


def test_equal_counts_are_enough_for_a_quick_one(company: Company):
    silently(company, Kind.CONTACT, "p", influence=1)
    _, found = compare(company, quick=True)
    assert (found["contact"].compared, found["contact"].counted) == (False, 3)
    company.organisation.vanish(Kind.CONTACT, "q")
    _, found = compare(company, quick=True)
    assert found["contact"].compared
    assert named(found)["contact"] == ([], ["q"], ["p"])


def test_what_changed_since_the_last_run_is_read_and_is_no_difference(company: Company):
    company.put(Kind.CONTACT, "new", account="a")
    company.organisation.delete(Kind.CONTACT, "q")
    assert named(compare(company)[1]) == {}


def test_nothing_is_written_to_the_crm(company: Company):
    company.put(Kind.CONTACT, "q", stance="champion", influence=5)
    before = company.account_field("a", "champions")
    compare(company, repair=True)
    assert company.account_field("a", "champions") == before


def test_outcome_is_kept(company: Company):
    company.organisation.vanish(Kind.CONTACT, "q")
    compare(company)
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        kept = {
            row.kind: (row.counted, row.missing, row.extra, row.repaired)
            for row in read_comparisons(ledger, company.name)
        }
    assert kept["contact"] == (2, 0, 1, 0)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TransientError("the CRM is out"), RunStatus.INCOMPLETE),
        (LimitReachedError("the day is spent"), RunStatus.INCOMPLETE),
        (FatalError("no longer allowed"), RunStatus.FAILED),
    ],
)
def test_listing_that_breaks_off_buries_nothing(company: Company, fault: Exception, status: RunStatus):
    company.organisation.vanish(Kind.CONTACT, "q")
    calls = compare(company)[0].api_calls
    for after in range(calls - 8, calls, 2):
        company.organisation.fail(fault, after=after)
        report, _ = compare(company, repair=True)
        company.organisation.outages.clear()
        table = TABLES[Kind.CONTACT]
        with open_ledger(company.settings()) as store, store.reading() as ledger:
            live = set(ledger.scalars(select(table.c.id).where(table.c.deleted_at.is_(None))))
        assert {"p", "later"} <= live
        assert report.status in {status, RunStatus.DONE}
    compare(company, repair=True)
    assert named(compare(company)[1]) == {}


def test_reconciliation_never_runs_beside_a_sync(company: Company):
    settings = company.settings()
    with (
        open_job(settings, settings.connections[0], RunOptions()) as job,
        job.store.holding(Lease(job.name, job.run, job.lease)),
    ):
        report, found = compare(company, repair=True)
    assert (report.status, found) == (RunStatus.INCOMPLETE, {})
