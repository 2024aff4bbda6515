"""What people said of a record that is merged away or deleted in the CRM is not lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from company import Company, opened
from sqlalchemy import select

from adapters.base import Kind
from connector.pipeline.run import sync
from connector.plans.book import read_plans
from connector.plans.pen import Pen
from connector.store.plan_tables import KPI_VALUES
from connector.store.plan_values import read_changes
from connector.wiring.jobs import open_database, open_ledger
from mappings.account_plan import AccountPlan
from mappings.strategy import Entity
from mappings.vocabulary import Role, Stance

BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def say(company: Company, account: str, entity: Entity, id_: str, *, days: int = 0, **values: Any) -> None:
    pen = Pen(company.name, "anna", BEGIN + days * DAY)
    with open_database(company.settings(), dry=False) as store, store.transaction() as ledger:
        pen.write(ledger, account, entity, id_, values)


def plan(company: Company, account: str) -> AccountPlan:
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return read_plans(ledger, company.name, [account])[account]


def merge(company: Company, kind: Kind, winner: str, loser: str) -> None:
    company.organisation.advance(timedelta(hours=1))
    company.organisation.merge(kind, winner, loser)
    company.sync()


def run(company: Company, later: timedelta = timedelta(0)) -> None:
    """One run that reckons for its own moment."""
    with opened(company) as job:
        at = job.started + later
        sync(replace(job, started=at, terms=replace(job.terms, as_of=at)))


def figures(company: Company, record: str, key: str) -> list[tuple[str, bool]]:
    query = select(KPI_VALUES).where(KPI_VALUES.c.record == record, KPI_VALUES.c.key == key)
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return [(row.figure, row.until is None) for row in ledger.execute(query.order_by(KPI_VALUES.c.since))]


@pytest.fixture
def synced(company: Company) -> Company:
    company.put(Kind.CONTACT, "r", account="a")
    company.put(Kind.DEAL, "f", account="a", stage="open", amount="10", currency="EUR")
    company.sync()
    return company


def test_judgements_of_a_merged_person_go_to_the_winner_and_the_later_word_holds(synced: Company):
    say(synced, "a", Entity.STAKEHOLDER, "p", role="user", stance="neutral")
    say(synced, "a", Entity.STAKEHOLDER, "r", days=1, role="coach", personal_stakes="promotion")
    say(synced, "a", Entity.STAKEHOLDER, "p", days=2, stance="opponent")
    merge(synced, Kind.CONTACT, "p", "r")
    people = plan(synced, "a").stakeholders
    assert set(people) == {"p"}
    assert (people["p"].role, people["p"].stance, people["p"].personal_stakes) == (
        Role.COACH,
        Stance.OPPONENT,
        "promotion",
    )
    with open_ledger(synced.settings()) as store, store.reading() as ledger:
        said = {change.now.value for change in read_changes(ledger, synced.name, ["a"]) if change.now.id == "p"}
    assert {'"user"', '"coach"', '"neutral"', '"opponent"'} <= said


def test_what_names_a_merged_person_names_the_winner(synced: Company):
    say(synced, "a", Entity.STAKEHOLDER, "q", reports_to="r")
    say(synced, "a", Entity.INFLUENCE_LINE, "l", source="r", target="q")
    say(synced, "a", Entity.ACTION, "x", title="Call", stakeholder="r")
    say(synced, "a", Entity.DEAL_PART, "y", deal="d", stakeholder="r")
    say(synced, "a", Entity.ANSWER, "z", person="r", survey="nps", score=9)
    merge(synced, Kind.CONTACT, "p", "r")
    known = plan(synced, "a")
    named = [known.stakeholders["q"].reports_to, known.influence_lines["l"].source, known.actions["x"].stakeholder]
    assert [*named, known.deal_parts["y"].stakeholder, known.answers["z"].person] == ["p"] * 5


def test_nobody_reports_to_themselves_after_a_merge(synced: Company):
    say(synced, "a", Entity.STAKEHOLDER, "p", reports_to="r")
    merge(synced, Kind.CONTACT, "p", "r")
    assert plan(synced, "a").stakeholders["p"].reports_to is None


def test_after_a_merge_the_crms_word_is_the_winners(synced: Company):
    synced.put(Kind.CONTACT, "r", role="coach")
    synced.sync()
    merge(synced, Kind.CONTACT, "p", "r")
    roles = [turn.value for turn in plan(synced, "a").turns if (turn.person, turn.field) == ("p", "role")]
    assert roles[-1] is Role.ECONOMIC
    assert not any(turn.person == "r" for turn in plan(synced, "a").turns)


def test_the_plan_of_a_merged_account_goes_to_the_winner(synced: Company):
    say(synced, "b", Entity.PLAN, "b", days=1, objective="Grow", tier="gold")
    say(synced, "a", Entity.PLAN, "a", tier="silver")
    say(synced, "b", Entity.ACTION, "x", title="Call")
    say(synced, "b", Entity.CELL, "c", unit="b", line="Valves")
    merge(synced, Kind.ACCOUNT, "a", "b")
    known = plan(synced, "a")
    assert known.plan is not None
    assert (known.plan.objective, known.plan.tier) == ("Grow", "gold")
    assert (known.actions["x"].title, known.cells["c"].unit) == ("Call", "a")


def test_what_names_a_merged_deal_names_the_winner(synced: Company):
    say(synced, "a", Entity.ACTION, "x", title="Call", deal="f")
    say(synced, "a", Entity.DEAL_PART, "y", deal="f", stakeholder="p")
    merge(synced, Kind.DEAL, "d", "f")
    known = plan(synced, "a")
    assert (known.actions["x"].deal, known.deal_parts["y"].deal) == ("d", "d")


def test_a_judgement_of_a_deleted_person_is_out_of_view_until_an_undelete(synced: Company):
    say(synced, "b", Entity.PLAN, "b", objective="Grow")
    synced.put(Kind.CONTACT, "n", account="b")
    say(synced, "b", Entity.STAKEHOLDER, "n", stance="champion")
    synced.sync()
    assert synced.account_field("b", "champions") == 1
    synced.organisation.advance(DAY)
    synced.organisation.delete(Kind.CONTACT, "n")
    synced.sync()
    assert synced.account_field("b", "champions") == 0
    assert plan(synced, "b").stakeholders["n"].stance is Stance.CHAMPION
    synced.put(Kind.CONTACT, "n")
    synced.sync()
    assert synced.account_field("b", "champions") == 1


def test_a_plan_comes_back_with_its_account(synced: Company):
    say(synced, "b", Entity.PLAN, "b", objective="Grow")
    synced.organisation.delete(Kind.ACCOUNT, "b")
    synced.sync()
    synced.put(Kind.ACCOUNT, "b", name="Borealis")
    synced.sync()
    found = plan(synced, "b").plan
    assert found is not None
    assert found.objective == "Grow"


def test_the_figures_of_a_merged_account_stay_its_own_where_the_winner_has_some(company: Company):
    run(company)
    before = figures(company, "a", "champions")
    company.organisation.advance(timedelta(hours=1))
    company.organisation.merge(Kind.ACCOUNT, "a", "b")
    run(company, DAY)
    assert figures(company, "a", "champions") == before
    assert {still for _, still in figures(company, "b", "champions")} == {False}


def test_the_figures_of_a_merged_account_go_to_a_winner_that_had_none(company: Company):
    run(company)
    company.put(Kind.ACCOUNT, "c", name="Cumulus")
    company.organisation.merge(Kind.ACCOUNT, "c", "a")
    run(company, DAY)
    assert figures(company, "a", "champions") == []
    assert figures(company, "c", "champions") == [('[1,"ok",1,null,null]', True)]


def test_of_several_accounts_merged_at_once_each_tells_of_the_time_before_the_others(company: Company):
    run(company)
    company.put(Kind.ACCOUNT, "c", name="Cumulus")
    company.put(Kind.CONTACT, "r", account="c", stance="champion")
    company.put(Kind.CONTACT, "s", account="c", stance="champion")
    run(company, DAY)
    company.put(Kind.ACCOUNT, "e", name="Eos")
    company.organisation.merge(Kind.ACCOUNT, "e", "a")
    company.organisation.merge(Kind.ACCOUNT, "e", "c")
    run(company, 2 * DAY)
    told = [json.loads(figure)[0] for figure, _ in figures(company, "e", "champions")]
    assert told == [1, 2, 3]


def test_cells_of_two_accounts_that_became_one_are_one(synced: Company):
    say(synced, "a", Entity.CELL, "c1", unit="a", line="Valves", potential=5, play="Call")
    say(synced, "b", Entity.CELL, "c2", days=1, unit="b", line="valves", potential=9)
    say(synced, "b", Entity.CELL, "c3", unit="b", line="Pumps")
    merge(synced, Kind.ACCOUNT, "a", "b")
    cells = plan(synced, "a").cells
    assert sorted((cell.unit, cell.line, cell.potential, cell.play) for cell in cells.values()) == [
        ("a", "Pumps", None, None),
        ("a", "valves", 9, "Call"),
    ]


def test_what_two_people_who_became_one_were_on_a_deal_is_one(synced: Company):
    say(synced, "a", Entity.DEAL_PART, "x", deal="d", stakeholder="p", role="user")
    say(synced, "a", Entity.DEAL_PART, "y", days=1, deal="d", stakeholder="r", role="coach")
    merge(synced, Kind.CONTACT, "p", "r")
    assert [part.role for part in plan(synced, "a").deal_parts.values()] == [Role.COACH]


def test_whoever_is_merged_into_somebody_at_another_account_has_left_the_first(synced: Company):
    synced.put(Kind.CONTACT, "r", account="a", role="economic")
    synced.put(Kind.CONTACT, "t", account="b", role="user")
    synced.sync()
    merge(synced, Kind.CONTACT, "t", "r")
    turns = [turn.value for turn in plan(synced, "a").turns if (turn.person, turn.field) == ("t", "account")]
    assert turns == ["b"]
    merge(synced, Kind.CONTACT, "p", "q")
    assert "b" not in [one.value for one in plan(synced, "a").turns if (one.person, one.field) == ("p", "account")]


def test_a_stakeholder_taken_out_of_the_plan_takes_nobody_along_in_a_merge(synced: Company):
    say(synced, "a", Entity.STAKEHOLDER, "p", stance="neutral")
    say(synced, "a", Entity.STAKEHOLDER, "r", days=1, stance="opponent", removed=True)
    merge(synced, Kind.CONTACT, "p", "r")
    assert plan(synced, "a").stakeholders["p"].stance is Stance.NEUTRAL


def test_who_was_taken_out_stands_again_where_the_other_one_does(synced: Company):
    say(synced, "a", Entity.STAKEHOLDER, "p", stance="neutral", removed=True)
    say(synced, "a", Entity.STAKEHOLDER, "r", days=-1, stance="opponent")
    merge(synced, Kind.CONTACT, "p", "r")
    assert plan(synced, "a").stakeholders["p"].stance is Stance.OPPONENT
