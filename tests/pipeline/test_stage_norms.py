"""What open deals are measured by: a pass over the won deals of the whole connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from company import Company, opened

from adapters.base import Kind
from connector.kpis.visits import StageNorm
from connector.pipeline import stage_norms
from connector.pipeline.compute import compute_all, read_reference
from connector.pipeline.stage_norms import read_stage_norms

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def add_deal(company: Company, id_: str, stage: str, *way: tuple[int, str]) -> None:
    company.organisation.put(Kind.DEAL, id_, {"account": "a", "stage": stage, "name": id_})
    for day, code in way:
        fields = {"deal": id_, "at": BEGUN + timedelta(days=day), "stage": code}
        company.organisation.put(Kind.DEAL_HISTORY, f"{id_}@{day}", fields)


@pytest.fixture
def experienced(company: Company) -> Company:
    """A company that has won twenty deals after 1, 2, … 20 days, and has an open one."""
    for number in range(1, 21):
        add_deal(company, f"won{number:02}", "won", (0, "open"), (number, "won"))
    add_deal(company, "old", "open", (0, "open"))
    company.sync()
    return company


def test_norms_come_from_all_won_deals_however_few_are_read_at_a_time(
    experienced: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stage_norms, "PAGE", 7)
    with opened(experienced, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        known = read_stage_norms(job.store, job.name, reference, job.terms)
    assert known.stage_norms == {(None, "open"): StageNorm(16, 20)}


def test_a_deal_that_stands_longer_is_shown_as_stalled(experienced: Company):
    with opened(experienced, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        results = [one for shard in compute_all(job.store, job.name, reference, job.terms) for one in shard]
    deals = next(result.deals for result in results if result.account == "a")
    assert deals["old"]["deal_stalled_since"].value == BEGUN.date()
    assert deals["won01"]["deal_stalled_since"].value is None
