"""Worked examples: what account plans make of an account. Today is 30 June 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from acme import deal, kpi, on_deal, person, result, won

from connector.config.kpis import KpiSettings
from connector.config.portfolio import PortfolioRules
from connector.kpis.facts import Portfolio
from connector.kpis.fields import status_line
from connector.kpis.money import CrmRates, Exchange
from connector.kpis.result import Kpi, Status
from connector.kpis.review_schedule import due_reviews
from connector.kpis.strategic import is_strategic
from mappings.account_plan import NO_PLAN, AccountPlan, Touch
from mappings.entities import Account, LineItem, Product, Rate
from mappings.strategy import Action, ActionStatus, Cell, Objective, ObjectiveKind, Plan, Review, ReviewKind, TeamMember
from mappings.vocabulary import Role, Stance

OPEN, DONE, CANCELLED = ActionStatus.OPEN, ActionStatus.DONE, ActionStatus.CANCELLED


def on(text):
    return None if text is None else date.fromisoformat(f"2026-{text}")


def action(due=None, status=OPEN, **fields):
    dates = {name: on(fields.pop(name)) for name in ("first_due", "done_on") if name in fields}
    return Action(title="Call", due=on(due), status=status, **dates, **fields)


def plan(*actions, **fields):
    """Acme's plan with these actions."""
    numbered = {f"x{number}": one for number, one in enumerate(actions)}
    return {"acme": AccountPlan(**{"plan": Plan(), "actions": numbered} | fields)}


def touched(*days, author="anna"):
    return tuple(Touch(datetime(2026, *(int(part) for part in day.split("-")), 9, tzinfo=UTC), author) for day in days)


# actions


def test_an_action_is_overdue_once_its_day_has_passed_and_while_it_is_open():
    made = plan(action("06-29"), action("06-29", DONE), action("06-29", CANCELLED), action("06-30"))
    assert kpi("actions_overdue", plans=made) == Kpi(1, Status.OK, 1)


def test_no_actions_are_none_overdue():
    assert kpi("actions_overdue") == Kpi(0, Status.OK, 0)


def test_an_action_without_a_status_is_open_until_it_has_a_day_on_which_it_was_done():
    made = plan(action("06-01", None), action("06-01", None, done_on="06-05"))
    assert kpi("actions_overdue", plans=made).value == 1


def test_postponing_an_action_does_not_make_it_done_on_time():
    made = plan(
        action("06-01", DONE, first_due="06-01", done_on="06-01"),
        action("06-20", DONE, first_due="06-01", done_on="06-10"),
        action("06-29", first_due="06-29"),
        action("06-30", first_due="06-30"),
        action("06-02", CANCELLED, first_due="06-02"),
    )
    rate = kpi("action_on_time_rate", plans=made)
    assert (rate.numerator, rate.denominator, rate.n) == (1, 3, 3)


def test_an_action_whose_day_of_completion_is_unknown_was_not_shown_to_be_on_time():
    assert kpi("action_on_time_rate", plans=plan(action("06-01", DONE))).value == 0


def test_the_next_action_may_lie_in_the_past_and_is_an_open_one():
    assert kpi("next_action_due", plans=plan(action("08-01"), action("07-03"), action("07-01", DONE))).value == on(
        "07-03"
    )
    assert kpi("next_action_due", plans=plan(action("06-01"), action())).value == on("06-01")
    assert kpi("next_action_due", plans=plan(action())) == Kpi(None, Status.NO_DATA, 0)


def test_a_deals_next_action_is_one_that_the_plan_links_to_it():
    made = plan(action("07-01"), action("07-02", deal="d2"), action("08-01", deal="d1"), action("07-03", deal="d1"))
    deals = result(deals=[deal()], plans=made).deals
    assert deals["d1"]["deal_next_action_due"] == Kpi(on("07-03"), Status.OK, 2)


# strategy


def rich(potential="500000", **fields):
    return {"acme": AccountPlan(plan=Plan(potential_revenue=Decimal(potential), **fields))}


