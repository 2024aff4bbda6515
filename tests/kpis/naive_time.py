"""A second, slow and plain computation of the KPIs over time, which imports nothing of the program.

Input and output as in naive.py, whose plain reading of rows and rates it shares; an option left out has its default.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from naive import (
    BOOKED,
    CLOSE,
    DEFAULTS,
    NO_RATE,
    RECURRING,
    SOLD,
    Account,
    Company,
    day,
    divided,
    figure,
    moment,
    nothing,
    number,
)

NEEDS = {
    "next_renewal_on": [*RECURRING, "line_item.recurring_end"],
    "net_revenue_retention": RECURRING,
    "gross_revenue_retention": RECURRING,
    "forecast_accuracy": BOOKED,
    "forecast_bias": BOOKED,
    "relationship_strength": [
        "contact.account",
        "contact.last_activity_at contact.last_answer_at contact.activities_90d contact.meetings_90d",
    ],
    "c_level_access": [
        "contact.account",
        "contact.last_activity_at contact.activities_90d",
        "contact.title contact.c_level",
    ],
    "deal_stalled_since": [
        "deal.stage",
        *(f"stage.{name}" for name in ("closed", "won")),
        *(f"deal_history.{name}" for name in ("deal", "at", "stage")),
    ],
    "delta_revenue": [],
    "delta_product_lines": SOLD,
    "delta_cycle": [*CLOSE, "deal.created_at"],
    "delta_win_rate": CLOSE,
    "delta_units": CLOSE,
    "delta_countries": [*CLOSE, "account.country"],
    "delta_turnover": [],
    "delta_c_level_access": [
        "contact.account",
        "contact.last_activity_at contact.activities_90d",
        "contact.title contact.c_level",
    ],
    "contact_turnover": [],
    "nps": [],
    "csat": [],
}
KEYS = set(NEEDS)


MORE_DEFAULTS = {"renewal_grace_days": 90, "forecast": None, "fiscal_year_start": 1, "forecast_freeze_day": 1}


def compute(rows, options):
    company = TimedCompany(rows, {**DEFAULTS, **MORE_DEFAULTS, **options})
    accounts = {row["id"]: company.account(row["id"]) for row in company.all("accounts")}
    norms = stage_norms(company)
    deals = {
        row["id"]: {"deal_stalled_since": company.finish("deal_stalled_since", stalled(company, row, norms))}
        for row in company.all("deals")
    }
    return {"accounts": accounts, "deals": deals}


def year_before(when):
    try:
        return when.replace(year=when.year - 1)
    except ValueError:
        return when.replace(year=when.year - 1, day=28)


class TimedCompany(Company):
    def needs(self, key):
        if key == "delta_revenue":
            return super().needs("revenue")
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
        sampled = forecasts(self, deals) | surveys(self, units)
        found |= {key: self.finish(key, result) for key, result in people(self, units).items()}
        found |= {key: self.finish(key, one, one["n"], least) for key, one in sampled.items()}
        for key, one in changes(self, account).items():
            small = one["status"] == "low_sample"
            found[key] = self.finish(key, {**one, "status": "ok"} if small else one, 0 if small else 1, 1)
        return found


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


def people(company, units):
    rows = [row for row in company.all("contacts") if row.get("account") in units and company.active(row)]
    weighed = [(row.get("influence") or 3, strength(company, row)) for row in rows]
    mean = nothing("no_data")
    if rows:
        mean = figure(sum(w * s for w, s in weighed) / Fraction(sum(w for w, _ in weighed)), len(rows))
    chiefs = [row for row in rows if seniority(row) == 1]
    seen = [row for row in chiefs if row.get("activities_90d") or days_since(company, row, "last_activity_at") < 90]
    return {
        "relationship_strength": mean,
        "c_level_access": divided(len(seen), len(chiefs), len(chiefs)),
        "contact_turnover": turnover(company, units),
    }


def days_since(company, row, name):
    if row.get(name) is None:
        return 10**6
    return (company.day - moment(row[name]).astimezone(company.zone).date()).days


TITLES = {
    "CEO": 1,
    "Chief Risk Officer": 1,
    "Directrice Générale": 1,
    "PDG": 1,
    "Vice-président": Fraction(6, 10),
    "Head of Sales": Fraction(6, 10),
    "Directeur des achats": Fraction(6, 10),
    "Assistante du directeur général": Fraction(3, 10),
    "Product Owner": Fraction(3, 10),
}


def seniority(row):
    by_title = TITLES.get(row.get("title"), Fraction(3, 10))
    if row.get("c_level"):
        return 1
    return Fraction(6, 10) if by_title == 1 and row.get("c_level") is False else by_title


def strength(company, row):
    if not any(row.get(name) for name in ("last_activity_at", "last_answer_at", "activities_90d", "meetings_90d")):
        return 0
    days = days_since(company, row, "last_activity_at")
    recency = 1 if days <= 30 else 0 if days >= 180 else Fraction(180 - days, 150)
    parts = {
        "last_activity_at": (30, recency),
        "activities_90d": (25, min(1, Fraction(row.get("activities_90d") or 0, 6))),
        "last_answer_at": (15, int(days_since(company, row, "last_answer_at") < 90)),
        "meetings_90d": (15, min(1, Fraction(row.get("meetings_90d") or 0, 2))),
        "title": (15, seniority(row)),
    }
    unmapped = set(company.rows.get("unmapped") or [])
    if "contact.c_level" not in unmapped:
        unmapped.discard("contact.title")
    known = [part for name, part in parts.items() if f"contact.{name}" not in unmapped]
    return 100 * sum(weight * Fraction(value) for weight, value in known) / sum(weight for weight, _ in known)


def turnover(company, units):
    """Of each unit's people, who was key then, and who of them is gone by now."""
    start = company.day - timedelta(days=company.options["window_days"])
    key, gone = 0, 0
    for unit in units:
        turns = [row for row in company.all("turns") if row["unit"] == unit]
        for person in {row["person"] for row in turns}:
            if (unit, person) in (company.rows.get("external") or []):
                continue
            mine = [row for row in turns if row["person"] == person]
            then = [row for row in mine if row["at"].astimezone(company.zone).date() <= start]
            now = [row for row in mine if row["at"] <= company.options["as_of"]]
            homes = [row["value"] for row in mine if row["field"] == "account"]
            home = last_said(then, "account", homes[0] != unit if homes else True)
            here = home == unit or home is True
            high = last_said(then, "influence", None) in (4, 5)
            decides = last_said(then, "role", None) in ("economic", "technical", "user", "coach")
            if here and (high or decides) and last_said(then, "departed", None) is not True:
                key += 1
                gone += last_said(now, "departed", None) is True or last_said(now, "account", unit) not in units
    return divided(gone, key, key)


