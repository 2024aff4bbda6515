"""Whoever adds up the records that explain a figure finds the figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal, localcontext

from hypothesis import HealthCheck, given, settings
from plans_by_chance import plan_facts_of, plan_options, plan_reference_of, plan_terms_of, planned_companies

from connector.kpis.arithmetic import EXACT
from connector.kpis.explain import Explanation, explain


def add(found: Explanation, *names: str):
    return sum((one.figures.get(name) or Decimal() for one in found.trace.counted for name in names), Decimal())


def errors(found: Explanation):
    """By quarter, what was forecast less what was won."""
    sums = defaultdict(Decimal)
    for one in found.trace.counted:
        told = one.figures
        sums[told["quarter from"]] += (told["forecast"] or Decimal()) - (told["won"] or Decimal())
    return sums.values()


def change(found: Explanation):
    return found.trace.figures["12 months after"] - found.trace.figures["12 months before"]


VALUES = {
    "revenue": lambda found: add(found, "amount", "a year", "figure"),
    "weighted_pipeline": lambda found: add(found, "weighted"),
    "recurring_revenue": lambda found: add(found, "a year"),
    "single_threaded_amount": lambda found: add(found, "amount"),
    "growth_gap": lambda found: max(Decimal(), add(found, "figure") - found.trace.figures["revenue"]),
    "delta_revenue": change,
}
NUMERATORS = {
    "net_revenue_retention": lambda found: add(found, "now"),
    "margin_rate": lambda found: add(found, "revenue") - add(found, "cost"),
    "margin_known_share": lambda found: add(found, "revenue"),
    "forecast_accuracy": lambda found: sum(map(abs, errors(found))),
    "forecast_bias": lambda found: sum(errors(found)),
}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(planned_companies, plan_options)
def test_the_records_told_of_a_figure_add_up_to_it(rows, chosen):
    terms, rows = plan_terms_of(chosen), rows | {"unmapped": []}
    facts, reference = replace(plan_facts_of(rows), targets=frozenset({"a1"})), plan_reference_of(rows, terms)
    with localcontext(EXACT):
        for key in [*VALUES, *NUMERATORS, "impact"]:
            found = explain(facts, reference, terms, key, None)
            if found.kpi.value is None:
                continue
            if key in VALUES:
                assert VALUES[key](found) == found.kpi.value, key
            elif key in NUMERATORS:
                assert NUMERATORS[key](found) == found.kpi.numerator, key
            else:
                assert add(found, "weighted", "a year") == (found.trace.figures["revenue at stake"] or 0)
