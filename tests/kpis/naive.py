"""A second, slow and plain computation of every KPI, which imports nothing of the program.

Input: `rows`, a dict of plain values, and `options`, a dict with the settings under `kpis:` by name (each may be left
out), and `as_of` (aware datetime), `currency` (reporting), `rates` ({currency: reporting units}), `zone` (IANA name).

    rows = {
        "home": "EUR" or None,               # the organisation's own currency
        "accounts": [{"id", "parent", "currency", "annual_revenue"}],
        "contacts": [{"id", "account", "role", "stance", "influence", "departed"}],
        "account_contacts": [{"account", "contact", "role", "stance", "active"}],
        "deals": [{"id", "account", "pipeline", "type", "record_type", "stage", "amount", "currency", "close_date",
                   "created_at", "probability", "home_amount", "exchange_rate"}],
        "deal_contacts": [{"deal", "contact", "role", "stance"}],
        "line_items": [{"deal", "product", "quantity", "unit_price", "amount", "unit_cost", "currency",
                        "recurring_annual", "recurring_start", "recurring_end"}],
        "products": [{"id", "family", "active", "unit_cost"}],
        "stages": [{"pipeline", "code", "label", "position", "probability", "closed", "won"}],
        "history": [{"deal", "at", "stage", "pipeline"}],
        "rates": [{"currency", "per_home", "start", "end"}],
        "unmapped": ["contact.influence", …],  # fields that the mapping does not fill
        "last_complete_pull": aware datetime or None,
    }

Every list and every key may be absent (None). Only live records are given: no deleted ones, no merged-away ones.
Words are those of the program (role economic, stance champion, …). Numbers may be Decimal, int or text; dates `date`
or ISO text; instants aware `datetime` or ISO text.

Output of `compute`: {"accounts": {id: {key: figure}}, "deals": {id: {key: figure}}}; a figure is a dict with value
(exact: Fraction), status, n, numerator, denominator. `document(key, figure)` is its JSON form.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

DEFAULTS = {
    "window_days": 365,
    "rollup": "self",
    "required_roles": ["economic", "technical", "user", "coach"],
    "pipelines": [],
    "types": [],
    "record_types": [],
    "min_sample": 5,
    "min_stage_sample": 10,
    "stale_after_hours": 48,
    "live_days": 1095,
    "overdue_grace_days": 30,
    "qualified_from_stage": None,
    "revenue_source": "bookings",
    "rates": {},
    "zone": "UTC",
}
ROLES = ["economic", "technical", "user", "coach", "other"]
DECISION = ROLES[:4]
STANCES = ["opponent", "champion", "neutral"]
MONEY = {"single_threaded_amount", "deal_velocity", "weighted_pipeline", "revenue", "recurring_revenue"}
NO_RATE = "no rate"

ROLE = "contact.role account_contact.role deal_contact.role"
STANCE = "contact.stance account_contact.stance deal_contact.stance"
DEAL = ["deal.account", "deal.stage", "stage.closed", "stage.won"]
LINKS = ["deal_contact.deal", "deal_contact.contact"]
CLOSE = [*DEAL, "deal.close_date"]
ITEM = ["line_item.deal", "line_item.amount line_item.unit_price", "line_item.unit_cost product.unit_cost"]
HISTORY = ["deal_history.deal", "deal_history.at", "deal_history.stage", "stage.position"]
BOOKED = [*CLOSE, "deal.amount"]
RECURRING = [*CLOSE, "line_item.deal", "line_item.recurring_annual"]
SOLD = [*CLOSE, "line_item.deal", "line_item.product"]
KNOWN = ["contact.account", ROLE, *DEAL, *LINKS]
NEEDS = {
    "stakeholders_identified": KNOWN,
    "stakeholders_mapped": [*KNOWN, "contact.influence", STANCE],
    "stakeholder_coverage": [*KNOWN, "contact.influence", STANCE],
    "role_coverage": ["contact.account", ROLE],
    "champions": ["contact.account", STANCE],
    "influential_opponents": ["contact.account", STANCE, "contact.influence"],
    "single_threaded_deals": [*DEAL, *LINKS],
    "single_threaded_amount": [*DEAL, *LINKS, "deal.amount"],
    "threads_per_deal": [*DEAL, *LINKS],
    "win_rate": CLOSE,
    "sales_cycle_days": [*CLOSE, "deal.created_at"],
    "deal_velocity": [*BOOKED, "deal.created_at"],
    "stage_conversion": [*DEAL, *HISTORY],
    "weakest_stage": [*DEAL, *HISTORY],
    "weighted_pipeline": [*DEAL, "deal.amount", "deal.probability stage.probability"],
    "product_lines_sold": SOLD,
    "product_penetration": SOLD,
    "whitespace_lines": SOLD,
    "recurring_revenue": RECURRING,
    "margin_rate": [*CLOSE, *ITEM],
    "margin_known_share": [*CLOSE, *ITEM],
    "deal_role_coverage": [*LINKS, ROLE],
    "deal_threads": LINKS,
    "deal_champion": [*LINKS, STANCE],
}
"""The inputs of each KPI; of several in one text, one suffices."""


def compute(rows, options):
    company = Company(rows, {**DEFAULTS, **options})
    accounts = {row["id"]: company.account(row["id"]) for row in company.all("accounts")}
    deals = {row["id"]: company.deal(row) for row in company.all("deals")}
    return {"accounts": accounts, "deals": deals}


def document(key, figure):
    money = key in MONEY
    return {
        "value": rounded(figure["value"], 2 if money else 6),
        "status": figure["status"],
        "n": figure["n"],
        "numerator": rounded(figure["numerator"], 2),
        "denominator": rounded(figure["denominator"], 2),
    }


def rounded(value, decimals):
    if isinstance(value, Fraction):
        exact = Context(prec=200).divide(Decimal(value.numerator), Decimal(value.denominator))
        step = Decimal(1).scaleb(-decimals)
        return float(exact.quantize(step, rounding=ROUND_HALF_EVEN, context=Context(prec=200))) + 0.0
    return value


def number(value):
    return None if value is None else Fraction(str(value))


def day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def moment(value):
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def figure(value, n, numerator=None, denominator=None, status="ok"):
    return {"value": value, "status": status, "n": n, "numerator": numerator, "denominator": denominator}


def nothing(status, n=0, numerator=None, denominator=None):
    return figure(None, n, numerator, denominator, status)


def divided(numerator, denominator, n):
    if n == 0:
        return nothing("no_data", 0, numerator, denominator)
    if denominator == 0:
        return nothing("zero_denominator", n, numerator, denominator)
    return figure(Fraction(numerator) / Fraction(denominator), n, numerator, denominator)


def money_sum(amounts):
    known = [amount for amount in amounts if amount is not None]
    if NO_RATE in known:
        return nothing("mixed_currency", len(known))
    return figure(sum(known, Fraction(0)), len(known))


def first(order, words):
    return next((word for word in order if word in words), None)


def by_id(row):
    return len(row["id"]), row["id"]


class Company:
    def __init__(self, rows, options):
        self.rows = rows
        self.options = options
        self.zone = ZoneInfo(options["zone"])
        self.day = options["as_of"].astimezone(self.zone).date()

    def all(self, kind):
        return self.rows.get(kind) or []

    # -- settings

    def configured(self, key):
        unmapped = set(self.rows.get("unmapped") or [])
        needs = list(self.needs(key.split("[")[0]))
        if not key.startswith("deal_") or key == "deal_velocity":
            if self.options["rollup"] == "hierarchy":
                needs.append("account.parent")
            if "deal.stage" in needs:
                scope = ("pipeline", "type", "record_type")
                needs += [f"deal.{name}" for name in scope if self.options[name + "s"]]
        return all(set(need.split()) - unmapped for need in needs)

    def needs(self, key):
        if key in {"revenue", "revenue_growth"}:
            sources = {"bookings": BOOKED, "recurring": RECURRING, "field": ["account.annual_revenue"]}
            return sources[self.options["revenue_source"]]
        return NEEDS[key]

    def finish(self, key, result, sample=None, least=0):
        if not self.configured(key):
            return nothing("not_configured")
        pulled = moment(self.rows.get("last_complete_pull"))
        limit = timedelta(hours=self.options["stale_after_hours"])
        if result["status"] == "ok":
            if pulled is None or self.options["as_of"] - pulled > limit:
                return {**result, "status": "stale"}
            if sample is not None and sample < least:
                return {**result, "status": "low_sample"}
        return result

    def in_window(self, when, windows_ago=0):
        if when is None:
            return False
        end = self.day - timedelta(days=self.options["window_days"] * windows_ago)
        return end - timedelta(days=self.options["window_days"]) < when <= end

    # -- stages

    def stage(self, pipeline, code):
        named = [row for row in self.all("stages") if row.get("code") == code and code]
        for wanted in (pipeline, None):
            for row in named:
                if row.get("pipeline") == wanted:
                    return row
        return named[0] if pipeline is None and len(named) == 1 else None

    def stage_of(self, deal):
        return self.stage(deal.get("pipeline"), deal.get("stage"))

    def state(self, deal):
        stage = self.stage_of(deal)
        if stage is None:
            return None
        return "won" if stage.get("won") else "lost" if stage.get("closed") else "open"

    def open_stages(self, pipeline):
        rows = [
            row
            for row in self.all("stages")
            if row.get("pipeline") == pipeline and not row.get("won") and not row.get("closed") and row.get("code")
        ]
        return sorted(rows, key=lambda row: (row.get("position") is None, row.get("position") or 0, row["code"]))

    def place(self, stage):
        """0 for the first open stage, one more for each next one; won is beyond, lost is before them all."""
        if stage.get("won"):
            return 10**6
        if stage.get("closed"):
            return -1
        codes = [row["code"] for row in self.open_stages(stage.get("pipeline"))]
        return codes.index(stage["code"])

    # -- money

    def crm_rate(self, currency, on):
        dated, current = [], []
        for row in self.all("rates"):
            rate = number(row.get("per_home"))
            if row.get("currency") != currency or rate is None or rate <= 0:
                continue
            start, end = day(row.get("start")), day(row.get("end"))
            if start is None:
                current.append(rate)
            elif on is not None and start <= on and (end is None or on < end):
                dated.append((start, rate))
        if dated:
            return max(dated)[1]
        return max(current) if current else None

    def home_to_reporting(self, amount, on):
        home, reporting = self.rows.get("home"), self.options["currency"]
        if home is None or amount is None:
            return None
        if home == reporting:
            return amount
        rate = self.crm_rate(reporting, on) or number(self.options["rates"].get(home))
        return None if rate is None else amount * rate

    def convert(self, amount, currency, on, deal_rate=None):
        home = self.rows.get("home")
        currency = currency or home
        if currency is None:
            return NO_RATE
        if currency == self.options["currency"]:
            return amount
        in_home = None
        if currency == home:
            in_home = amount
        elif deal_rate:
            in_home = amount * deal_rate
        elif self.crm_rate(currency, on):
            in_home = amount / self.crm_rate(currency, on)
        converted = self.home_to_reporting(in_home, on)
        if converted is None and currency in self.options["rates"]:
            converted = amount * number(self.options["rates"][currency])
        return NO_RATE if converted is None else converted

    def deal_rate(self, deal):
        rate, home, amount = (number(deal.get(name)) for name in ("exchange_rate", "home_amount", "amount"))
        if rate is not None and rate > 0:
            return rate
        if home and amount and home / amount > 0:
            return home / amount
        return None

    def amount(self, deal):
        amount, on = number(deal.get("amount")), day(deal.get("close_date"))
        if amount is None:
            return None
        currency = deal.get("currency")
        foreign = currency not in (None, self.rows.get("home"), self.options["currency"])
        if foreign and deal.get("home_amount") is not None:
            converted = self.home_to_reporting(number(deal["home_amount"]), on)
            if converted is not None:
                return converted
        return self.convert(amount, currency, on, self.deal_rate(deal))

    def item_money(self, item, name):
        deal = self.deal_of(item)
        amount = number(item.get(name))
        if amount is None:
            return None
        currency = item.get("currency") or deal.get("currency")
        rate = self.deal_rate(deal) if currency == deal.get("currency") else None
        return self.convert(amount, currency, day(deal.get("close_date")), rate)

    def deal_of(self, item):
        return next(deal for deal in self.all("deals") if deal["id"] == item["deal"])

    def item_revenue(self, item):
        if item.get("amount") is not None:
            return self.item_money(item, "amount")
        return self.times_quantity(item, self.item_money(item, "unit_price"))

    def item_cost(self, item):
        unit = self.item_money(item, "unit_cost")
        for product in self.all("products"):
            if unit is None and product["id"] == item.get("product") and product.get("unit_cost") is not None:
                unit = self.convert(number(product["unit_cost"]), None, day(self.deal_of(item).get("close_date")))
        return self.times_quantity(item, unit)

    def times_quantity(self, item, unit):
        quantity = number(item.get("quantity"))
        if unit is None or quantity is None:
            return None
        return NO_RATE if unit == NO_RATE else unit * quantity

    # -- people

    def relation(self, account, contact):
        rows = [
            row
            for row in self.all("account_contacts")
            if account and row.get("account") == account and row.get("contact") == contact
        ]
        return {
            "role": first(ROLES, [row.get("role") for row in rows]),
            "stance": first(STANCES, [row.get("stance") for row in rows]),
            "ended": bool(rows) and all(row.get("active") is False for row in rows),
        }

    def link_words(self, deal, contact, name, order):
        rows = [row for row in self.all("deal_contacts") if (row.get("deal"), row.get("contact")) == (deal, contact)]
        return first(order, [row.get(name) for row in rows])

    def word(self, contact, account, name, order):
        """A person's role or stance as an account sees it."""
        if contact.get(name):
            return contact[name]
        for seen_from in (account, contact.get("account")):
            said = self.relation(seen_from, contact["id"])[name]
            if said:
                return said
        deals = [deal for deal in self.all("deals") if account and deal.get("account") == account]
        earliest = datetime.min.replace(tzinfo=UTC)
        deals.sort(key=lambda deal: (moment(deal.get("created_at")) or earliest, *by_id(deal)))
        for deal in reversed(deals):
            said = self.link_words(deal["id"], contact["id"], name, order)
            if said:
                return said
        return None

    def active(self, contact):
        return contact.get("departed") is not True and not self.relation(contact.get("account"), contact["id"])["ended"]

    def person(self, contact, account):
        return {
            "id": contact["id"],
            "role": self.word(contact, account, "role", ROLES),
            "stance": self.word(contact, account, "stance", STANCES),
            "influence": contact.get("influence"),
        }

    def threads(self, deal):
        """The active people on a deal, with their part in it."""
        linked = {row.get("contact") for row in self.all("deal_contacts") if row.get("deal") == deal["id"]}
        people = []
        for contact in self.all("contacts"):
            if contact["id"] in linked and self.active(contact):
                known = {row["id"] for row in self.all("accounts")}
                seen_from = deal.get("account") if deal.get("account") in known else None
                person = self.person(contact, seen_from)
                for name, order in (("role", ROLES), ("stance", STANCES)):
                    person[name] = self.link_words(deal["id"], contact["id"], name, order) or person[name]
                people.append(person)
        return people

    # -- an account

    def units(self, account):
        if self.options["rollup"] == "self":
            return [account]
        units = [account]
        for unit in units:  # grows while it is read
            units += [row["id"] for row in self.all("accounts") if row.get("parent") == unit and row["id"] not in units]
        return units

    def counts(self, deal):
        for name in ("pipeline", "type", "record_type"):
            allowed = self.options[name + "s"]
            if allowed and deal.get(name) not in allowed:
                return False
        return self.state(deal) is not None

    def account(self, account):
        return Account(self, self.units(account)).figures()

    def deal(self, deal):
        people = self.threads(deal)
        required = self.options["required_roles"]
        holders = [person for person in people if person["role"] in required]
        held = len({person["role"] for person in holders})
        champion = any(person["stance"] == "champion" for person in people)
        found = {
            "deal_role_coverage": figure(Fraction(held, len(required)), len(holders), held, len(required)),
            "deal_threads": figure(len(people), len(people)),
            "deal_champion": figure(champion, len(people)),
        }
        return {key: self.finish(key, result) for key, result in found.items()}