def test_the_growth_gap_is_what_the_potential_leaves_above_revenue():
    assert kpi("growth_gap", plans=rich(), deals=[won("2026-05-01", amount="120000")]).value == 380000
    assert kpi("growth_gap", plans=rich(), deals=[won("2026-05-01", amount="620000")]).value == 0


def test_a_growth_gap_without_a_known_potential_is_unknown_and_no_zero():
    assert kpi("growth_gap", deals=[won("2026-05-01")]) == Kpi(None, Status.NO_DATA, 0)
    assert kpi("priority") == Kpi(None, Status.NO_DATA, 0)


def test_the_plans_potential_goes_before_the_crms():
    crm = {"acme": Account(potential_revenue=Decimal(7000))}
    assert kpi("growth_gap", accounts=crm).value == 7000
    assert kpi("growth_gap", accounts=crm, plans=rich("9000")).value == 9000


def test_a_potential_is_in_the_plans_currency_else_the_accounts_else_the_reporting_one():
    dollars = {
        "accounts": {"acme": Account(currency="USD")},
        "reference": {"rates": [Rate(currency="USD", per_home=2)]},
    }
    assert kpi("growth_gap", plans=rich("100"), **dollars).value == 50
    assert kpi("growth_gap", plans=rich("100", currency="EUR"), **dollars).value == 100
    assert kpi("growth_gap", plans=rich("100")).value == 100
    assert kpi("growth_gap", plans=rich("100", currency="GBP")).status is Status.MIXED_CURRENCY


IMPACT = {
    "deals": [won("2026-01-01", amount="120000"), deal("offer", amount="62500")],
    "line_items": [
        LineItem(deal="d1", recurring_annual=Decimal(75000), recurring_end=on("09-30")),
        LineItem(deal="d1", recurring_annual=Decimal(80000), recurring_end=on("12-28")),
    ],
}


def test_impact_weighs_gap_alignment_and_revenue_at_stake():
    assert kpi("impact", plans=rich(alignment=4), **IMPACT) == Kpi(Decimal(63), Status.OK, 3)


def test_an_unknown_alignment_leaves_its_weight_to_the_others():
    assert kpi("impact", plans=rich(), **IMPACT) == Kpi(Decimal(59), Status.OK, 2)


def test_recurring_revenue_that_ends_on_the_hundred_and_eightieth_day_is_at_stake():
    ending = {**IMPACT, "line_items": [LineItem(deal="d1", recurring_annual=Decimal(75000), recurring_end=on("12-27"))]}
    assert kpi("impact", plans=rich(), **ending).value == 59


def test_impact_has_no_value_where_a_rate_is_missing():
    deals = [deal(currency="USD")]
    assert kpi("impact", plans=rich(), deals=deals).status is Status.MIXED_CURRENCY


PEOPLE = [
    person(role=Role.ECONOMIC, stance=Stance.CHAMPION),
    person(role=Role.USER, stance=Stance.CHAMPION),
    person(role=Role.TECHNICAL, stance=Stance.OPPONENT, influence=4),
    person(role=Role.COACH, stance=Stance.NEUTRAL),
    person(role=Role.USER),
    person(role=Role.USER),
]
CYCLE = [won("2026-06-30", amount="0", created_at=datetime(2026, 4, 18, tzinfo=UTC))]


def test_feasibility_is_half_simplicity_and_half_goodwill():
    assert kpi("feasibility", contacts=PEOPLE, deals=CYCLE) == Kpi(Decimal("61.25"), Status.OK, 3)


def test_the_portfolios_cycle_stands_in_for_an_account_that_won_nothing():
    usual = {"portfolio": Portfolio(cycle=Decimal(73))}
    assert kpi("feasibility", contacts=PEOPLE, reference=usual).value == Decimal("61.25")
    assert kpi("feasibility", contacts=PEOPLE) == Kpi(Decimal("51.25"), Status.OK, 2)


def test_an_account_of_which_nobody_knows_a_stance_is_neither_easy_nor_hard():
    assert kpi("feasibility", contacts=PEOPLE[4:]) == Kpi(Decimal(65), Status.OK, 1)


