"""What reps enter about people in the CRM is kept as their judgement, with its time; a sync never overwrites ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from company import Company, opened
from sqlalchemy import delete

from adapters.base import Kind
from connector.pipeline.compute import read_reference
from connector.pipeline.facts import facts_of
from connector.plans.book import read_plans
from connector.plans.known import read_known
from connector.plans.pen import Pen
from connector.store.plan_tables import PLAN_CHANGES, PLAN_VALUES
from connector.store.plan_values import PlanChange, Side, Source, read_changes, read_part
from connector.wiring.jobs import open_database, open_ledger
from mappings.account_plan import AccountPlan
from mappings.strategy import Entity
from mappings.vocabulary import Role

HOUR = timedelta(hours=1)


def changes(company: Company, account: str, field: str | None = None) -> list[PlanChange]:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        found = read_changes(ledger, company.name, [account])
    return [change for change in found if field in {None, change.now.field}]


def told(company: Company, account: str, person: str, field: str) -> list[tuple[str | None, Source]]:
    return [
        (one.now.value, one.now.source)
        for one in changes(company, account)
        if (one.now.id, one.now.field) == (person, field)
    ]


def plan(company: Company, account: str) -> AccountPlan:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return read_plans(ledger, company.name, [account])[account]


def judge(company: Company, account: str, person: str, **values: Any) -> None:
    pen = Pen(company.name, "anna", datetime(2026, 2, 1, tzinfo=UTC))
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        pen.write(ledger, account, Entity.STAKEHOLDER, person, values)


@pytest.fixture
def synced(company: Company) -> Company:
    company.sync()
    company.organisation.advance(HOUR)
    return company


def test_what_a_first_sync_finds_is_dated_with_its_record_and_is_nobodys_touch(synced: Company):
    stamp = synced.organisation.rows[Kind.CONTACT]["p"].modified_at
    found = [one.now for one in changes(synced, "a") if one.now.id == "p"]
    assert {(one.field, one.value) for one in found} == {
        ("account", "a"),
        ("role", '"economic"'),
        ("influence", "5"),
        ("stance", '"champion"'),
    }
    assert {(one.source, one.author, one.at, one.side) for one in found} == {(Source.CRM_FOUND, "crm", stamp, Side.CRM)}
    assert plan(synced, "a").touches == ()


def test_a_rep_who_changes_a_role_in_the_crm_touches_the_plan(synced: Company):
    synced.put(Kind.CONTACT, "p", role="coach")
    synced.sync()
    assert told(synced, "a", "p", "role") == [('"economic"', Source.CRM_FOUND), ('"coach"', Source.CRM)]
    assert [touch.at for touch in plan(synced, "a").touches] == [synced.organisation.clock]


def test_a_rep_who_fills_in_an_empty_stance_in_the_crm_touches_the_plan(synced: Company):
    synced.put(Kind.CONTACT, "q", stance="opponent")
    synced.sync()
    assert told(synced, "a", "q", "stance") == [('"opponent"', Source.CRM)]


def test_a_change_of_anything_else_is_no_judgement(synced: Company):
    before = changes(synced, "a")
    synced.put(Kind.CONTACT, "p", title="CFO")
    synced.sync()
    synced.sync(full=True)
    assert changes(synced, "a") == before


def test_what_another_mapping_reads_is_found_and_nobodys_touch(synced: Company):
    synced.options = {"mapping": {"contact": {"role": {"field": "role", "values": {"economic": "technical"}}}}}
    synced.put(Kind.CONTACT, "p", title="CFO")
    synced.sync()
    assert told(synced, "a", "p", "role")[1:] == [('"technical"', Source.CRM_FOUND)]
    assert plan(synced, "a").touches == ()


def test_a_person_who_goes_to_another_account_is_in_the_history_of_both(synced: Company):
    judge(synced, "a", "p", personal_stakes="promotion")
    synced.put(Kind.CONTACT, "p", account="b")
    synced.sync()
    left, came = plan(synced, "a"), plan(synced, "b")
    assert [turn.value for turn in left.turns if (turn.person, turn.field) == ("p", "account")] == ["a", "b"]
    assert [turn.value for turn in came.turns if (turn.person, turn.field) == ("p", "account")] == ["b"]
    assert [turn.value for turn in came.turns if (turn.person, turn.field) == ("p", "role")] == [Role.ECONOMIC]
    assert "p" not in left.stakeholders
    assert came.stakeholders["p"].personal_stakes == "promotion"


def test_a_move_to_another_account_is_no_touch_of_its_own(synced: Company):
    synced.put(Kind.CONTACT, "p", account="b")
    synced.sync()
    assert (plan(synced, "a").touches, plan(synced, "b").touches) == ((), ())


def test_a_person_deleted_in_the_crm_left_the_account_and_comes_back_with_an_undelete(synced: Company):
    synced.organisation.delete(Kind.CONTACT, "p")
    synced.sync()
    assert told(synced, "a", "p", "account") == [("a", Source.CRM_FOUND), (None, Source.CRM_FOUND)]
    assert [turn.field for turn in plan(synced, "a").turns if turn.person == "p"].count("departed") == 0
    synced.put(Kind.CONTACT, "p")
    synced.sync()
    assert [value for value, _ in told(synced, "a", "p", "account")] == ["a", None, "a"]
    assert len(told(synced, "a", "p", "role")) == 1


def test_what_people_said_here_stays_as_they_said_it(synced: Company):
    judge(synced, "a", "p", role="user")
    synced.put(Kind.CONTACT, "p", role="coach")
    synced.sync()
    with open_ledger(synced.settings()) as store, store.reading() as ledger:
        roles = {
            one.side: one for one in read_part(ledger, synced.name, Entity.STAKEHOLDER, "p") if one.field == "role"
        }
    assert (roles[Side.LOCAL].value, roles[Side.LOCAL].author) == ('"user"', "anna")
    assert (roles[Side.CRM].value, roles[Side.CRM].source) == ('"coach"', Source.CRM)


@pytest.mark.parametrize(("authority", "champions"), [("local", 0), ("crm", 1), ("latest", 1)])
def test_whose_word_counts_is_the_admins_choice(synced: Company, authority: str, champions: int):
    synced.options = {"authority": {"stance": authority}}
    judge(synced, "a", "p", stance="neutral")
    synced.put(Kind.CONTACT, "p", stance="opponent")
    synced.sync()
    synced.organisation.advance(timedelta(days=60))
    synced.put(Kind.CONTACT, "p", stance="champion")
    synced.sync()
    assert synced.account_field("a", "champions") == champions


def test_with_latest_the_older_word_of_the_crm_does_not_count(company: Company):
    company.options = {"authority": {"stance": "latest"}}
    judge(company, "a", "p", stance="neutral")
    company.sync()
    assert company.account_field("a", "champions") == 0


def test_a_dry_run_records_no_judgement(synced: Company):
    before = changes(synced, "a")
    synced.put(Kind.CONTACT, "p", role="coach")
    synced.sync(dry=True)
    assert changes(synced, "a") == before


def test_people_whom_nobody_judged_leave_no_lines(company: Company):
    company.put(Kind.CONTACT, "n", account="b", title="Buyer")
    company.sync()
    assert changes(company, "b") == []


def test_a_person_judged_when_first_seen_at_an_account_is_found_there(company: Company):
    company.put(Kind.CONTACT, "n", role="user")
    company.sync()
    company.put(Kind.CONTACT, "n", account="b")
    company.sync()
    assert [(one.now.field, one.now.value) for one in changes(company, "b")] == [("account", "b"), ("role", '"user"')]


def test_people_who_were_there_before_plans_were_kept_have_a_past_too(company: Company):
    """Else only those who change are known, and everybody who was key seems to have left."""
    company.sync()
    before = [one.now for one in changes(company, "a")]
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        ledger.execute(delete(PLAN_VALUES))
        ledger.execute(delete(PLAN_CHANGES))
    company.sync()
    assert [one.now for one in changes(company, "a")] == before
    company.sync()
    assert [one.now for one in changes(company, "a")] == before


@pytest.mark.parametrize(("authority", "role"), [("local", Role.USER), ("crm", Role.ECONOMIC), ("latest", Role.USER)])
def test_the_crms_word_may_stand_in_the_relation_to_the_account(company: Company, authority: str, role: Role):
    company.put(Kind.CONTACT, "n", account="a")
    company.put(Kind.ACCOUNT_CONTACT, "a:n", account="a", contact="n", role="economic")
    company.options = {"authority": {"role": authority}}
    company.sync()
    judge(company, "a", "n", role="user")
    with opened(company, dry=True) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        people = facts_of(job.store, job.name, ["a"], reference, job.terms).contacts
        with job.store.reading() as ledger:
            (conflict,) = read_known(ledger, job.name, ["a"], job.terms.authority)["a"].conflicts
    assert people["n"].role is role
    assert (conflict.local, conflict.crm, conflict.holds) == (Role.USER, Role.ECONOMIC, role)


def test_a_part_in_a_deal_that_only_the_plan_knows_counts_for_the_deal(synced: Company):
    pen = Pen(synced.name, "anna", datetime(2026, 2, 1, tzinfo=UTC))
    with open_database(synced.settings(), dry=False) as store, store.transaction() as ledger:
        pen.write(ledger, "a", Entity.DEAL_PART, "x", {"deal": "d", "stakeholder": "q", "stance": "champion"})
    before = synced.organisation.get(Kind.DEAL, "d")["playmaker_deal_threads"]
    synced.sync()
    assert (before, synced.organisation.get(Kind.DEAL, "d")["playmaker_deal_threads"]) == (1, 2)
