"""A second, slow and plain computation of the KPIs over time, which imports nothing of the program.

Input and output as in naive.py, whose plain reading of rows and rates it shares; an option left out has its default.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from naive import DEFAULTS, NO_RATE, RECURRING, Company, day, divided, figure, nothing

NEEDS = {
    "next_renewal_on": [*RECURRING, "line_item.recurring_end"],
    "net_revenue_retention": RECURRING,
    "gross_revenue_retention": RECURRING,
}
KEYS = set(NEEDS)


def compute(rows, options):
    company = TimedCompany(rows, {**DEFAULTS, "renewal_grace_days": 90, **options})
    accounts = {row["id"]: company.account(row["id"]) for row in company.all("accounts")}
    return {"accounts": accounts, "deals": {}}


def year_before(when):
    try:
        return when.replace(year=when.year - 1)
    except ValueError:
        return when.replace(year=when.year - 1, day=28)


class TimedCompany(Company):
    def needs(self, key):
        return NEEDS[key]

    def account(self, account):
        units = self.units(account)
        deals = [row for row in self.all("deals") if row.get("account") in units and self.counts(row)]
        return {key: self.finish(key, result) for key, result in retention(self, deals).items()}


def retention(company, deals):
    today = company.day
    items = {}
    for deal in deals:
        if company.state(deal) != "won":
            continue
        for item in company.all("line_items"):
            if item.get("deal") == deal["id"] and item.get("recurring_annual") is not None:
                items.setdefault((deal["account"], item.get("product")), []).append(item)
    ends = [
        day(item["recurring_end"])
        for pair in items.values()
        for item in pair
        if item.get("recurring_end") and runs(company, item, today)
    ]
    then, now = {}, {}
    for pair, rows in items.items():
        then[pair] = on_day(company, rows, year_before(today))
        now[pair] = on_day(company, rows, today)
    had = [pair for pair, value in then.items() if value == NO_RATE or value > 0]
    net = gross = nothing("mixed_currency", len(had))
    if not any(NO_RATE in (then[pair], now[pair]) for pair in had):
        whole = sum((then[pair] for pair in had), Fraction(0))
        net = divided(sum((now[pair] for pair in had), Fraction(0)), whole, len(had))
        gross = divided(sum((min(now[pair], then[pair]) for pair in had), Fraction(0)), whole, len(had))
    return {
        "next_renewal_on": figure(min(ends), len(ends)) if ends else nothing("no_data"),
        "net_revenue_retention": net,
        "gross_revenue_retention": gross,
    }


def runs(company, item, when):
    """Whether a won line item recurs on a day, as far as was known by today."""
    sold = day(company.deal_of(item).get("close_date"))
    start, end = day(item.get("recurring_start")) or sold, day(item.get("recurring_end"))
    if sold is not None and sold > company.day:
        return False
    if start is None or when < start or (sold is not None and when < sold):
        return False
    if end is not None:
        return when <= end
    return sold is not None and when <= sold + timedelta(days=company.options["live_days"])


def on_day(company, rows, when):
    """The recurring revenue of a pair on a day, line by line; a line in the gap before its renewal goes on."""
    on = [item for item in rows if runs(company, item, when) or in_gap(company, item, rows, when)]
    amounts = [company.item_money(item, "recurring_annual") for item in on]
    return NO_RATE if NO_RATE in amounts else sum(amounts, Fraction(0))


def in_gap(company, item, rows, when):
    """Whether the line ran until less than the grace before the day, and what renews it begins in time after it."""
    grace = company.options["renewal_grace_days"]
    ended = when - timedelta(days=1)
    while not runs(company, item, ended):
        ended -= timedelta(days=1)
        if (when - ended).days > grace:
            return False
    between = [ended + timedelta(days=number) for number in range(1, grace + 1)]
    begun = [
        one
        for one in between
        for other in rows
        if runs(company, other, one) and not runs(company, other, one - timedelta(days=1))
    ]
    return bool(begun) and when < min(begun)
