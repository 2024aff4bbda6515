"""A second, slow and plain computation of the KPIs over time, which imports nothing of the program.

Input and output as in naive.py, whose plain reading of rows and rates it shares; an option left out has its default.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from naive import BOOKED, DEFAULTS, NO_RATE, RECURRING, Company, day, divided, figure, moment, nothing, number

NEEDS = {
    "next_renewal_on": [*RECURRING, "line_item.recurring_end"],
    "net_revenue_retention": RECURRING,
    "gross_revenue_retention": RECURRING,
    "forecast_accuracy": BOOKED,
    "forecast_bias": BOOKED,
}
KEYS = set(NEEDS)


MORE_DEFAULTS = {"renewal_grace_days": 90, "forecast": None, "fiscal_year_start": 1, "forecast_freeze_day": 1}


def compute(rows, options):
    company = TimedCompany(rows, {**DEFAULTS, **MORE_DEFAULTS, **options})
    accounts = {row["id"]: company.account(row["id"]) for row in company.all("accounts")}
    return {"accounts": accounts, "deals": {}}


def year_before(when):
    try:
        return when.replace(year=when.year - 1)
    except ValueError:
        return when.replace(year=when.year - 1, day=28)


class TimedCompany(Company):
    def needs(self, key):
        if not key.startswith("forecast_"):
            return NEEDS[key]
        categories = "deal.forecast_category deal_history.forecast_category"
        chances = "deal.probability stage.probability deal_history.probability"
        ways = {"commit": categories, "weighted": chances, None: f"{categories} {chances}"}
        return [*NEEDS[key], ways[self.options["forecast"]]]

    def account(self, account):
        units = self.units(account)
        deals = [row for row in self.all("deals") if row.get("account") in units and self.counts(row)]
        least = self.options["min_sample"]
        found = {key: self.finish(key, result) for key, result in retention(self, deals).items()}
        return found | {key: self.finish(key, one, one["n"], least) for key, one in forecasts(self, deals).items()}


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


def forecasts(company, deals):
    errors, actuals, behind, rateless = [], [], set(), False
    for first, last in quarters_ending_in_window(company):
        expected = forecast(company, deals, first, last)
        if expected is None:
            continue
        won = {
            deal["id"]: company.amount(deal)
            for deal in deals
            if company.state(deal) == "won" and deal.get("close_date") and first <= day(deal["close_date"]) <= last
        }
        won = {id_: amount for id_, amount in won.items() if amount is not None}
        behind |= {*expected, *won}
        if NO_RATE in [*expected.values(), *won.values()]:
            rateless = True
            continue
        actuals.append(sum(won.values(), Fraction(0)))
        errors.append(sum(expected.values(), Fraction(0)) - actuals[-1])
    if rateless:
        return dict.fromkeys(("forecast_accuracy", "forecast_bias"), nothing("mixed_currency", len(behind)))
    if not behind:
        return dict.fromkeys(("forecast_accuracy", "forecast_bias"), nothing("no_data"))
    error, whole = sum(map(abs, errors), Fraction(0)), sum(map(abs, actuals), Fraction(0))
    accuracy = divided(error, whole, len(behind))
    if accuracy["value"] is not None:
        accuracy["value"] = 1 - accuracy["value"]
    return {
        "forecast_accuracy": accuracy,
        "forecast_bias": divided(sum(errors, Fraction(0)), sum(actuals, Fraction(0)), len(behind)),
    }


def quarters_ending_in_window(company):
    """First and last day of each, found day by day."""
    found = []
    for back in range(company.options["window_days"]):
        last = company.day - timedelta(days=back)
        if (last + timedelta(days=1)).day == 1 and (last.month + 1 - company.options["fiscal_year_start"]) % 3 == 0:
            first = last.replace(day=1)
            while first.month % 3 != (last.month + 1) % 3:
                first = (first - timedelta(days=1)).replace(day=1)
            found.append((first, last))
    return found


def forecast(company, deals, first, last):
    """What each deal was expected to bring; None where that cannot be known."""
    frozen_on = first + timedelta(days=company.options["forecast_freeze_day"] - 1)
    expected = {}
    for deal in deals:
        then = as_it_stood(company, deal, frozen_on)
        if then is None:
            closed = day(deal.get("close_date"))
            if company.state(deal) == "open" or closed is None or closed >= first:
                return None
        elif then.get("close_date") is not None and first <= day(then["close_date"]) <= last:
            amount = promised(company, deal, then)
            if amount is not None:
                expected[deal["id"]] = amount
    return expected


def by_commit(company):
    chosen = company.options["forecast"]
    return chosen == "commit" or (chosen is None and bool(company.rows.get("uses_categories")))


def promised(company, deal, then):
    if then.get("amount") is None:
        return None
    chance = 1
    if by_commit(company):
        if then.get("forecast_category") not in {
            "COMMIT",
            "CLOSED",
            "Commit",
            "Closed",
            "Forecast",
            "commit",
            "closed",
        }:
            return None
    elif then.get("probability") is None:
        return None
    else:
        chance = number(then["probability"])
    rate = company.deal_rate(deal) if then.get("currency") == deal.get("currency") else None
    amount = company.convert(number(then["amount"]), then.get("currency"), day(then["close_date"]), rate)
    return NO_RATE if amount == NO_RATE else amount * chance


def as_it_stood(company, deal, when):
    """A row of the deal at the start of a day; {} where it was not there; None where nobody knows."""
    if when in (company.rows.get("frozen_days") or []):
        rows = [row for row in company.all("frozen") if (row["deal"], row["day"]) == (deal["id"], when)]
        return rows[0] if rows else {}
    unmapped = set(company.rows.get("unmapped") or [])
    needed = ["deal", "at", "amount", "close_date", *(["forecast_category"] if by_commit(company) else [])]
    if any(f"deal_history.{name}" in unmapped for name in needed):
        return None
    by_stage = not unmapped & {"deal_history.stage", "stage.probability"}
    if not by_commit(company) and not by_stage and "deal_history.probability" in unmapped:
        return None
    start = datetime(when.year, when.month, when.day, tzinfo=company.zone).astimezone(UTC)
    rows = [row for row in company.all("history") if row.get("deal") == deal["id"] and row.get("at")]
    rows.sort(key=in_order)
    before = [row for row in rows if moment(row["at"]) <= start]
    if before:
        return merged(company, deal, rows, before)
    created = moment(deal.get("created_at"))
    if created is None:
        return {} if rows else None
    return {} if created > start else None


def in_order(row):
    words = [row.get(name) or "" for name in ("pipeline", "stage", "forecast_category")]
    numbers = [number(row.get(name)) or 0 for name in ("amount", "probability")]
    return moment(row["at"]), words, str(row.get("close_date") or ""), numbers


def merged(company, deal, rows, before):
    then = {"currency": deal.get("currency")}
    for name in ("stage", "pipeline", "amount", "close_date", "probability", "forecast_category"):
        said = [row[name] for row in before if row.get(name) is not None]
        then[name] = said[-1] if said else None
    named = [row["pipeline"] for row in rows if row.get("pipeline")]
    pipeline = then["pipeline"] or (named[0] if named else deal.get("pipeline"))
    stage = company.stage(pipeline, then["stage"])
    if then["probability"] is None and stage is not None:
        then["probability"] = stage.get("probability")
    return then
