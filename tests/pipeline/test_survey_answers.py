"""What people answer to surveys, from the CRM to the KPIs."""

from __future__ import annotations

from datetime import timedelta

from company import TODAY, Company, opened

from adapters.base import Kind
from connector.pipeline.compute import compute_all, read_reference


def scores_of(company: Company, account: str) -> tuple[object, object]:
    with opened(company, dry=True) as job:
        shards = compute_all(job.store, job.name, read_reference(job.store, job.name, job.mapping), job.terms)
        kpis = next(result.kpis for shard in shards for result in shard if result.account == account)
    return kpis["nps"].numerator, kpis["csat"].numerator


def answer(company: Company, id_: str, contact: str, survey: str, score: int) -> None:
    at = f"{TODAY - timedelta(days=10)}T12:00:00Z"
    company.put(Kind.NPS_ANSWER, id_, contact=contact, survey=survey, score=score, answered_at=at)


def test_answers_of_the_crm_count_for_the_account_of_who_gave_them(company: Company):
    answer(company, "n1", "p", "nps", 10)
    answer(company, "n2", "q", "nps", 9)
    answer(company, "n3", "p", "csat", 5)
    answer(company, "n4", "nobody", "nps", 0)
    company.sync()
    assert scores_of(company, "a") == (2, 1)
    assert scores_of(company, "b") == (0, 0)


def test_answers_that_nobody_signed_count_for_the_account_that_gave_them(company: Company):
    at = f"{TODAY - timedelta(days=10)}T12:00:00Z"
    for number, account in enumerate(("a", "a", "b")):
        company.put(Kind.NPS_ANSWER, f"n{number}", account=account, survey="nps", score=10, answered_at=at)
    company.sync()
    assert (scores_of(company, "a")[0], scores_of(company, "b")[0]) == (2, 1)


def test_an_answer_follows_its_person_through_a_merge_and_goes_with_its_deletion(company: Company):
    answer(company, "n1", "p", "nps", 10)
    answer(company, "n2", "q", "nps", 10)
    company.sync()
    company.organisation.advance(timedelta(minutes=1))
    company.organisation.merge(Kind.CONTACT, "q", "p")
    company.sync(full=True)
    assert scores_of(company, "a")[0] == 1, "of one person the latest answer counts"
    company.organisation.advance(timedelta(minutes=1))
    company.organisation.delete(Kind.NPS_ANSWER, "n1")
    company.organisation.delete(Kind.NPS_ANSWER, "n2")
    company.sync()
    assert scores_of(company, "a")[0] in {None, 0}
