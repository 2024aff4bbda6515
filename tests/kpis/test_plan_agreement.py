"""Every KPI of account plans agrees with a second computation that shares no code with the first."""

from __future__ import annotations

import random

import naive_plan
from hypothesis import given
from hypothesis import strategies as st
from plans_by_chance import plan_facts_of, plan_options, plan_reference_of, plan_terms_of, planned_companies
from test_kpi_agreement import QUICK, figures, is_same

from connector.kpis.figures import kpi_document


def ours_of(rows, chosen):
    terms = plan_terms_of(chosen)
    return figures(plan_facts_of(rows), plan_reference_of(rows, terms), terms)


@QUICK
@given(planned_companies, plan_options)
def test_every_figure_of_plans_agrees_with_a_naive_second_computation(rows, chosen):
    ours, theirs = ours_of(rows, chosen), naive_plan.compute(rows, chosen)
    for level in ("accounts", "deals"):
        assert ours[level].keys() == theirs[level].keys()
        for record, expected in theirs[level].items():
            known = ours[level][record]
            wrong = {
                key: (known[key], figure)
                for key, figure in expected.items()
                if not is_same(known[key], figure) or list(known[key].findings or []) != figure.get("findings", [])
            }
            assert wrong == {}, record


@QUICK
@given(planned_companies, plan_options, st.randoms(use_true_random=False))
def test_the_order_of_plans_and_accounts_changes_nothing(rows, chosen, chance: random.Random):
    turned = {name: chance.sample(value, len(value)) for name, value in rows.items() if isinstance(value, list)}
    plans = {account: rows["plans"][account] for account in chance.sample(sorted(rows["plans"]), len(rows["plans"]))}
    for account, plan in plans.items():
        parts = {name: chance.sample(value, len(value)) for name, value in plan.items() if isinstance(value, list)}
        plans[account] = plan | parts
    again, first = ours_of(rows | turned | {"plans": plans}, chosen), ours_of(rows, chosen)
    assert again == first


@QUICK
@given(planned_companies, plan_options)
def test_json_forms_of_plan_figures_agree_to_the_last_digit(rows, chosen):
    short = rows | {"rates": [rate for rate in rows["rates"] if rate["per_home"] != 3]}  # thirds have no last digit
    ours, theirs = ours_of(short, chosen), naive_plan.compute(short, chosen)
    for level in ("accounts", "deals"):
        for record, expected in theirs[level].items():
            for key, figure in expected.items():
                assert kpi_document(key, ours[level][record][key]) == naive_plan.document(key, figure)