def last_said(turns, name, default):
    said = [row["value"] for row in turns if row["field"] == name]
    return said[-1] if said else default


def surveys(company, units):
    homes = {row["id"]: row.get("account") for row in company.all("contacts")}
    answers = [row for row in company.all("answers") if homes.get(row["person"]) in units and row["person"]]
    answers += [row for row in company.all("imported") if row["unit"] in units]
    scores = {"nps": [], "csat": []}
    for survey, scale in (("nps", range(11)), ("csat", range(1, 6))):
        good = [
            row for row in answers if row["survey"] == survey and row["score"] in scale and company.in_window(row["on"])
        ]
        scores[survey] += [row["score"] for row in good if row["person"] is None]
        for person in {row["person"] for row in good if row["person"]}:
            mine = [row for row in good if row["person"] == person]
            last = max(row["on"] for row in mine)
            scores[survey].append(min(row["score"] for row in mine if row["on"] == last))
    lead = sum(score >= 9 for score in scores["nps"]) - sum(score <= 6 for score in scores["nps"])
    nps = divided(lead, len(scores["nps"]), len(scores["nps"]))
    if nps["value"] is not None:
        nps["value"] *= 100
    happy = sum(score >= 4 for score in scores["csat"])
    return {"nps": nps, "csat": divided(happy, len(scores["csat"]), len(scores["csat"]))}


def stays(company, deal):
    """The stages in which the deal stood one after the other, each with the day on which it came there."""
    rows = [row for row in company.all("history") if row.get("deal") == deal["id"] and row.get("at")]
    rows = sorted((row for row in rows if row.get("stage")), key=lambda row: in_order(row)[:2])
    named = [row["pipeline"] for row in rows if row.get("pipeline")]
    pipeline, found = named[0] if named else deal.get("pipeline"), []
    for row in rows:
        pipeline = row.get("pipeline") or pipeline
        stage = company.stage(pipeline, row["stage"])
        if not found or found[-1][0] != stage:
            found.append((stage, moment(row["at"]).astimezone(company.zone).date()))
    return found


def stage_norms(company):
    """By stage, the days that each won deal spent there, in order."""
    norms = {}
    for deal in company.all("deals"):
        if company.state(deal) == "won":
            way, spent = stays(company, deal), {}
            for number, (stage, since) in enumerate(way[:-1]):
                if stage is not None and not stage.get("won") and not stage.get("closed"):
                    place = (stage.get("pipeline"), stage["code"])
                    spent[place] = spent.get(place, 0) + (way[number + 1][1] - since).days
            for place, days in spent.items():
                norms.setdefault(place, []).append(days)
    return {place: sorted(days) for place, days in norms.items()}


