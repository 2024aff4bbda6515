"""What a run reads of its own mirror to reckon the figures: once, and never much at a time."""

from __future__ import annotations

import pytest
from company import Company, kept_errors, opened
from sqlalchemy import event

from adapters.base import Kind
from adapters.errors import TransientError
from connector.cli.kpis import kpi_lines
from connector.kpis.shard import order_of
from connector.pipeline.compute import ORPHANS, compute_all, read_reference
from connector.pipeline.gather import gather
from connector.pipeline.report import RunStatus
from connector.pipeline.run import sync
from connector.wiring.jobs import open_ledger


def add_orphans(company: Company, count: int, **fields: str) -> None:
    for number in range(count):
        company.organisation.put(Kind.DEAL, f"o{number}", {"name": f"Orphan {number}", "stage": "open", **fields})


def test_deals_without_an_account_are_computed_some_at_a_time(company: Company):
    add_orphans(company, ORPHANS + 5)
    assert company.sync().status is RunStatus.DONE
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        shards = list(compute_all(job.store, job.name, reference, job.terms))
    assert [len(result.deals) for shard in shards[1:] for result in shard] == [ORPHANS, 5]
    assert company.organisation.get(Kind.DEAL, f"o{ORPHANS + 4}")["playmaker_computed_at"]


def test_deals_without_an_account_are_shown_together_however_many_they_are(company: Company):
    add_orphans(company, ORPHANS + 5)
    company.sync()
    settings = company.settings()
    with opened(company, dry=True) as job, open_ledger(settings) as store:
        *_, last = kpi_lines(store, settings, settings.connections[0], job.terms)
    shown = [deal["deal"] for deal in last["deals"]]
    assert (last["account"], len(shown)) == (None, ORPHANS + 5)
    assert shown == sorted(shown, key=order_of)


def test_what_is_left_out_of_deals_without_an_account_is_kept_whatever_shard_they_are_in(company: Company):
    add_orphans(company, 1, stage="nowhere")
    add_orphans(company, ORPHANS)
    company.organisation.put(Kind.DEAL, "z", {"name": "Last", "stage": "nowhere"})
    company.organisation.put(Kind.DEAL, "A", {"name": "First", "stage": "nowhere"})
    company.sync()
    (kept,) = [error for error in kept_errors(company) if error.code == "left_out"]
    assert kept.id == "none"
    assert "(A)" in kept.message
    assert "(z)" in kept.message


def test_what_is_left_out_again_keeps_its_first_time_until_it_counts(company: Company):
    company.organisation.put(Kind.DEAL, "x", {"name": "Odd", "stage": "nowhere", "account": "a"})
    company.sync()
    (first,) = [error for error in kept_errors(company) if error.code == "left_out"]
    company.sync()
    (again,) = [error for error in kept_errors(company) if error.code == "left_out"]
    assert (again.id, again.first_at) == ("a", first.first_at)
    assert again.last_at > first.last_at
    company.organisation.put(Kind.DEAL, "x", {"name": "Odd", "stage": "open", "account": "a"})
    company.sync()
    assert [error for error in kept_errors(company) if error.code == "left_out"] == []


def test_what_is_the_same_for_all_accounts_is_read_once_a_run(company: Company):
    company.sync()
    read: list[str] = []
    with opened(company) as job:
        event.listen(job.store.connection, "before_cursor_execute", lambda *said: read.append(said[2]))
        assert sync(job).status is RunStatus.DONE
    assert len([one for one in read if "crm_product.family" in one and "FROM crm_product" in one]) == 1


def test_run_that_is_asked_to_end_while_it_reckons_ends_after_its_shard(company: Company):
    company.sync()
    with opened(company) as job:
        job.stop.set()
        with pytest.raises(TransientError, match="stopped by request"):
            gather(job, read_reference(job.store, job.name, job.mapping))
