"""Every KPI over time agrees with a second computation that shares no code with the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import naive_time
from companies import AMOUNTS, CURRENCIES, Company, D, companies, facts_of, options, reference_of, terms_of
from hypothesis import given
from hypothesis import strategies as st
from test_kpi_agreement import QUICK, figures, is_same

from connector.kpis.facts import Kept
from connector.kpis.frame import frame_of
from connector.kpis.result import ratio
from connector.kpis.stages import State
from connector.kpis.visits import StageTimes, visits
from mappings.account_plan import AccountPlan, Turn
from mappings.forecast import FrozenDeal
from mappings.strategy import Answer, Plan, Stakeholder
from mappings.vocabulary import Role, Survey

some = st.sampled_from
timed_options = st.builds(
    lambda chosen, more: chosen | more,
    options,
    st.fixed_dictionaries(
        {
            "renewal_grace_days": some([90, 90, 400, 0]),
            "forecast": some([None, "commit", "weighted"]),
            "fiscal_year_start": some([1, 1, 2, 6]),
            "forecast_freeze_day": some([1, 1, 15]),
        }
    ),
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
QUARTERS = [date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1)]
CATEGORIES = [None, "Pipeline", "Commit", "Closed", "Forecast", "BEST_CASE", "COMMIT"]


class Forecasts(Company):
    """A company whose deals are forecast: now for one quarter, now for another, at this amount or that."""

    def rows(self):
        rows = super().rows() | {"unmapped": self.some(self.pick([0, 0, 0, 1]), lambda _: self.pick(FORECAST_INPUTS))}
        return rows | {
            "deals": [self.forecast_deal(number) for number in range(1, 5)],
            "history": [self.told(number) for number in range(1, 5) for _ in range(self.chance.randrange(4))],
            "uses_categories": self.pick([True, False]),
            "frozen_days": self.chance.sample(QUARTERS, self.pick([0, 0, 1, 3])),
            "frozen": [
                {name: value for name, value in self.told(number).items() if name not in {"at", "stage", "pipeline"}}
                | {"day": day, "currency": self.pick(CURRENCIES)}
                for number in range(1, 5)
                for day in QUARTERS
                if self.pick([True, False])
            ],
        }

    def forecast_deal(self, number):
        row = self.deal_row(number) | {"account": "a1", "stage": self.pick(["won", "won", "lost", "offer"])}
        created = self.pick([None, self.moment_about_a_quarter()])
        return row | {"created_at": created, "close_date": self.maybe(self.day_about_a_quarter())}

    def day_about_a_quarter(self):
        return self.pick(QUARTERS) + timedelta(days=self.pick([-1, 0, 30, 89, 90, 91]))

    def moment_about_a_quarter(self):
        on = self.pick(QUARTERS) + timedelta(days=self.pick([-100, -1, 0, 13, 14]))
        return datetime(on.year, on.month, on.day, self.pick([0, 21, 22, 23]), tzinfo=UTC)

    def told(self, number):
        return {
            "deal": f"d{number}",
            "at": self.moment_about_a_quarter(),
            "stage": self.pick([None, "lead", "demo", "offer", "won"]),
            "pipeline": self.pick([None, None, "new", "renewal"]),
            "amount": self.pick([None, self.pick(AMOUNTS)]),
            "close_date": self.pick([None, *[self.day_about_a_quarter()] * 3]),
            "probability": self.pick([None, None, Decimal("0.3")]),
            "forecast_category": self.pick(CATEGORIES),
        }


FORECAST_INPUTS = ["deal.forecast_category", "stage.probability", "deal.probability"] + [
    f"deal_history.{name}" for name in ("at", "amount", "close_date", "forecast_category", "probability", "stage")
]
forecasts = st.binary(min_size=8, max_size=8).map(lambda seed: Forecasts(seed).rows())
contracts = st.binary(min_size=8, max_size=8).map(lambda seed: Contracts(seed).rows())


class Engaged(Company):
    """A company that meets its customers, asks them, and keeps the history of what they are to it."""

    def rows(self):
        rows = super().rows() | {"unmapped": self.some(self.pick([0, 0, 1, 3]), lambda _: self.pick(ACTIVITY_INPUTS))}
        accounts = ("a1", "a2", "a3")
        return rows | {
            "turns": sorted(self.some(16, self.turn), key=lambda row: row["at"]),
            "starts": {unit: self.start() for unit in self.chance.sample(accounts, 2)},
            "access": self.access(),
            "external": [(unit, f"c{number}") for unit in accounts for number in (7, 8)],
            "answers": self.some(12, self.answer),
            "imported": [row | {"unit": self.pick(accounts)} for row in self.some(8, self.answer)],
        }

    def contact_row(self, number):
        return super().contact_row(number) | {
            "title": self.pick([None, *naive_time.TITLES]),
            "c_level": self.pick([None, None, None, True, False]),
            "last_activity_at": self.pick([None, self.lately(), self.lately()]),
            "last_answer_at": self.pick([None, self.lately()]),
            "activities_90d": self.pick([None, 0, 4, 6, 9]),
            "meetings_90d": self.pick([None, 0, 1, 5]),
        }

    def start(self):
        return self.pick([date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 2), date(2024, 2, 29), date(2024, 9, 1)])

    def access(self):
        """What the history kept of the C-level access, from about the days that are asked for."""
        days = [date(2024, 3, 30), date(2024, 8, 31), date(2025, 3, 31), date(2025, 8, 31), date(2026, 3, 31)]
        moments = [datetime(day.year, day.month, day.day, self.pick([0, 23]), tzinfo=UTC) for day in days]
        return [
            {"account": unit, "since": since, "until": until, "ratio": (self.chance.randrange(3), self.pick([2, 3]))}
            for unit in ("a1", "a2")
            for since, until in zip(moments, [*moments[1:], None], strict=True)
            if self.chance.random() < 0.7
        ]

    def account_row(self, number):
        return super().account_row(number) | {"country": self.pick([None, "France", "france ", "Spain"])}

    def lately(self):
        days = self.pick([-1, 0, 29, 30, 31, 89, 90, 91, 100, 179, 180, 181])
        return datetime(D.year, D.month, D.day, self.pick([2, 22, 23]), tzinfo=UTC) - timedelta(days=days)

    def turn(self, _number):
        field, value = self.pick(TURNS)
        days = self.pick([0, 10, 364, 365, 366, 400, 400, 500])
        at = datetime(D.year, D.month, D.day, self.pick([2, 22, 23]), self.chance.randrange(60), tzinfo=UTC)
        person, at = f"c{self.pick([1, 1, 2, 7])}", at - timedelta(days=days, seconds=self.chance.randrange(10**4))
        return {"unit": self.pick(["a1", "a1", "a2"]), "person": person, "field": field, "value": value, "at": at}

    def answer(self, _number):
        person, on = self.pick([None, f"c{self.pick([1, 1, 2, 3, 9])}"]), self.pick([None, *[self.day()] * 5])
        return {"person": person, "survey": self.pick(["nps", "csat"]), "score": self.chance.randrange(11), "on": on}


TURNS = [("role", "economic"), ("role", "user"), ("role", "other"), ("role", None), ("influence", 5), ("influence", 2)]
TURNS += [("departed", True), ("departed", False), ("account", "a1"), ("account", "a2"), ("account", None)]
ACTIVITY_INPUTS = [
    f"contact.{name}"
    for name in ("title", "c_level", "last_activity_at", "last_answer_at", "activities_90d", "meetings_90d")
]
engaged = st.binary(min_size=8, max_size=8).map(lambda seed: Engaged(seed).rows())


def answer_of(row):
    return Answer(person=row["person"], survey=Survey(row["survey"]), score=row["score"], answered_on=row["on"])


def kept_of(row):
    numerator, denominator = row["ratio"]
    return Kept(row["since"], row["until"], ratio(numerator, denominator, denominator))


def plans_of(rows):
    """What is known of each account beside the CRM."""
    external = [(unit, person, Stakeholder(external="Partner")) for unit, person in rows.get("external", ())]
    starts = rows.get("starts", {})
    return {
        unit: AccountPlan(
            plan=Plan(started_on=starts[unit]) if unit in starts else None,
            stakeholders={person: said for home, person, said in external if home == unit},
            turns=[turn_of(row) for row in rows.get("turns", ()) if row["unit"] == unit],
            answers={str(n): answer_of(row) for n, row in enumerate(rows.get("imported", ())) if row["unit"] == unit},
        )
        for unit in ("a1", "a2", "a3")
    }


def turn_of(row):
    value = Role(row["value"]) if row["field"] == "role" and row["value"] else row["value"]
    return Turn(row["person"], row["field"], value, row["at"])


def timed_facts_of(rows):
    return replace(
        facts_of(rows),
        frozen=[FrozenDeal(**row) for row in rows.get("frozen", ())],
        answers=[answer_of(row) for row in rows.get("answers", ())],
        plans=plans_of(rows),
        access={
            unit: [kept_of(row) for row in rows.get("access", ()) if row["account"] == unit] for unit in ("a1", "a2")
        },
    )


class Stalled(Company):
    """A company that has won enough to know how long deals stay in a stage."""

    def rows(self):
        self.size = 30
        return super().rows() | {
            "unmapped": self.some(self.pick([0, 0, 0, 1]), lambda _: self.pick(WAY_INPUTS)),
            "history": [row for number in range(1, 31) for row in self.way(number)],
        }

    def deal_row(self, number):
        stage = "won" if number < self.pick([21, 24]) else self.pick(["demo", "demo", "lead", "lost"])
        return super().deal_row(number) | {"account": self.pick(["a1", "a2", None]), "pipeline": "new", "stage": stage}

    def way(self, number):
        days, ending = self.pick([[16, 5], [4, 4], [9, 9], [30, 2], [5, 5, 5]]), "won" if number < 24 else "demo"
        codes = [*["lead", "demo", self.pick(["lead", "offer"])][: len(days)], ending]
        at = datetime(2026, 2, 10, self.pick([1, 22, 23]), tzinfo=UTC) + timedelta(days=self.chance.randrange(40))
        for code, stay in zip(codes, [*days, 0], strict=True):
            yield {"deal": f"d{number}", "at": at, "stage": code, "pipeline": self.pick([None, None, "new"])}
            at += timedelta(days=stay)


WAY_INPUTS = ["deal.stage", "stage.won", "deal_history.at"]
stalled = st.binary(min_size=8, max_size=8).map(lambda seed: Stalled(seed).rows())


def norms_of(rows, chosen):
    frame, times, facts = frame_of(reference_of(rows), terms_of(chosen)), StageTimes(), facts_of(rows)
    for id_, deal in facts.deals.items():
        stage = frame.stages.find(deal.pipeline, deal.stage)
        if stage is not None and stage.state is State.WON:
            told = [(row.at, row.pipeline, row.stage) for row in facts.history if row.deal == id_]
            times.take(visits(deal.pipeline, told, frame.stages, frame.as_of))
    return times.norms()


def timed_reference_of(rows, chosen):
    return replace(
        reference_of(rows),
        stage_norms=norms_of(rows, chosen),
        uses_categories=rows.get("uses_categories", False),
        frozen_days=frozenset(rows.get("frozen_days", ())),
    )


def assert_agreement(rows, chosen):
    ours = figures(timed_facts_of(rows), timed_reference_of(rows, chosen), terms_of(chosen))
    theirs = naive_time.compute(rows, chosen)
    for level in ("accounts", "deals"):
        for record, expected in theirs[level].items():
            wrong = {
                key: (ours[level][record][key], figure)
                for key, figure in expected.items()
                if not is_same(ours[level][record][key], figure)
                or ours[level][record][key].known_on != figure.get("known_on")
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


@QUICK
@given(forecasts, timed_options)
def test_forecasts_agree_with_a_naive_second_computation(rows, chosen):
    assert_agreement(rows, chosen | ALL_DEALS)


@QUICK
@given(forecasts, timed_options, st.randoms(use_true_random=False))
def test_the_order_of_what_was_told_of_deals_changes_no_forecast(rows, chosen, chance):
    turned = rows | {name: chance.sample(rows[name], len(rows[name])) for name in ("history", "frozen", "deals")}
    again = figures(timed_facts_of(turned), timed_reference_of(turned, chosen), terms_of(chosen))
    assert again == figures(timed_facts_of(rows), timed_reference_of(rows, chosen), terms_of(chosen))


@QUICK
@given(engaged, timed_options)
def test_engagement_agrees_with_a_naive_second_computation(rows, chosen):
    assert_agreement(rows, chosen)


@QUICK
@given(stalled, timed_options)
def test_stalled_deals_agree_with_a_naive_second_computation(rows, chosen):
    assert_agreement(rows, chosen)
