"""What reps enter about accounts in the CRM is kept as their judgement and counts, unless our word has authority."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from company import Company, opened

from adapters.base import Kind
from adapters.memory.adapter import MemoryCRM
from connector.config.connection import Authority
from connector.kpis.money import CrmRates, Exchange, Money
from connector.kpis.strategic import alignment_of, potential_of
from connector.languages.translation import translator_for
from connector.pipeline.compute import read_reference
from connector.pipeline.facts import facts_of
from connector.plans.book import read_plans
from connector.plans.input_fields import input_specs
from connector.plans.known import read_known
from connector.plans.overlay import Times, Umpire, overlay_plans
from connector.plans.pen import Pen
from connector.store.plan_values import Side, Source, read_changes
from connector.wiring.jobs import build_mapping, open_database, open_ledger
from mappings.account_plan import NO_PLAN, AccountPlan
from mappings.entities import Account
from mappings.strategy import Entity, Plan

HOUR = timedelta(hours=1)


def told(company: Company, field: str, account: str = "a") -> list[tuple[str | None, Source]]:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        changes = read_changes(ledger, company.name, [account])
    of_field = [change.now for change in changes if (change.now.entity, change.now.field) == (Entity.PLAN, field)]
    return [(one.value, one.source) for one in of_field if one.side is Side.CRM]


def say(company: Company, at: datetime, **values: Any) -> None:
    pen = Pen(company.name, "anna", at)
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        pen.write(ledger, "a", Entity.PLAN, "a", values)


def alignment(company: Company) -> int | None:
    """As the figures see it."""
    with opened(company) as job:
        reference = read_reference(job.store, job.name, job.mapping)
        facts = facts_of(job.store, job.name, ["a"], reference, job.terms)
    return alignment_of(facts.accounts["a"], facts.plans.get("a", NO_PLAN))


def make_inputs(company: Company) -> None:
    crm = MemoryCRM(company.organisation)
    mapping = build_mapping(company.settings(), company.settings().connections[0])
    crm.ensure_fields(input_specs(mapping, crm.check(), translator_for("en")))


@pytest.fixture
def synced(company: Company) -> Company:
    company.put(Kind.ACCOUNT, "a", potential_revenue=Decimal("5000.00"), alignment=2)
    company.sync()
    company.organisation.advance(HOUR)
    return company


def test_what_a_first_sync_finds_is_nobodys_touch(synced: Company):
    assert told(synced, "potential_revenue") == [('"5000"', Source.CRM_FOUND)]
    assert told(synced, "objective") == []
    assert told(synced, "alignment", "b") == []


def test_a_rep_who_changes_an_account_touches_its_plan(synced: Company):
    synced.put(Kind.ACCOUNT, "a", alignment=4, objective="Grow")
    synced.sync()
    assert told(synced, "alignment") == [("2", Source.CRM_FOUND), ("4", Source.CRM)]
    assert told(synced, "objective") == [('"Grow"', Source.CRM)]
    with open_ledger(synced.settings()) as store, store.reading() as ledger:
        assert [touch.author for touch in read_plans(ledger, synced.name, ["a"])["a"].touches] == ["crm", "crm"]
    assert told(synced, "potential_revenue") == [('"5000"', Source.CRM_FOUND)]


def test_what_is_read_again_or_spelt_otherwise_is_no_change(synced: Company):
    synced.put(Kind.ACCOUNT, "a", potential_revenue=Decimal("5000.0"), name="Acme Ltd")
    synced.sync()
    synced.sync(full=True)
    assert told(synced, "potential_revenue") == [('"5000"', Source.CRM_FOUND)]


def test_what_reps_filled_in_before_it_was_read_is_filled_back_as_their_word(synced: Company):
    make_inputs(synced)
    synced.put(Kind.ACCOUNT, "a", playmaker_alignment="5")
    synced.put(Kind.CONTACT, "q", playmaker_stance="opponent")
    synced.sync()
    assert told(synced, "alignment") == [("2", Source.CRM_FOUND), ("5", Source.CRM)]
    with open_ledger(synced.settings()) as store, store.reading() as ledger:
        changes = [one.now for one in read_changes(ledger, synced.name, ["a"]) if one.now.id == "q"]
    assert ("stance", '"opponent"', Source.CRM) in {(one.field, one.value, one.source) for one in changes}
    assert alignment(synced) == 5


@pytest.mark.parametrize(
    ("authority", "hours", "counts"),
    [("local", -9000, 1), ("crm", 1, 3), ("latest", 1, 1), ("latest", -9000, 3)],
)
def test_authority_decides_between_the_plan_and_the_crm(synced: Company, authority: str, hours: int, counts: int):
    synced.put(Kind.ACCOUNT, "a", alignment=3)
    synced.sync()
    say(synced, synced.organisation.clock + hours * HOUR, alignment=1, tier="A")
    synced.options["authority"] = {"alignment": authority}
    assert alignment(synced) == counts
    settled = synced.settings().connections[0].authority.by_field()
    with open_ledger(synced.settings()) as store, store.reading() as ledger:
        (conflict,) = read_known(ledger, synced.name, ["a"], settled)["a"].conflicts
    assert (conflict.person, conflict.local, conflict.crm, conflict.holds) == (None, 1, 3, counts)


@pytest.mark.parametrize(("authority", "counts"), [("crm", 100), ("local", 50)])
def test_authority_decides_about_the_currency_of_the_same_number_too(authority: str, counts: int):
    account, plan = Account(currency="EUR", potential_revenue=100), Plan(potential_revenue=100, currency="USD")
    umpire = Umpire({"potential_revenue": Authority(authority)}, Times({}, {}))
    heard = overlay_plans({"a": account}, {"a": AccountPlan(plan=plan)}, umpire)["a"]
    money = potential_of(account, heard, Exchange("EUR", "EUR", CrmRates([]), {"USD": Decimal("0.5")}))
    assert money == Money(Decimal(counts), "EUR" if authority == "crm" else "USD")


def test_after_a_merge_the_crms_word_is_the_winners(synced: Company):
    synced.put(Kind.ACCOUNT, "b", alignment=5)
    synced.sync()
    synced.organisation.advance(HOUR)
    synced.organisation.merge(Kind.ACCOUNT, "a", "b")
    synced.sync()
    assert told(synced, "alignment")[-1] == ("2", Source.CRM_FOUND)
    assert told(synced, "alignment", "b") == []
