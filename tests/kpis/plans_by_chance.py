"""Random small companies with account plans, as raw rows and as the facts that the KPIs are computed from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import naive_plan
from companies import Company, D, T, facts_of, options, reference_of, terms_of
from hypothesis import strategies as st

from connector.config.portfolio import PortfolioRules
from connector.kpis.compute import account_views
from connector.kpis.frame import frame_of
from connector.kpis.portfolio import portfolio_of
from mappings import strategy
from mappings.account_plan import AccountPlan, Touch

TEXTS = [None, "", " ", "something"]
ROLES = ["account_manager", "sales_direction", "presales", None]


class PlannedCompany(Company):
    """A company whose accounts may have plans."""

    def rows(self):
        rows = super().rows()
        for account in rows["accounts"]:
            account["potential_revenue"] = self.pick([None, Decimal(900), Decimal("123456.78"), Decimal(900000)])
            account["alignment"] = self.pick([None, None, 2])
            account["objective"] = self.pick([None, None, None, "Move"])
            account["strategic"] = self.pick([None, False, True])
            account["country"] = self.pick([None, "France", "FRANCE", "Spain"])
        for contact in rows["contacts"]:
            contact["placeholder"] = self.pick([None, None, None, True])
        for product in rows["products"]:
            product["name"] = self.pick([None, "Alpha", "Beta"])
        planned = self.pick([[], ["a1"], ["a1", "a2"], ["a1", "a3"]])
        return rows | {"plans": {account: self.plan_row() for account in planned}}

    def near(self):
        """A day of the last year, or one just around today."""
        return D - timedelta(days=self.pick([self.chance.randrange(-40, 400), self.pick([-1, 0, 1, 89, 90, 91, 180])]))

    def plan_row(self):
        return {
            "plan": self.pick([None, *[self.plan_itself()] * 3]),
            "objectives": self.some(2, lambda _: {"text": self.pick(TEXTS), "kind": self.pick([None, *OBJECTIVES])}),
            "actions": self.some(6, self.action_row),
            "reviews": self.some(self.pick([3, 8]), self.review_row),
            "team": self.some(3, lambda _: {"name": self.pick([None, "Anna", "Bo Li"]), "role": self.pick(ROLES)}),
            "cells": self.some(4, self.cell_row),
            "touches": sorted(self.some(self.pick([1, 4]), self.touch_row)),
        }

    def plan_itself(self):
        return {
            "objective": self.pick([None, None, "Grow"]),
            "potential_revenue": self.pick([None, Decimal(500), Decimal("250000.01"), Decimal(2000000)]),
            "currency": self.pick([None, None, "EUR", "USD", "GBP"]),
            "alignment": self.pick([None, 1, 3, 4, 5]),
            "started_on": self.pick([None, self.near(), self.near() - timedelta(days=300)]),
        }

    def action_row(self, _number):
        due = self.pick([None, self.near()])
        return {
            "owner": self.pick([None, "", "Anna", "Anna"]),
            "due": due,
            "first_due": self.pick([None, due, self.near()]),
            "status": self.pick([None, "open", "open", "done", "done", "cancelled"]),
            "done_on": self.pick([None, due, self.near()]),
            "deal": self.pick([None, self.deal()]),
        }

    def review_row(self, _number):
        return {
            "kind": self.pick([None, "light", "light", "deep", "executive"]),
            "held_on": self.pick([None, *[self.near()] * 4]),
            "required": self.pick([None, None, None, "Anna", "presales;Anna"]),
            "attended": self.pick([None, "anna", "Anna; Bo  Li", "account_manager", "Account Manager;sales_direction"]),
        }

    def cell_row(self, _number):
        line = self.pick([None, "Core", " core ", "Extra", "p1", "p2", "P3", "Alpha", "Nothing"])
        return {"unit": self.pick([None, "a1", "a2"]), "line": line, "blocked": self.pick([None, "", "law", "law"])}

    def touch_row(self, _number):
        at = T - timedelta(days=self.pick([0, 89, 90, self.chance.randrange(250)]), hours=self.pick([-1, 0, 1, 12]))
        return at, self.pick(["anna", "anna", "bo"])


OBJECTIVES = ["objective", "issue"]
EASY = {"months": 2, "tolerance_days": 0, "required": []}
planned_companies = st.binary(min_size=8, max_size=8).map(lambda seed: PlannedCompany(seed).rows())
some = st.sampled_from
plan_options = st.builds(
    lambda usual, own: usual | own,
    options,
    st.fixed_dictionaries(
        {
            "full_gap": some([Decimal(500000), Decimal(1000)]),
            "impact_weights": some([naive_plan.OPTIONS["impact_weights"], {"gap": 0, "alignment": 3, "at_stake": 0}]),
            "executive_top": some([20, 1, 0]),
            "reviews": some([naive_plan.OPTIONS["reviews"], dict.fromkeys(naive_plan.KINDS, EASY)]),
            "portfolio": some(
                [
                    {},
                    {"accounts": ["a2"]},
                    {"min_potential": 1000, "countries": ["france"]},
                    {"min_annual_revenue": 1000, "accounts": ["a3"]},
                ]
            ),
        }
    ),
)


def plan_facts_of(rows):
    placeholders = frozenset(row["id"] for row in rows["contacts"] if row["placeholder"])
    plans = {account: plan_of(plan) for account, plan in rows["plans"].items()}
    return replace(facts_of(rows), plans=plans, placeholders=placeholders)


def plan_of(plan):
    shelves = {
        "objectives": strategy.Objective,
        "actions": strategy.Action,
        "reviews": strategy.Review,
        "team": strategy.TeamMember,
        "cells": strategy.Cell,
    }
    parts = {
        shelf: {f"{shelf}{number}": part.model_validate(row) for number, row in enumerate(plan[shelf])}
        for shelf, part in shelves.items()
    }
    itself = strategy.Plan.model_validate(plan["plan"]) if plan["plan"] is not None else None
    return AccountPlan(plan=itself, touches=[Touch(*touch) for touch in plan["touches"]], **parts)


def plan_terms_of(chosen):
    usual = {name: value for name, value in chosen.items() if name != "portfolio"}
    return replace(terms_of(usual), portfolio=PortfolioRules.model_validate(chosen["portfolio"]))


def plan_reference_of(rows, terms):
    """The reference with what the strategic accounts are together."""
    reference = reference_of(rows)
    frame = frame_of(reference, terms)
    return replace(reference, portfolio=portfolio_of(account_views(plan_facts_of(rows), frame), frame))