def test_placeholders_are_stakeholders_identified():
    crowd = {"contacts": [person()] * 10, "placeholders": frozenset({f"c{number}" for number in range(1, 11)})}
    assert kpi("feasibility", **crowd).value == 25


def test_priority_is_impact_times_feasibility():
    dated = {"deals": [*IMPACT["deals"][1:], won("2026-06-30", amount="120000", created_at=CYCLE[0].created_at)]}
    items = {"line_items": [item.model_copy(update={"deal": "d2"}) for item in IMPACT["line_items"]]}
    one = kpi("priority", plans=rich(alignment=4), contacts=PEOPLE, **dated, **items)
    assert one == Kpi(Decimal("38.5875"), Status.OK, 6)


# the plan


def test_a_plan_was_last_worked_on_when_a_person_last_changed_it():
    made = plan(touches=(*touched("05-03", "06-12"), Touch(datetime(2026, 7, 2, tzinfo=UTC), "anna")))
    assert kpi("plan_touched_on", plans=made) == Kpi(on("06-12"), Status.OK, 2)
    assert kpi("plan_touched_on") == Kpi(None, Status.NO_DATA, 0)


HEALTHY = {
    "contacts": [person(role=Role.ECONOMIC, stance=Stance.NEUTRAL, influence=4), person(role=Role.USER)],
    "deals": [],
}
AIM = {"o1": Objective(text="Open in Spain", kind=ObjectiveKind.OBJECTIVE)}


def health(*actions, contacts=HEALTHY["contacts"], settings=None, **fields):
    made = {
        "plan": Plan(started_on=on("06-01")),
        "objectives": AIM,
        "touches": touched("06-29") + touched("06-29", author="bo"),
    } | fields
    return kpi("plan_health", plans=plan(*actions, **made), contacts=contacts, settings=settings)


TODO = action("07-15", owner="anna")


def test_a_plan_that_is_kept_up_is_in_full_health():
    assert health(TODO) == Kpi(100, Status.OK, 0, findings=())


def test_an_account_that_is_not_strategic_has_no_health():
    assert kpi("plan_health", contacts=HEALTHY["contacts"]) == Kpi(None, Status.NO_DATA, 0)


def test_an_account_that_the_crm_calls_strategic_has_one_even_without_a_plan():
    bare = kpi("plan_health", accounts={"acme": Account(strategic=True)})
    assert bare.value == 100 - 20 - 20 - 15 - 15 - 10
    assert bare.findings == ("no_objective", "untouched", "low_coverage", "no_stance", "no_open_action")


def test_the_worked_example_of_the_page_about_kpis():
    found = health(action("07-15"), touches=touched("06-29"))
    assert (found.value, found.findings) == (85, ("loose_actions", "single_contributor"))


@pytest.mark.parametrize(
    ("code", "weight", "changed"),
    [
        ("no_objective", 20, {"objectives": {"o1": Objective(text="Costs", kind=ObjectiveKind.ISSUE)}}),
        ("untouched", 20, {"touches": touched("04-01") + touched("04-01", author="bo")}),
        ("no_open_action", 10, {"actions": {"x1": action("06-01", DONE)}}),
        ("loose_actions", 10, {"actions": {"x1": TODO, "x2": action(owner="anna")}}),
        ("single_contributor", 5, {"touches": touched("06-29", "05-01")}),
        ("review_overdue", 5, {"plan": Plan(started_on=on("05-22"))}),
    ],
)
def test_each_mistake_costs_its_weight(code, weight, changed):
    assert health(**{"actions": {"x1": TODO}} | changed) == Kpi(100 - weight, Status.OK, 1, findings=(code,))


def test_a_plan_worked_on_eighty_nine_days_ago_is_not_neglected():
    assert health(TODO, touches=touched("04-02") + touched("04-02", author="bo")).value == 100


def test_a_review_is_not_overdue_within_its_tolerance():
    assert health(TODO, plan=Plan(started_on=on("05-23"))).value == 100


def test_the_main_objective_is_an_objective_too():
    assert health(TODO, plan=Plan(objective="Grow"), objectives={}).value == 100


def test_half_the_stakeholders_mapped_are_enough_and_less_are_not():
    more = [*HEALTHY["contacts"], person(role=Role.COACH)]
    assert health(TODO, contacts=more).findings == ("low_coverage",)


