"""Every KPI agrees with a second computation that shares no code with the first."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import naive
import naive_plan
import naive_time
from companies import companies, facts_of, options, reference_of, terms_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.kpis.catalogue import all_keys
from connector.kpis.compute import compute_accounts, compute_orphan_deals
from connector.kpis.figures import kpi_document
from connector.kpis.result import Kpi

CLOSE = Fraction(1, 10**12)
QUICK = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def figures(facts, reference, terms):
    accounts, deals = {}, {}
    for result in [*compute_accounts(facts, reference, terms), compute_orphan_deals(facts, reference, terms)]:
        deals |= result.deals
        if result.account is not None:
            accounts[result.account] = result.kpis
    return {"accounts": accounts, "deals": deals}


def is_same(kpi: Kpi, expected) -> bool:
    parts = [(getattr(kpi, name), expected[name]) for name in ("value", "numerator", "denominator")]
    return (kpi.status, kpi.n) == (expected["status"], expected["n"]) and all(is_near(*pair) for pair in parts)


def is_near(ours, theirs) -> bool:
    if isinstance(theirs, Fraction) and ours is not None:
        return abs(Fraction(ours) - theirs) < CLOSE
    return ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)


@QUICK
@given(companies, options)
def test_every_figure_agrees_with_a_naive_second_computation(rows, chosen):
    ours = figures(facts_of(rows), reference_of(rows), terms_of(chosen))
    theirs = naive.compute(rows, chosen)
    for level in ("accounts", "deals"):
        assert ours[level].keys() == theirs[level].keys()
        for record, expected in theirs[level].items():
            assert ours[level][record].keys() >= expected.keys()
            wrong = {
                key: (ours[level][record][key], figure)
                for key, figure in expected.items()
                if not is_same(ours[level][record][key], figure)
            }
            assert wrong == {}, record


@QUICK
@given(companies, options, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(rows, chosen, chance: random.Random):
    facts, reference, terms = facts_of(rows), reference_of(rows), terms_of(chosen)
    turned = {name: chance.sample(value, len(value)) for name, value in rows.items() if isinstance(value, list)}
    again = rows | turned
    assert figures(facts_of(again), reference_of(again), terms) == figures(facts, reference, terms)


@QUICK
@given(companies, options)
def test_how_accounts_are_sharded_changes_nothing(rows, chosen):
    reference, terms = reference_of(rows), terms_of(chosen | {"rollup": "self"})
    facts = facts_of(rows)
    whole = {result.account: result for result in compute_accounts(facts, reference, terms)}
    for account, row in facts.accounts.items():
        deals = {id_: deal for id_, deal in facts.deals.items() if deal.account == account}
        shard = replace(facts, accounts={account: row}, deals=deals)
        assert list(compute_accounts(shard, reference, terms)) == [whole[account]]


@QUICK
@given(companies, options)
def test_json_forms_agree_to_the_last_digit(rows, chosen):
    short = rows | {"rates": [rate for rate in rows["rates"] if rate["per_home"] != 3]}  # thirds have no last digit
    ours = figures(facts_of(short), reference_of(short), terms_of(chosen))
    theirs = naive.compute(short, chosen)
    for level in ("accounts", "deals"):
        for record, expected in theirs[level].items():
            for key, figure in expected.items():
                assert kpi_document(key, ours[level][record][key]) == naive.document(key, figure)


def test_the_naive_computations_know_every_kpi():
    known = {*naive.NEEDS, "revenue", "revenue_growth", *naive_time.KEYS, *naive_plan.KEYS}
    assert known - {"stage_conversion"} == set(all_keys()) - {"computed_at", "status"}
