"""Every KPI over time agrees with a second computation that shares no code with the first."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import naive_time
from companies import Company, D, companies, facts_of, options, reference_of, terms_of
from hypothesis import given
from hypothesis import strategies as st
from test_kpi_agreement import QUICK, figures, is_same

some = st.sampled_from
timed_options = st.builds(
    lambda chosen, more: chosen | more,
    options,
    st.fixed_dictionaries({"renewal_grace_days": some([90, 90, 400, 0])}),
)


class Contracts(Company):
    """A company that sells nothing but contracts, which end and are renewed about today and about a year ago."""

    CENTRES = (D, D - timedelta(days=365))

    def rows(self):
        deals = [{"id": f"d{n}", "account": "a1", "stage": "won", "pipeline": "new"} for n in (1, 2)]
        closed = {"d1": D - timedelta(days=900), "d2": self.pick(self.CENTRES) - timedelta(days=self.pick([0, 1, 30]))}
        return super().rows() | {
            "home": "EUR",
            "unmapped": [],
            "deals": [row | {"close_date": closed[row["id"]]} for row in deals],
            "line_items": [item for _ in range(self.chance.randrange(5)) for item in self.contract()],
        }

    def contract(self):
        """A line that ends some days about one of the days that count, and one that may renew it in time."""
        product = self.pick([None, "p1", "p2"])
        end = self.pick(self.CENTRES) + timedelta(days=self.pick([-89, -89, -30, -30, -1, 0, 30]))
        begins = end + timedelta(days=self.pick([0, 1, 90, 90, 91]))
        yield self.line(product, end - timedelta(days=self.pick([0, 100, 400])), end)
        if self.pick([True, True, False]):
            yield self.line(product, begins, self.pick([None, begins + timedelta(days=self.pick([-1, 0, 30, 400]))]))

    def line(self, product, start, end):
        annual, deal = (
            self.pick([Decimal(100), Decimal(100), Decimal(250), Decimal(-40)]),
            self.pick(["d1", "d1", "d2"]),
        )
        return {
            "deal": deal,
            "product": product,
            "recurring_annual": annual,
            "recurring_start": start,
            "recurring_end": end,
        }


ALL_DEALS = {"pipelines": [], "types": [], "record_types": []}
contracts = st.binary(min_size=8, max_size=8).map(lambda seed: Contracts(seed).rows())


def assert_agreement(rows, chosen):
    ours = figures(facts_of(rows), reference_of(rows), terms_of(chosen))
    theirs = naive_time.compute(rows, chosen)
    for level in ("accounts", "deals"):
        for record, expected in theirs[level].items():
            wrong = {
                key: (ours[level][record][key], figure)
                for key, figure in expected.items()
                if not is_same(ours[level][record][key], figure)
            }
            assert wrong == {}, record


@QUICK
@given(companies, timed_options)
def test_every_figure_over_time_agrees_with_a_naive_second_computation(rows, chosen):
    assert_agreement(rows, chosen)


@QUICK
@given(contracts, timed_options)
def test_what_is_retained_of_contracts_agrees_with_a_naive_second_computation(rows, chosen):
    assert_agreement(rows, chosen | ALL_DEALS)