def stalled(company, deal, norms):
    if company.state(deal) != "open":
        return figure(None, 0)
    stage, way = company.stage_of(deal), stays(company, deal)
    days = norms.get((stage.get("pipeline"), stage["code"]), [])
    if len(days) < 20 or not way or way[-1][0] != stage:
        return nothing("no_data", len(days))
    normal = days[-(-len(days) * 4 // 5) - 1]
    since = way[-1][1]
    return figure(since if since < company.day - timedelta(days=normal) else None, len(days))


def changes(company, account):
    names = ("revenue", "product_lines", "cycle", "win_rate", "units", "countries", "turnover", "c_level_access")
    begun = plans_for(company, account)
    over = [(units, start) for units, start in begun if company.day >= same_day(start, 1)]
    if not over:
        known_on = min((same_day(start, 1) for _, start in begun), default=None)
        found = {f"delta_{name}": {**nothing("no_data"), "known_on": known_on} for name in names}
        by_field = company.options["revenue_source"] == "field"
        return found | ({"delta_revenue": nothing("no_data")} if by_field else {})
    after = sides(company, [(units, start, same_day(start, 1)) for units, start in over])
    before = sides(company, [(units, same_day(start, -1), start) for units, start in over])
    return {f"delta_{name}": difference(after[name], before[name]) for name in names}


def plans_for(company, account):
    """The plans that govern an account: of each two of which one is below the other, the upper one."""
    starts, found, taken = company.rows.get("starts") or {}, [], set()
    units = company.units(account)
    for unit in units:
        under = company.units(unit)
        bosses = [one for one in units if one in starts and unit in company.units(one) and one not in under]
        if unit in starts and unit not in taken and not bosses:
            found.append(([one for one in under if one in units and one not in taken], starts[unit]))
            taken |= set(under)
    return found


def same_day(when, years):
    try:
        return when.replace(year=when.year + years)
    except ValueError:
        return when.replace(year=when.year + years, day=28)


def sides(company, spans):
    """What holds of the days from the first to before the end of each span, as if it were that evening."""
    won, closed, cycles, lines, countries, money, left, access = [], [], [], set(), set(), [], [], []
    for units, first, end in spans:
        evening = datetime(end.year, end.month, end.day, tzinfo=company.zone) - timedelta(microseconds=1)
        then = TimedCompany(company.rows, {**company.options, "as_of": evening, "window_days": (end - first).days})
        seen = Account(then, units)
        mine = [deal["account"] for deal in seen.won()]
        named = {row["id"]: (row.get("country") or "").strip().lower() for row in then.all("accounts")}
        won, closed, cycles = won + mine, closed + seen.closed(), cycles + seen.cycles()
        countries |= {named[unit] for unit in mine} - {""}
        lines |= {line for _, line in seen.cells(seen.having("won"), live=True)}
        money.append(seen.revenue(0))
        left.append(turnover(then, units))
        kept = [row for row in company.all("access") if row["account"] == units[0] and row["since"] <= evening]
        kept = [row for row in kept if row["until"] is None or evening < row["until"]]
        access.append(divided(*kept[0]["ratio"], kept[0]["ratio"][1]) if kept else nothing("no_data"))
    least = company.options["min_sample"]
    cycle = figure(Fraction(sum(cycles), len(cycles)), len(cycles)) if cycles else nothing("no_data")
    return {
        "revenue": added(company, money),
        "product_lines": figure(len(lines), len(lines)),
        "cycle": low(cycle, least),
        "win_rate": low(divided(len(won), len(closed), len(closed)), least),
        "units": figure(len(set(won)), len(set(won))),
        "countries": figure(len(countries), len(countries)),
        "turnover": pooled(left),
        "c_level_access": pooled(access),
    }


def added(company, money):
    n = sum(one["n"] for one in money)
    if company.options["revenue_source"] == "field":
        return nothing("no_data")
    if any(one["value"] is None for one in money):
        return nothing("mixed_currency", n)
    return figure(sum(one["value"] for one in money), n)


def pooled(ratios):
    known = [one for one in ratios if one.get("denominator")]
    return divided(*(sum(one[name] for one in known) for name in ("numerator", "denominator", "denominator")))


def low(result, least):
    return {**result, "status": "low_sample"} if result["status"] == "ok" and result["n"] < least else result


def difference(after, before):
    n, order = after["n"] + before["n"], ["mixed_currency", "no_data", "zero_denominator", "low_sample", "ok"]
    status = min(after["status"], before["status"], key=order.index)
    if after["value"] is None or before["value"] is None:
        return nothing(status, n)
    return figure(after["value"] - before["value"], n, status=status)
