"""A second, slow and plain computation of the KPIs of account plans, which imports nothing of the program.

Input and output as in naive.py, whose plain reading of rows and rates it shares. Beside its rows:

    "accounts": [{…, "potential_revenue", "alignment", "objective", "strategic", "country"}],
    "contacts": [{…, "placeholder"}],
    "products": [{…, "name"}],
    "plans": {account: {"plan": {…} or None, "objectives": [{"text", "kind"}], "actions": [{"owner", "due",
              "first_due", "status", "done_on", "deal"}], "reviews": [{"kind", "held_on", "required", "attended"}],
              "team": [{"name", "role"}], "cells": [{"unit", "line", "blocked"}], "touches": [(instant, author)]}}

and beside its options: full_gap, impact_weights, executive_top, reviews, and the rules of the portfolio.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction

import naive
from naive import DECISION, KNOWN, NO_RATE, RECURRING, SOLD, day, divided, figure, money_sum, nothing, number

OPTIONS = {
    "full_gap": 500000,
    "impact_weights": {"gap": "0.5", "alignment": "0.25", "at_stake": "0.25"},
    "executive_top": 20,
    "reviews": {
        "light": {"months": 1, "tolerance_days": 7, "required": ["account_manager"]},
        "deep": {"months": 3, "tolerance_days": 14, "required": ["account_manager", "sales_direction"]},
        "executive": {"months": 6, "tolerance_days": 30, "required": ["account_manager", "sales_direction"]},
    },
    "portfolio": {},
}
NEEDS = {
    "actions_overdue": [],
    "action_on_time_rate": [],
    "next_action_due": [],
    "deal_next_action_due": [],
    "feasibility": KNOWN,
    "plan_touched_on": [],
    "plan_health": [],
    "review_compliance": [],
    "next_review_on": [],
    "product_penetration": SOLD,
    "whitespace_lines": SOLD,
    "pipeline part": [*naive.DEAL, "deal.amount", "deal.probability stage.probability"],
    "recurring part": RECURRING,
}
KEYS = {*NEEDS, "growth_gap", "impact", "priority"} - {"pipeline part", "recurring part"}
ORDER = ["not_configured", "mixed_currency", "no_data", "zero_denominator"]
KINDS = ["light", "deep", "executive"]


def compute(rows, options):
    company = PlanCompany(rows, {**naive.DEFAULTS, **OPTIONS, **options})
    accounts = {row["id"]: company.account(row["id"]) for row in company.all("accounts")}
    deals = {row["id"]: company.deal(row) for row in company.all("deals")}
    return {"accounts": accounts, "deals": deals}


def document(key, result):
    printed = naive.rounded(result["value"], 2 if key == "growth_gap" else 6)
    found = {"findings": result["findings"]} if result.get("findings") is not None else {}
    value = printed.isoformat() if isinstance(printed, date) else printed
    parts = {name: naive.rounded(result[name], 2) for name in ("numerator", "denominator")}
    return {"value": value, "status": result["status"], "n": result["n"], **parts, **found}


class PlanCompany(naive.Company):
    def __init__(self, rows, options):
        super().__init__(rows, options)
        self.usual_cycle = self.executives = None
        strategic = [row["id"] for row in self.all("accounts") if self.is_strategic(row["id"])]
        everywhere = {unit for id_ in strategic for unit in self.units(id_)}
        cycles = PlanAccount(self, everywhere).cycles()
        self.usual_cycle = Fraction(sum(cycles), len(cycles)) if cycles else None
        ranks = []
        for id_ in strategic:
            priority = self.finish("priority", PlanAccount(self, self.units(id_)).priority())
            if priority["value"] is not None:
                ranks.append((-priority["value"], len(id_), id_))
        self.executives = [id_ for _, _, id_ in sorted(ranks)[: options["executive_top"]]]

    def needs(self, key):
        if key in {"growth_gap", "impact"}:
            return super().needs("revenue")
        if key == "priority":
            return [*super().needs("revenue"), *KNOWN]
        return NEEDS[key]

    def row(self, account):
        return next(row for row in self.all("accounts") if row["id"] == account)

    def plan(self, account, part, default=()):
        return ((self.rows.get("plans") or {}).get(account) or {}).get(part) or default

    def said(self, account, field):
        own = self.plan(account, "plan", {}).get(field)
        return self.row(account).get(field) if own is None else own

    def potential(self, account):
        row, plan = self.row(account), self.plan(account, "plan", {})
        if plan.get("potential_revenue") is not None:
            currency = plan.get("currency") or row.get("currency") or self.options["currency"]
            return self.convert(number(plan["potential_revenue"]), currency, None)
        if row.get("potential_revenue") is None:
            return None
        return self.convert(number(row["potential_revenue"]), row.get("currency"), None)

    def is_strategic(self, account):
        row, rules = self.row(account), self.options["portfolio"]
        begun = ((self.rows.get("plans") or {}).get(account) or {}).get("plan") is not None
        if row.get("strategic") or begun or account in rules.get("accounts", ()):
            return True
        least, brought = rules.get("min_potential"), rules.get("min_annual_revenue")
        countries = [country.lower() for country in rules.get("countries", ())]
        checks = []
        if least is not None:
            checks.append(reaches(self.potential(account), least))
        if brought is not None:
            known = row.get("annual_revenue")
            money = None if known is None else self.convert(number(known), row.get("currency"), None)
            checks.append(reaches(money, brought))
        if countries:
            checks.append((row.get("country") or "").lower() in countries)
        return bool(checks) and all(checks)

    def account(self, account):
        one = PlanAccount(self, self.units(account))
        return {key: self.finish(key, result) for key, result in one.plan_figures().items()}

    def deal(self, deal):
        known = [row["id"] for row in self.all("accounts")]
        actions = self.plan(deal["account"], "actions") if deal.get("account") in known else []
        mine = [one for one in actions if one.get("deal") == deal["id"]]
        return {"deal_next_action_due": self.finish("deal_next_action_due", earliest(mine, self.day))}


def reaches(money, least):
    return money not in (None, NO_RATE) and money >= number(least)


def done_by(action, when):
    """Whether the action was done on that day or before, as far as anybody can tell."""
    if action.get("status") in ("open", "cancelled"):
        return False
    if action.get("done_on"):
        return day(action["done_on"]) <= when
    return action.get("status") == "done"


def is_open(action, when):
    return action.get("status") != "cancelled" and not done_by(action, when)


def earliest(actions, when):
    dates = [day(one["due"]) for one in actions if is_open(one, when) and one.get("due")]
    return figure(min(dates), len(dates)) if dates else nothing("no_data")


def months_on(when, months):
    year, month = when.year, when.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(when.day, calendar.monthrange(year, month)[1]))


def words(text):
    plain = [" ".join(word.replace("_", " ").split()).lower() for word in (text or "").split(";")]
    return [word for word in plain if word]


class PlanAccount(naive.Account):
    def __init__(self, company, units):
        super().__init__(company, units)
        self.units = list(units)
        placeholders = [row["id"] for row in company.all("contacts") if row.get("placeholder")]
        self.nameless = [person for person in self.people if person["id"] in placeholders]
        self.named = [person for person in self.people if person["id"] not in placeholders]

    def each(self, part):
        return [one for unit in self.units for one in self.company.plan(unit, part)]

    def plan_figures(self):
        today = self.company.day
        actions = self.each("actions")
        late = [one for one in actions if is_open(one, today) and one.get("due") and day(one["due"]) < today]
        touched = [on for on, _ in self.touched()]
        return {
            "actions_overdue": figure(len(late), len(late)),
            "action_on_time_rate": self.on_time(actions),
            "next_action_due": earliest(actions, today),
            "growth_gap": self.growth_gap(),
            "impact": self.impact(),
            "feasibility": self.feasibility(),
            "priority": self.priority(),
            "plan_touched_on": figure(max(touched), len(touched)) if touched else nothing("no_data"),
            "plan_health": self.health(),
            **self.reviewed(),
            **self.room(),
        }

    # -- actions

    def on_time(self, actions):
        today, due = self.company.day, []
        for one in actions:
            first = day(one.get("first_due") or one.get("due"))
            if one.get("status") != "cancelled" and self.company.in_window(first) and first < today:
                due.append(bool(one.get("done_on")) and day(one["done_on"]) <= first and done_by(one, first))
        return divided(sum(due), len(due), len(due))

    # -- strategy

    def growth_gap(self):
        known = [unit for unit in self.units if self.company.potential(unit) is not None]
        potential = money_sum(self.company.potential(unit) for unit in known)
        if potential["status"] != "ok" or not known:
            return nothing("mixed_currency" if known else "no_data", len(known))
        revenue = PlanAccount(self.company, known).revenue(0)
        if revenue["value"] is None:
            return nothing(revenue["status"], len(known))
        return figure(max(Fraction(0), potential["value"] - revenue["value"]), len(known))

    def stake(self):
        parts, known = [], False
        if self.company.configured("pipeline part"):
            known = True
            parts += [self.weighted(deal) for deal in self.having("open")]
        if self.company.configured("recurring part"):
            known = True
            for item in self.items(self.having("won")):
                start = day(item.get("recurring_start")) or day(self.company.deal_of(item).get("close_date"))
                end, today = day(item.get("recurring_end")), self.company.day
                if start and end and start <= today and self.is_live(item, today) and end <= today + timedelta(180):
                    parts.append(self.company.item_money(item, "recurring_annual"))
        return money_sum(parts) if known else None

    def impact(self):
        gap, stake, full = self.growth_gap(), self.stake(), number(self.options["full_gap"])
        if gap["value"] is None:
            return nothing(gap["status"], gap["n"])
        if stake and stake["status"] != "ok":
            return nothing("mixed_currency", stake["n"])
        marks = [self.company.said(unit, "alignment") for unit in self.units]
        marks = [mark for mark in marks if mark is not None]
        parts = {"gap": min(Fraction(1), gap["value"] / full)}
        if marks:
            parts["alignment"] = (Fraction(sum(marks), len(marks)) - 1) / 4
        if stake:
            parts["at_stake"] = max(Fraction(0), min(Fraction(1), stake["value"] / full))
        weights = {name: number(weight) for name, weight in self.options["impact_weights"].items() if name in parts}
        if not sum(weights.values()):
            return nothing("no_data")
        return figure(100 * sum(weights[name] * parts[name] for name in parts) / sum(weights.values()), len(parts))

    def identified(self):
        on_deals = {one["id"] for deal in self.having("open") for one in self.company.threads(deal)}
        named = [
            one for one in self.named if one["role"] in DECISION or (one["role"] is None and one["id"] in on_deals)
        ]
        return named + self.nameless

    def feasibility(self):
        cycles = self.cycles()
        cycle = Fraction(sum(cycles), len(cycles)) if cycles else self.company.usual_cycle
        hurdles = [min(Fraction(1), Fraction(len(self.identified()), 10))]
        hurdles += [] if cycle is None else [min(Fraction(1), cycle / 365)]
        stances = [one["stance"] for one in self.named if one["stance"]]
        foes = [one for one in self.named if one["stance"] == "opponent" and (one["influence"] or 0) > 3]
        liking = Fraction(1, 2)
        if stances:
            liking += Fraction(stances.count("champion") - len(foes), 2 * len(stances))
        ease = 1 - sum(hurdles) / len(hurdles)
        return figure(100 * (ease / 2 + liking / 2), len(hurdles) + (1 if stances else 0))

    def priority(self):
        impact, feasibility = self.impact(), self.feasibility()
        if impact["value"] is None:
            return nothing(impact["status"])
        return figure(impact["value"] * feasibility["value"] / 100, impact["n"] + feasibility["n"])

    # -- the plan

    def is_strategic(self):
        return any(self.company.is_strategic(unit) for unit in self.units[:1])

    def touched(self):
        return [
            (at.astimezone(self.company.zone).date(), author)
            for at, author in self.each("touches")
            if at <= self.options["as_of"]
        ]

    def health(self):
        if not self.is_strategic():
            return nothing("no_data")
        today, actions, identified = self.company.day, self.each("actions"), self.identified()
        todo = [one for one in actions if is_open(one, today)]
        mapped = [
            one
            for one in self.named
            if one["role"] in DECISION and one["stance"] is not None and one["influence"] is not None
        ]
        aims = [one for one in self.each("objectives") if one.get("kind") != "issue" and (one["text"] or "").strip()]
        aims += [unit for unit in self.units if self.company.said(unit, "objective")]
        recent = {author for on, author in self.touched() if on > today - timedelta(90)}
        authors = {author for on, author in self.touched() if on > today - timedelta(180)}
        political = any(one["stance"] for one in self.named)
        found = {
            "no_objective": (20, not aims),
            "untouched": (20, not recent),
            "low_coverage": (15, not identified or Fraction(len(mapped), len(identified)) < Fraction(1, 2)),
            "no_stance": (15, not political),
            "loose_actions": (10, any(not one.get("owner") or not one.get("due") for one in todo)),
            "no_open_action": (10, not todo),
            "single_contributor": (5, len(authors) == 1),
            "review_overdue": (5, any(today > due + timedelta(tolerance) for due, tolerance in self.next_dues())),
            "contact_list": (0, bool(self.people) and not aims and not actions and not political),
        }
        codes = [code for code, (_, holds) in found.items() if holds]
        value = max(0, 100 - sum(found[code][0] for code in codes))
        return {**figure(value, len(codes)), "findings": codes}

    # -- reviews

    def calendars(self):
        """For each unit and kind of review: start, settings, and the days of reviews with whether all were there."""
        for unit in self.units if self.is_strategic() else ():
            if not self.company.is_strategic(unit):
                continue
            touches = [at.astimezone(self.company.zone).date() for at, _ in self.company.plan(unit, "touches")]
            start = day(self.company.plan(unit, "plan", {}).get("started_on")) or min(touches, default=None)
            for kind in KINDS if start else ():
                if kind != "executive" or unit in self.company.executives:
                    yield start, self.options["reviews"][kind], self.held(unit, kind)

    def held(self, unit, kind):
        held = {}
        for review in self.company.plan(unit, "reviews"):
            on = day(review.get("held_on"))
            if on and on <= self.company.day and KINDS.index(review.get("kind") or "light") >= KINDS.index(kind):
                held[on] = held.get(on, False) or self.all_there(unit, kind, review)
        return held

    def all_there(self, unit, kind, review):
        attended = words(review.get("attended"))
        functions = self.options["reviews"][kind]["required"]
        for word in words(review.get("required")) or [name.replace("_", " ") for name in functions]:
            members = [
                " ".join(words(one["name"]))
                for one in self.company.plan(unit, "team")
                if (one.get("role") or "").replace("_", " ") == word and one.get("name")
            ]
            if word not in attended and not set(members) & set(attended):
                return False
        return True

    def next_dues(self):
        for start, cadence, held in self.calendars():
            last = max([start, *held])
            yield months_on(last, cadence["months"]), cadence["tolerance_days"]

    def reviewed(self):
        dues = [due for due, _ in self.next_dues()]
        kept = [
            one
            for start, cadence, held in self.calendars()
            for due, one in lived(start, cadence, held, self.company.day)
            if self.company.in_window(due)
        ]
        return {
            "review_compliance": divided(sum(kept), len(kept), len(kept)),
            "next_review_on": figure(min(dues), len(dues)) if dues else nothing("no_data"),
        }

    # -- white space

    def room(self):
        lines = {}
        for product in self.company.all("products"):
            if product.get("active") is not False:
                line = product.get("family") or ("alone", product["id"])
                own = [product["family"]] if product.get("family") else [product["id"], product.get("name")]
                lines[line] = {name.lower() for name in own if name}
        blocked = {
            (cell.get("unit") or unit, line)
            for unit in self.units
            for cell in self.company.plan(unit, "cells")
            for line, names in lines.items()
            if cell.get("blocked") and (cell.get("line") or "").strip().lower() in names
        }
        eligible = {(unit, line) for unit in self.units for line in lines} - blocked
        live = self.cells(self.having("won"), live=True)
        free = eligible - live - self.cells(self.having("open"), live=False)
        return {
            "product_penetration": divided(len(eligible & live), len(eligible), len(eligible)),
            "whitespace_lines": figure(len(free), len(free)),
        }


def lived(start, cadence, held, today):
    """Goes through the plan's life day by day; for each review that came due, whether it was held well."""
    anchor, times, when = start, 1, start
    while when <= today:
        when += timedelta(1)
        due, following = (months_on(anchor, (times + more) * cadence["months"]) for more in (0, 1))
        if when == following:
            yield due, False
            times, due = times + 1, following
        if when in held and when <= today:
            yield due, held[when] and when <= due + timedelta(cadence["tolerance_days"])
            anchor, times = when, 1
    due = months_on(anchor, times * cadence["months"])
    if due <= today:
        yield due, False