def test_a_plan_that_knows_no_stance_lacks_its_political_side():
    apolitical = [person(role=Role.ECONOMIC, influence=3)]
    assert health(TODO, contacts=apolitical).findings == ("low_coverage", "no_stance")


def test_people_alone_are_a_contact_list_at_no_cost_of_its_own():
    listed = health(objectives={}, contacts=[person()])
    assert listed.value == 100 - 20 - 15 - 15 - 10
    assert listed.findings == ("no_objective", "low_coverage", "no_stance", "no_open_action", "contact_list")


def test_the_status_line_names_what_is_wrong_with_the_plan_and_is_silent_where_there_is_none():
    sick = {"plan_health": health(action("07-15"), touches=touched("06-29"))}
    assert status_line(sick) == "plan: loose actions, single contributor"
    healthy = result(contacts=[]).kpis
    quiet = ("plan_health", "priority", "next_review_on", "next_action_due")
    assert status_line({key: healthy[key] for key in quiet}) == "ok"


# reviews


def review(held, attended="account_manager", kind=ReviewKind.LIGHT, **fields):
    return Review(kind=kind, held_on=on(held), attended=attended, **fields)


def reviewed(*reviews, start="01-31", **fields):
    held = {f"r{number}": one for number, one in enumerate(reviews)}
    return plan(plan=Plan(started_on=on(start)), reviews=held, **fields)


def test_the_worked_example_of_reviews():
    made = reviewed(review("03-03"))
    assert kpi("review_compliance", plans=made) == Kpi(Decimal("0.2"), Status.OK, 5, 1, 5)
    assert kpi("next_review_on", plans=made) == Kpi(on("04-03"), Status.OK, 2)


def compliance(*reviews, start="05-15", **fields):
    """Of a plan that had one review due: the light one of 15 June."""
    found = kpi("review_compliance", plans=reviewed(*reviews, start=start, **fields))
    return found.numerator, found.denominator


def test_a_review_may_be_early_or_late_within_its_tolerance():
    held = {"05-20": (1, 2), "06-14": (1, 1), "06-22": (1, 1), "06-23": (0, 1)}
    assert {day: compliance(review(day)) for day in held} == held


def test_a_review_that_was_due_and_never_held_counts_against_the_plan():
    assert compliance() == (0, 1)


def test_a_review_without_those_who_are_required_does_not_count():
    assert compliance(review("06-15", None)) == (0, 1)
    assert compliance(review("06-15", "Anna")) == (0, 1)
    assert compliance(review("06-15", "Anna", required="anna; Bo")) == (0, 1)


def test_a_function_attends_by_its_name_or_by_that_of_a_member_of_the_team():
    team = {"t1": TeamMember(name="Anna", role="account_manager")}
    assert compliance(review("06-15", " Account Manager ; Bo")) == (1, 1)
    assert compliance(review("06-15", "bo;anna"), team=team) == (1, 1)
    assert compliance(review("06-15", "Bo; Anna", required="Bo"), team=team) == (1, 1)


def test_a_deeper_review_does_for_a_lighter_one_but_not_the_other_way_round():
    both = "account_manager; sales_direction"
    assert compliance(review("06-15", both, ReviewKind.DEEP)) == (1, 1)
    assert compliance(review("04-16"), review("05-16"), start="03-16") == (2, 4)
    assert compliance(review("04-16"), review("05-16"), review("06-16", both, ReviewKind.DEEP), start="03-16") == (4, 4)


def test_a_plan_without_a_start_began_when_somebody_first_worked_on_it():
    made = plan(touches=touched("06-10", "06-01"))
    assert kpi("next_review_on", plans=made).value == on("07-01")
    assert kpi("next_review_on", plans=plan()) == Kpi(None, Status.NO_DATA, 0)


def test_the_first_review_of_a_plan_begun_on_the_last_of_a_month_is_on_the_last_of_the_next():
    assert kpi("next_review_on", plans=reviewed(start="01-31")).value == on("02-28")