class Account:
    def __init__(self, company, units):
        self.company = company
        self.options = company.options
        self.units = units
        self.deals = [row for row in company.all("deals") if row.get("account") in units and company.counts(row)]
        self.people = [
            company.person(row, row["account"])
            for row in company.all("contacts")
            if row.get("account") in units and company.active(row)
        ]

    def figures(self):
        samples = {
            "win_rate": len(self.closed()),
            "deal_velocity": len(self.won()),
            "sales_cycle_days": len(self.cycles()),
        }
        found = {
            **self.relationship(),
            **self.execution(),
            **self.potential(),
            **self.products(),
        }
        done = {
            key: self.company.finish(key, result, samples.get(key), self.options["min_sample"])
            for key, result in found.items()
        }
        return {**done, **self.conversions()}

    def having(self, state):
        return [deal for deal in self.deals if self.company.state(deal) == state]

    def closed(self):
        return [row for row in self.deals if self.company.state(row) != "open" and self.closes_in_window(row)]

    def won(self):
        return [row for row in self.closed() if self.company.state(row) == "won"]

    def closes_in_window(self, deal, windows_ago=0):
        return self.company.in_window(day(deal.get("close_date")), windows_ago)

    def relationship(self):
        threads = {deal["id"]: self.company.threads(deal) for deal in self.having("open")}
        on_open_deals = {person["id"] for people in threads.values() for person in people}
        identified = [
            person
            for person in self.people
            if person["role"] in DECISION or (person["role"] is None and person["id"] in on_open_deals)
        ]
        mapped = [row for row in identified if row["role"] and row["stance"] and row["influence"] is not None]
        required = self.options["required_roles"]
        holders = [person for person in self.people if person["role"] in required]
        held = len({person["role"] for person in holders})
        single = [deal for deal in self.having("open") if len(threads[deal["id"]]) < 2]
        opponents = [row for row in self.people if row["stance"] == "opponent" and (row["influence"] or 0) >= 4]
        champions = [row for row in self.people if row["stance"] == "champion"]
        pairs = sum(len(people) for people in threads.values())
        return {
            "stakeholders_identified": figure(len(identified), len(identified)),
            "stakeholders_mapped": figure(len(mapped), len(mapped)),
            "stakeholder_coverage": divided(len(mapped), len(identified), len(identified)),
            "role_coverage": figure(Fraction(held, len(required)), len(holders), held, len(required)),
            "champions": figure(len(champions), len(champions)),
            "influential_opponents": figure(len(opponents), len(opponents)),
            "single_threaded_deals": figure(len(single), len(single)),
            "single_threaded_amount": money_sum(self.company.amount(deal) for deal in single),
            "threads_per_deal": divided(pairs, len(threads), len(threads)),
        }

    def execution(self):
        closed, won, cycles = self.closed(), self.won(), self.cycles()
        cycle = figure(Fraction(sum(cycles), len(cycles)), len(cycles)) if cycles else nothing("no_data")
        return {
            "win_rate": divided(len(won), len(closed), len(closed)),
            "sales_cycle_days": cycle,
            "deal_velocity": self.velocity(),
            "weighted_pipeline": money_sum(self.weighted(deal) for deal in self.having("open")),
        }

    def cycles(self):
        days = []
        for deal in self.won():
            created = moment(deal.get("created_at"))
            if created is not None:
                took = (day(deal["close_date"]) - created.astimezone(self.company.zone).date()).days
                days += [max(1, took)] if took >= 0 else []
        return days

    def velocity(self):
        won, cycles = self.won(), self.cycles()
        amounts = money_sum(self.company.amount(deal) for deal in won)
        if amounts["status"] == "mixed_currency":
            return nothing("mixed_currency", len(won))
        if not cycles or not amounts["n"]:
            return nothing("no_data", len(won))
        mean_amount = amounts["value"] / amounts["n"]
        mean_cycle = Fraction(sum(cycles), len(cycles))
        active = len([deal for deal in self.having("open") if self.is_active(deal)])
        return figure(active * mean_amount * Fraction(len(won), len(self.closed())) / mean_cycle, len(won))

    def is_active(self, deal):
        stage = self.company.stage_of(deal)
        codes = [row["code"] for row in self.company.open_stages(stage.get("pipeline"))]
        first_code = self.options["qualified_from_stage"]
        if first_code in codes and codes.index(stage["code"]) < codes.index(first_code):
            return False
        closes = day(deal.get("close_date"))
        return closes is None or closes >= self.company.day - timedelta(days=self.options["overdue_grace_days"])

    def weighted(self, deal):
        amount = self.company.amount(deal)
        probability = deal.get("probability")
        if probability is None:
            probability = self.company.stage_of(deal).get("probability")
        if amount is None or probability is None:
            return None
        return NO_RATE if amount == NO_RATE else amount * number(probability)

    # -- stages

    def conversions(self):
        found, candidates = {}, []
        pipelines = sorted({row.get("pipeline") for row in self.company.all("stages")}, key=lambda name: name or "")
        for pipeline in pipelines:
            for stage in self.company.open_stages(pipeline):
                result = self.conversion(stage)
                key = f"stage_conversion[{self.stage_key(stage)}]"
                least = self.options["min_stage_sample"]
                found[key] = self.company.finish(key, result, result["n"], least)
                if result["value"] is not None and result["n"] >= least:
                    candidates.append((result["value"], len(candidates), stage, result["n"]))
        weakest = nothing("no_data")
        if candidates:
            _, _, stage, n = min(candidates, key=lambda row: row[:2])
            weakest = figure(stage.get("label") or stage["code"], n)
        found["weakest_stage"] = self.company.finish("weakest_stage", weakest)
        return found

    def stage_key(self, stage):
        sharing = {row.get("pipeline") for row in self.company.all("stages") if row.get("code") == stage["code"]}
        return stage["code"] if len(sharing) == 1 else f"{stage.get('pipeline') or ''}/{stage['code']}"

    def conversion(self, stage):
        place = self.company.place(stage)
        further, lost = 0, 0
        for deal in self.deals:
            now = self.company.stage_of(deal)
            if now.get("pipeline") != stage.get("pipeline"):
                continue
            way = self.way(deal, now)
            entered = [on for on, reached in way if reached >= place]
            if not entered or not self.company.in_window(min(entered)):
                continue
            if now.get("won") or any(reached > place for _, reached in way):
                further += 1
            elif now.get("closed"):
                lost += 1
        return divided(further, further + lost, further + lost)

    def way(self, deal, now):
        """When the deal stood where in its present pipeline; won counts only for a deal that is still won."""
        rows = [row for row in self.company.all("history") if row.get("deal") == deal["id"] and row.get("at")]
        rows.sort(key=lambda row: (moment(row["at"]), row.get("pipeline") or "", row.get("stage") or ""))
        named = [row["pipeline"] for row in rows if row.get("pipeline")]
        pipeline = named[0] if named else deal.get("pipeline")
        way = []
        for row in rows:
            pipeline = row.get("pipeline") or pipeline
            stage = self.company.stage(pipeline, row.get("stage"))
            if stage is None or stage.get("pipeline") != now.get("pipeline"):
                continue
            if stage.get("won") and not now.get("won"):
                continue
            way.append((moment(row["at"]).astimezone(self.company.zone).date(), self.company.place(stage)))
        return way

    # -- potential

    def items(self, deals):
        ids = [deal["id"] for deal in deals]
        return [row for row in self.company.all("line_items") if row.get("deal") in ids]

    def potential(self):
        now, before = self.revenue(0), self.revenue(1)
        growth = nothing("no_data")
        if self.options["revenue_source"] != "field":
            growth = self.growth(now, before)
        items = [row for row in self.items(self.won()) if self.company.item_revenue(row) is not None]
        known = [row for row in items if self.company.item_cost(row) is not None]
        return {
            "revenue": now,
            "revenue_growth": growth,
            "recurring_revenue": self.recurring(self.company.day),
            "margin_rate": self.quotient([self.profit(row) for row in known], known),
            "margin_known_share": self.quotient([self.company.item_revenue(row) for row in known], items),
        }

    def revenue(self, windows_ago):
        source = self.options["revenue_source"]
        if source == "field":
            rows = [row for row in self.company.all("accounts") if row["id"] in self.units]
            known = [row for row in rows if row.get("annual_revenue") is not None]
            convert = self.company.convert
            total = money_sum(convert(number(row["annual_revenue"]), row.get("currency"), None) for row in known)
            return total if known else nothing("no_data")
        if source == "recurring":
            return self.recurring(self.company.day - timedelta(days=self.options["window_days"] * windows_ago))
        deals = [row for row in self.having("won") if self.closes_in_window(row, windows_ago)]
        return money_sum(self.company.amount(deal) for deal in deals)

    def growth(self, now, before):
        n = now["n"] + before["n"]
        if "mixed_currency" in (now["status"], before["status"]):
            return nothing("mixed_currency", n)
        result = divided(now["value"], before["value"], before["n"])
        return result if result["value"] is None else {**result, "value": result["value"] - 1, "n": n}

    def profit(self, item):
        revenue, cost = self.company.item_revenue(item), self.company.item_cost(item)
        return NO_RATE if NO_RATE in (revenue, cost) else revenue - cost

    def quotient(self, parts, items):
        above, below = money_sum(parts), money_sum(self.company.item_revenue(row) for row in items)
        if "mixed_currency" in (above["status"], below["status"]):
            return nothing("mixed_currency", len(items))
        return divided(above["value"], below["value"], len(items))

    def is_live(self, item, when):
        closes, end = day(self.company.deal_of(item).get("close_date")), day(item.get("recurring_end"))
        if closes is not None and closes > when:
            return False
        if end is not None:
            return when <= end
        return closes is not None and when <= closes + timedelta(days=self.options["live_days"])

    def recurring(self, when):
        amounts = []
        for item in self.items(self.having("won")):
            start = day(item.get("recurring_start")) or day(self.company.deal_of(item).get("close_date"))
            if start is not None and start <= when and self.is_live(item, when):
                amounts.append(self.company.item_money(item, "recurring_annual"))
        return money_sum(amounts)

    # -- product lines

    def line(self, item):
        for product in self.company.all("products"):
            if product["id"] == item.get("product"):
                return product.get("family") or ("alone", product["id"])
        return None

    def cells(self, deals, *, live):
        cells = set()
        for deal in deals:
            for item in self.items([deal]):
                if self.line(item) and (not live or self.is_live(item, self.company.day)):
                    cells.add((deal["account"], self.line(item)))
        return cells

    def products(self):
        lines = {
            product.get("family") or ("alone", product["id"])
            for product in self.company.all("products")
            if product.get("active") is not False
        }
        eligible = {(unit, line) for unit in self.units for line in lines}
        live = self.cells(self.having("won"), live=True)
        offered = self.cells(self.having("open"), live=False)
        sold = {line for _, line in live}
        free = eligible - live - offered
        return {
            "product_lines_sold": figure(len(sold), len(sold)),
            "product_penetration": divided(len(eligible & live), len(eligible), len(eligible)),
            "whitespace_lines": figure(len(free), len(free)),
        }
