"""Every figure tells the records behind it and why others do not count: Acme has some of each."""

from __future__ import annotations

from decimal import localcontext

import pytest
from acme import STAGES, T, deal, lost, numbered, on_deal, person, won
from companies import EVERYTHING

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.arithmetic import EXACT
from connector.kpis.catalogue import definitions
from connector.kpis.explain import Explanation, explain
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.result import Status
from mappings.account_plan import AccountPlan, Touch, Turn
from mappings.entities import Account, DealHistory, LineItem, Product
from mappings.strategy import Action, ActionStatus, Answer, Cell, Plan, Review, ReviewKind
from mappings.vocabulary import Role, Stance, Survey

DAY = T.date()


def on(day: str):
    return DAY.fromisoformat(day)


PLAN = AccountPlan(
    plan=Plan(started_on=on("2025-03-01"), potential_revenue="5000"),
    actions={
        "1": Action(title="Call", due=on("2026-06-01"), owner="anna"),
        "2": Action(title="Write", due=on("2026-08-01"), deal="d3"),
        "3": Action(title="Gone", due=on("2026-06-02"), status=ActionStatus.CANCELLED, deal="d3"),
    },
    reviews={"r": Review(kind=ReviewKind.LIGHT, held_on=on("2026-06-02"), attended="account_manager")},
    cells={"c": Cell(line="Pumps", blocked="a rival has them all")},
    answers={
        "x": Answer(person="c1", survey=Survey.NPS, score=9, answered_on=on("2026-05-01")),
        "y": Answer(person="c1", survey=Survey.NPS, score=2, answered_on=on("2026-04-01")),
        "z": Answer(survey=Survey.CSAT, score=9, answered_on=on("2026-04-01")),
        "q": Answer(survey=Survey.CSAT, score=4, answered_on=on("2026-04-01")),
    },
    touches=[Touch(T, "anna")],
    turns=[
        Turn("c1", "role", Role.ECONOMIC, T.replace(year=2024)),
        Turn("c2", "role", Role.OTHER, T.replace(year=2024)),
    ],
)
FACTS = Facts(
    accounts={"acme": Account(strategic=True, annual_revenue="7", country="France")},
    contacts=numbered(
        "c",
        [
            person(role=Role.ECONOMIC, influence=5, stance=Stance.CHAMPION, title="CEO", last_activity_at=T),
            person(role=Role.OTHER, stance=Stance.NEUTRAL),
            person(role=Role.USER, departed=True),
            person(role=Role.USER, influence=4, stance=Stance.OPPONENT),
        ],
    ),
    deals=numbered(
        "d",
        [
            won("2026-06-01", created_at="2026-01-01T00:00:00Z"),
            lost("2026-06-02"),
            deal("demo", probability="0.5"),
            won("2025-02-01", created_at="2024-01-01T00:00:00Z"),
            deal("demo"),
        ],
    ),
    deal_contacts=[on_deal("c1", "d3"), on_deal("c3", "d3"), on_deal("c1", "d5"), on_deal("c4", "d5")],
    line_items=[
        LineItem(deal="d1", product="p", amount="10", unit_cost="4", quantity="1", recurring_annual="10"),
        LineItem(deal="d1", product="q", amount="10"),
        LineItem(deal="d4", product="p", recurring_annual="10", recurring_end=on("2027-01-01")),
    ],
    history=[
        DealHistory(deal="d1", at="2026-02-01T00:00:00Z", stage="demo", amount="1000", close_date=on("2026-06-01")),
        DealHistory(deal="d3", at="2026-02-01T00:00:00Z", stage="demo", amount="1000", close_date=on("2026-12-01")),
        DealHistory(deal="d4", at="2024-02-01T00:00:00Z", stage="demo", amount="1000", close_date=on("2025-02-01")),
    ],
    plans={"acme": PLAN},
)
REFERENCE = Reference(
    products={"p": Product(name="Valve", family="Valves"), "q": Product(name="Pump", family="Pumps"), "r": Product()},
    stages=STAGES,
    home="EUR",
    mapped=EVERYTHING,
    last_complete_pull=T,
)


def told(key: str, kind: Kind, **settings: object) -> Explanation:
    terms = Terms(KpiSettings(min_stage_sample=0, **settings), "EUR", {}, T.tzinfo, T)
    with localcontext(EXACT):
        return explain(FACTS, REFERENCE, terms, key, "d3" if kind is Kind.DEAL else None)


KEYS = [(f"{one.key}[demo]" if one.per_stage else one.key, one.kind) for one in definitions()]
FIGURES_ALONE = {"weakest_stage", "priority"}


@pytest.mark.parametrize(("key", "kind"), KEYS)
def test_every_figure_tells_what_it_was_made_of_and_what_was_left_out(key: str, kind: Kind):
    found = told(key, kind)
    assert found.kpi.status is not Status.NOT_CONFIGURED
    assert found.trace.figures if key in FIGURES_ALONE else found.trace.counted or found.kpi.value in {None, 0}, key
    assert all(
        one.why for one in found.trace.left_out if one.kind is not Kind.CONTACT or key != "relationship_strength"
    )


COUNTED = {
    "stakeholders_identified", "stakeholders_mapped", "stakeholder_coverage", "champions", "influential_opponents",
    "single_threaded_deals", "threads_per_deal", "c_level_access", "relationship_strength", "nps", "csat", "win_rate",
    "sales_cycle_days", "revenue", "weighted_pipeline", "actions_overdue", "action_on_time_rate", "next_action_due",
    "margin_rate", "recurring_revenue", "next_renewal_on", "net_revenue_retention", "whitespace_lines",
    "review_compliance", "next_review_on", "contact_turnover", "deal_threads", "deal_champion", "deal_role_coverage",
    "deal_next_action_due", "plan_health", "stage_conversion[demo]", "role_coverage", "forecast_accuracy",
}  # fmt: skip
"""Where n is the number of the records themselves."""


@pytest.mark.parametrize(("key", "kind"), [pair for pair in KEYS if pair[0] in COUNTED])
def test_as_many_records_are_counted_as_the_figure_says(key: str, kind: Kind):
    found = told(key, kind)
    assert len({(one.kind, one.id) for one in found.trace.counted}) == found.kpi.n


def test_what_time_alone_will_tell_is_said_with_the_day():
    young = {"acme": AccountPlan(plan=Plan(started_on=on("2026-03-01")))}
    terms = Terms(KpiSettings(), "EUR", {}, T.tzinfo, T)
    found = explain(Facts(accounts=FACTS.accounts, plans=young), REFERENCE, terms, "delta_win_rate", None)
    assert "2027-03-01" in found.missing[0]
    assert found.trace.left_out[0].why == "known from 2027-03-01 on"


@pytest.mark.parametrize("source", ["recurring", "field"])
def test_revenue_is_traced_by_its_source(source: str):
    assert told("revenue", Kind.ACCOUNT, revenue_source=source).trace.counted
