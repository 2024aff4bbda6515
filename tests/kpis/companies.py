"""Random small companies as raw rows, and the same rows as the facts that the KPIs are computed from."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from adapters.base import Kind
from connector.config.kpis import DealScope, KpiSettings
from connector.kpis.facts import Facts, Reference, Terms
from mappings import entities

T = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
"""Already 1 April in Paris."""
D = date(2026, 3, 31)

EVERYTHING = frozenset((kind, name) for kind, entity in entities.ENTITIES.items() for name in entity.model_fields)

ROLES = ["economic", "technical", "user", "coach", "other"]
STANCES = ["champion", "neutral", "opponent"]
CURRENCIES = [None, "EUR", "EUR", "EUR", "USD", "GBP"]
EDGES = [0, 1, 29, 30, 31, 364, 365, 366, 729, 730, 731, 1094, 1095, 1096]
AMOUNTS = [Decimal(text) for text in ("0", "10", "99.99", "1000", "12345.67", "-50", "250000")]
STAGES = [
    {"pipeline": pipeline, "code": code, "label": label, "position": position, "probability": probability}
    | {"closed": code in {"won", "lost"}, "won": code == "won"}
    for pipeline in ("new", "renewal")
    for position, (code, label, probability) in enumerate(
        [
            ("lead", None, Decimal("0.1")),
            ("demo", "Demo", None),
            ("offer" if pipeline == "new" else "quote", "Offer", Decimal("0.6")),
            ("won", "Won", Decimal(1)),
            ("lost", "Lost", Decimal(0)),
        ]
    )
]
CODES = ["lead", "demo", "offer", "won", "won", "won", "lost", "lost", "gone", "quote"]


class Company:
    """A company drawn by chance; `messy`, where nearly anything may be missing."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311 - a test's dice
        self.messy = self.pick([True, False])
        self.size = self.pick([2, 12, 24])

    def pick(self, values):
        return self.chance.choice(values)

    def maybe(self, value):
        return None if self.chance.random() < (0.4 if self.messy else 0.05) else value

    def day(self):
        edge = self.pick([-40, -1, *EDGES])
        return D - timedelta(days=self.pick([edge, self.chance.randrange(800), self.chance.randrange(300)]))

    def instant(self):
        on = self.day() - timedelta(days=self.chance.randrange(120))
        return datetime(on.year, on.month, on.day, self.pick([0, 12, 22, 23]), 45, tzinfo=UTC)

    def account(self):
        return f"a{self.pick([1, 1, 1, 1, 2, 3])}"

    def deal(self):
        return f"d{self.chance.randrange(1, self.size + 2)}"

    def contact(self):
        return f"c{self.chance.randrange(1, 9)}"

    def some(self, most, make):
        return [make(number) for number in range(1, self.chance.randrange(most + 1) + 1)]

    def rows(self):
        return {
            "home": self.pick(["EUR", "EUR", "EUR", "USD", None]),
            "accounts": [self.account_row(number) for number in (1, 2, 3)],
            "contacts": self.some(8, self.contact_row),
            "account_contacts": self.some(5, self.account_contact_row),
            "deals": [self.deal_row(number) for number in range(1, self.size + 1)],
            "deal_contacts": self.some(20, self.deal_contact_row),
            "line_items": self.some(16, self.item_row),
            "products": self.some(4, self.product_row),
            "stages": self.chance.sample(STAGES, len(STAGES)),
            "history": [*self.some(8, self.history_row), *self.ways()],
            "rates": self.some(5, self.rate_row),
            "unmapped": self.some(self.pick([0, 0, 0, 2]), lambda _: self.pick(NAMES)),
            "last_complete_pull": self.pick([T, T, T - timedelta(hours=48), T - timedelta(hours=49), None]),
        }

    def account_row(self, number):
        parent = self.pick([None, "a1", "a2", "a3"])
        currency, revenue = self.pick(CURRENCIES), self.maybe(self.pick(AMOUNTS))
        return {"id": f"a{number}", "parent": parent, "currency": currency, "annual_revenue": revenue}

    def words(self):
        return {
            "role": self.pick([None, self.pick(ROLES)]),
            "stance": self.pick([None, self.pick(STANCES)]),
        }

    def contact_row(self, number):
        return {
            "id": f"c{number}",
            "account": self.maybe(self.account()),
            **self.words(),
            "influence": self.maybe(self.pick([1, 3, 4, 5])),
            "departed": self.pick([None, False, False, True]),
        }

    def account_contact_row(self, _number):
        active = self.pick([None, True, False])
        return {"account": self.account(), "contact": self.contact(), **self.words(), "active": active}

    def deal_row(self, number):
        return {
            "id": f"d{number}",
            "account": self.pick([*[self.account()] * 6, None]),
            "pipeline": self.pick(["new", "new", "new", "renewal"]),
            "type": self.maybe(self.pick(["new", "existing"])),
            "record_type": self.maybe(self.pick(["r1", "r2"])),
            "stage": self.pick(CODES),
            "amount": self.maybe(self.pick(AMOUNTS)),
            "currency": self.pick(CURRENCIES),
            "close_date": self.maybe(self.day()),
            "created_at": self.maybe(self.instant()),
            "probability": self.pick([None, Decimal("0.25"), Decimal(0)]),
            "home_amount": self.pick([None, None, None, Decimal(500)]),
            "exchange_rate": self.pick([None, Decimal("0.8"), Decimal("1.25")]),
        }

    def deal_contact_row(self, _number):
        return {"deal": self.deal(), "contact": self.contact(), **self.words()}

    def item_row(self, _number):
        return {
            "deal": self.deal(),
            "product": self.maybe(f"p{self.chance.randrange(1, 5)}"),
            "quantity": self.maybe(self.pick([Decimal(0), Decimal(1), Decimal("2.5")])),
            "unit_price": self.maybe(self.pick(AMOUNTS)),
            "amount": self.pick([None, self.pick(AMOUNTS)]),
            "unit_cost": self.pick([None, self.pick(AMOUNTS)]),
            "currency": self.pick([None, None, None, "GBP"]),
            "recurring_annual": self.pick([None, self.pick(AMOUNTS)]),
            "recurring_start": self.pick([None, self.day()]),
            "recurring_end": self.pick([None, self.day()]),
        }

    def product_row(self, number):
        family, cost = self.pick([None, "Core", "Extra"]), self.pick([None, self.pick(AMOUNTS)])
        return {"id": f"p{number}", "family": family, "active": self.pick([None, True, False]), "unit_cost": cost}

    def history_row(self, _number):
        stage, pipeline = self.pick([None, *CODES]), self.pick([None, None, "new", "new", "renewal"])
        return {"deal": self.deal(), "at": self.maybe(self.instant()), "stage": stage, "pipeline": pipeline}

    def ways(self):
        """For most deals, a way through the stages with steps back and stages left out."""
        for number in range(1, self.size + 1):
            at, codes = self.instant() - timedelta(days=200), self.chance.choices(CODES[:7], k=self.pick([0, 2, 3, 5]))
            for code in codes:
                at += timedelta(days=self.pick([0, 3, 40, 100]), hours=self.pick([0, 5]))
                yield {"deal": f"d{number}", "at": at, "stage": code, "pipeline": self.pick([None, None, None, "new"])}

    def rate_row(self, _number):
        per_home = self.pick([None, Decimal("1.25"), Decimal(3), Decimal("0.5"), Decimal(-1)])
        start, end = self.pick([None, self.day()]), self.pick([None, self.day()])
        return {"currency": self.pick(["USD", "GBP", "EUR"]), "per_home": per_home, "start": start, "end": end}


