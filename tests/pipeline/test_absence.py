"""Only a complete listing may infer a delete, and every delete is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from company import Company
from sqlalchemy import select

from adapters.base import Kind
from adapters.errors import TransientError
from connector.pipeline.report import RunStatus
from connector.store.mirror_tables import TABLES
from connector.wiring.jobs import open_ledger


def live(company: Company, kind: Kind) -> set[str]:
    table = TABLES[kind]
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return set(ledger.scalars(select(table.c.id).where(table.c.deleted_at.is_(None))))


def remap(company: Company) -> None:
    """A change of the mapping, which makes the next run read all contacts anew."""
    company.organisation.add_field(Kind.CONTACT, "our_view", "string")
    company.options = {"mapping": {"contact": {"title": "our_view"}}}


def test_record_deleted_while_the_mapping_changed_is_buried(company: Company):
    company.sync()
    company.organisation.advance(timedelta(hours=1))
    company.organisation.delete(Kind.CONTACT, "p")
    remap(company)
    assert company.sync().deleted["contact"] == 1
    assert live(company, Kind.CONTACT) == {"q"}


def test_record_deleted_before_a_full_run_is_buried(company: Company):
    company.sync()
    company.organisation.delete(Kind.DEAL, "e")
    company.organisation.vanish(Kind.CONTACT, "q")
    company.sync(full=True)
    assert live(company, Kind.DEAL) == {"d"}
    assert live(company, Kind.CONTACT) == {"p"}


@pytest.mark.parametrize("after", range(8, 20, 2))
def test_record_deleted_while_a_full_reading_breaks_off_is_buried_by_the_next_run(company: Company, after: int):
    company.sync()
    company.organisation.advance(timedelta(hours=1))
    company.organisation.delete(Kind.CONTACT, "p")
    remap(company)
    company.organisation.fail(TransientError("the CRM is out"), after=after)
    first = company.sync(push=False)
    company.organisation.outages.clear()
    company.organisation.delete(Kind.CONTACT, "q")
    assert company.sync(push=False).status is RunStatus.DONE
    assert first.status in {RunStatus.INCOMPLETE, RunStatus.DONE}
    assert live(company, Kind.CONTACT) == set()


def test_listing_that_stops_half_way_buries_nothing(company: Company):
    for number in range(600):
        company.organisation.put(Kind.CONTACT, f"many-{number:03}", {"account": "a"})
    company.sync(push=False)
    before = live(company, Kind.CONTACT)
    ids = company.organisation.live
    company.organisation.live = lambda kind: ids(kind)[:10] if kind is Kind.CONTACT else ids(kind)  # type: ignore[method-assign] # a list cut short
    company.sync(push=False, full=True)
    assert live(company, Kind.CONTACT) == before, "the CRM still knows each of them by its id"


def test_merge_before_a_full_run_is_known_as_a_merge(company: Company):
    company.sync()
    company.organisation.merge(Kind.ACCOUNT, "a", "b", restamp=False)
    company.sync(full=True)
    table = TABLES[Kind.ACCOUNT]
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        assert ledger.scalar(select(table.c.merged_into).where(table.c.id == "b")) == "a"


def test_after_an_absence_longer_than_the_bin_keeps_deletes_the_ids_are_compared(company: Company):
    company.sync()
    company.organisation.vanish(Kind.CONTACT, "q")
    company.sync(later=timedelta(days=10))
    assert live(company, Kind.CONTACT) == {"p", "q"}, "it left no trace, and the bin was not emptied by age"
    company.sync(later=timedelta(days=25))
    assert live(company, Kind.CONTACT) == {"p"}


def test_first_pull_asks_for_no_listing(company: Company):
    first = company.sync(push=False).api_calls
    full = company.sync(push=False, full=True).api_calls
    assert full > first


def test_what_hung_on_a_deleted_parent_goes_with_it(company: Company):
    company.organisation.children = {Kind.DEAL_CONTACT: Kind.DEAL}
    company.sync()
    assert live(company, Kind.DEAL_CONTACT) == {"d:p"}
    company.organisation.delete(Kind.DEAL, "d")
    company.sync()
    assert live(company, Kind.DEAL_CONTACT) == set()
    company.organisation.advance(timedelta(minutes=1))
    company.organisation.put(Kind.DEAL, "d")
    company.sync()
    assert live(company, Kind.DEAL_CONTACT) == {"d:p"}