def test_executive_reviews_are_for_the_first_by_priority():
    both = "account_manager; sales_direction"
    made = reviewed(review("06-29", both, ReviewKind.EXECUTIVE), start="01-01")
    top = {"portfolio": Portfolio(executives=frozenset({"acme"}))}
    assert (kpi("next_review_on", plans=made).n, kpi("next_review_on", plans=made, reference=top).n) == (2, 3)
    (*_, last) = due_reviews(made["acme"], KpiSettings(), on("06-30"), executive=True)
    assert (last.kind, last.due) == (ReviewKind.EXECUTIVE, on("12-29"))


def test_an_account_that_is_not_strategic_has_no_reviews():
    made = {"acme": AccountPlan(reviews={"r": review("06-01")}, touches=touched("01-01"))}
    assert kpi("review_compliance", plans=made) == Kpi(None, Status.NO_DATA, 0, 0, 0)
    assert kpi("next_review_on", plans=made).status is Status.NO_DATA


def test_a_plan_that_starts_at_the_end_of_the_calendar_breaks_nothing():
    made = plan(plan=Plan(started_on=date.max))
    assert kpi("next_review_on", plans=made).value == date.max


# white space


LINES = {
    "p1": Product(family="Core"),
    "p2": Product(family="Extra"),
    "p3": Product(name="Audit"),
}


@pytest.mark.parametrize("line", ["extra", "Extra "])
def test_a_blocked_cell_leaves_both_sides_of_penetration(line):
    company = {
        "deals": [won("2026-05-01")],
        "line_items": [LineItem(deal="d1", product="p1")],
        "reference": {"products": LINES},
        "plans": plan(cells={"k": Cell(unit="acme", line=line, blocked="a competitor owns it")}),
    }
    assert kpi("product_penetration", **company) == Kpi(Decimal("0.5"), Status.OK, 2, 1, 2)
    assert kpi("whitespace_lines", **company).value == 1


@pytest.mark.parametrize(("line", "free"), [("p3", 2), ("audit", 2), ("p1", 3), ("Other", 3), (None, 3)])
def test_a_cell_names_a_line_by_its_family_or_a_product_that_is_a_line_of_its_own(line, free):
    blocked = plan(cells={"k": Cell(line=line, blocked="law")})
    assert kpi("whitespace_lines", reference={"products": LINES}, plans=blocked).value == free


def test_a_cell_without_a_reason_is_not_blocked():
    noted = plan(cells={"k": Cell(line="Core", blocked=" ", potential=Decimal(9))})
    assert kpi("whitespace_lines", reference={"products": LINES}, plans=noted).value == 3


# which accounts are strategic


EXCHANGE = Exchange("EUR", "EUR", CrmRates([Rate(currency="USD", per_home=2)]), {})


def strategic(account=None, plan=NO_PLAN, **rules):
    return is_strategic("7", account or Account(), plan, PortfolioRules.model_validate(rules), EXCHANGE)


def test_an_account_is_strategic_by_the_crm_by_a_plan_or_by_name():
    assert not strategic()
    assert not strategic(plan=AccountPlan(touches=touched("06-01")))
    assert strategic(Account(strategic=True))
    assert strategic(plan=AccountPlan(plan=Plan()))
    assert strategic(accounts=[7])
    assert strategic(Account(strategic=False), accounts=["7"])


def test_an_account_is_strategic_when_it_meets_all_rules_that_are_given():
    french = Account(country="FRANCE", currency="USD", potential_revenue=Decimal(200), annual_revenue=Decimal(20))
    assert strategic(french, min_potential=100, min_annual_revenue=10, countries=["France"])
    assert not strategic(french, min_potential=101, countries=["France"])
    assert not strategic(french, min_annual_revenue=11)
    assert not strategic(french, countries=["Spain"], min_potential=1)
    assert not strategic(Account(), min_potential=0)


def test_people_on_deals_count_among_the_stakeholders_of_feasibility():
    known = {"contacts": [person()], "deals": [deal()], "deal_contacts": [on_deal("c1")]}
    assert Fraction(kpi("feasibility", **known).value) == 50 * (Fraction(9, 10) + Fraction(1, 2))