NAMES = sorted(f"{kind}.{name}" for kind, name in EVERYTHING)
companies = st.binary(min_size=8, max_size=8).map(lambda seed: Company(seed).rows())
some = st.sampled_from

options = st.fixed_dictionaries(
    {
        "as_of": st.just(T),
        "currency": st.just("EUR"),
        "zone": some(["UTC", "Europe/Paris"]),
        "rates": some([{}, {"USD": Decimal("0.92")}, {"GBP": Decimal("1.17"), "USD": Decimal(2)}]),
        "window_days": some([365, 365, 30, 3]),
        "rollup": some(["self", "hierarchy"]),
        "required_roles": some([ROLES[:4], ["economic"], ["user", "coach"]]),
        "pipelines": some([[], [], ["new"]]),
        "types": some([[], [], ["existing"]]),
        "record_types": some([[], [], ["r1"]]),
        "min_sample": some([5, 2, 0]),
        "min_stage_sample": some([10, 2, 1]),
        "live_days": some([1095, 30]),
        "qualified_from_stage": some([None, "demo", "won", "nowhere"]),
        "revenue_source": some(["bookings", "bookings", "recurring", "field"]),
    }
)


def facts_of(rows):
    return Facts(
        accounts=_by_id(entities.Account, rows["accounts"]),
        contacts=_by_id(entities.Contact, rows["contacts"]),
        account_contacts=[entities.AccountContact(**one) for one in rows["account_contacts"]],
        deals=_by_id(entities.Deal, rows["deals"]),
        deal_contacts=[entities.DealContact(**one) for one in rows["deal_contacts"]],
        line_items=[entities.LineItem(**one) for one in rows["line_items"]],
        history=[entities.DealHistory(**one) for one in rows["history"]],
    )


def reference_of(rows):
    unmapped = {(Kind(word.partition(".")[0]), word.partition(".")[2]) for word in rows["unmapped"]}
    children = {}
    for account in rows["accounts"]:
        if account["parent"]:
            children.setdefault(account["parent"], []).append(account["id"])
    return Reference(
        products=_by_id(entities.Product, rows["products"]),
        stages=[entities.Stage(**one) for one in rows["stages"]],
        rates=[entities.Rate(**one) for one in rows["rates"]],
        home=rows["home"],
        mapped=EVERYTHING - unmapped,
        last_complete_pull=rows["last_complete_pull"],
        children=children,
    )


def terms_of(chosen):
    outside = {"as_of", "currency", "zone", "rates", "pipelines", "types", "record_types"}
    scope = DealScope(**{name: tuple(chosen[name]) for name in ("pipelines", "types", "record_types")})
    settings = KpiSettings(deals=scope, **{name: value for name, value in chosen.items() if name not in outside})
    return Terms(settings, chosen["currency"], chosen["rates"], ZoneInfo(chosen["zone"]), chosen["as_of"])


def _by_id(entity, rows):
    return {one["id"]: entity(**{name: value for name, value in one.items() if name != "id"}) for one in rows}
