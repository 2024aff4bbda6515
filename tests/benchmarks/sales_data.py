"""A large CRM by chance: the rows of a mirror for so many accounts, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from adapters.base import Kind
from mappings.vocabulary import Role, Stance

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
OPEN = ("lead", "demo", "offer")
FAMILIES = ("Licences", "Support", "Training", "Hardware")
CONTACTS, DEALS = 10, 5
"""Of each account."""


@dataclass(frozen=True)
class Row:
    """A record as the pull hands it to the mirror."""

    id: str
    values: dict[str, Any] = field(default_factory=dict)
    modified_at: datetime | None = NOW
    archived: bool = False
    merged_into: str | None = None


def references() -> dict[Kind, list[Row]]:
    """What is the same for all accounts."""
    words = (*OPEN, "won", "lost")
    chances = ("0.1", "0.4", "0.8", "1", "0")
    stages = [
        Row(f"p/{code}", {"pipeline": "p", "code": code, "label": code.title(), "position": place})
        for place, code in enumerate(words)
    ]
    for stage, chance in zip(stages, chances, strict=True):
        closed, won = stage.values["code"] not in OPEN, stage.values["code"] == "won"
        stage.values.update(probability=Decimal(chance), closed=closed, won=won, active=True)
    products = [
        Row(
            f"p{number}",
            {"name": f"Product {number}", "family": FAMILIES[number % 4], "active": True, "unit_cost": None},
        )
        for number in range(12)
    ]
    return {Kind.STAGE: stages, Kind.PRODUCT: products}


def accounts(first: int, last: int) -> Iterator[dict[Kind, list[Row]]]:
    """All rows of each account, from the first to before the last."""
    for number in range(first, last):
        yield _Account(number).rows


class _Account:
    """One account with its people and deals; its number is the seed of its chance."""

    def __init__(self, number: int) -> None:
        self._chance = random.Random(number)  # noqa: S311 - no secret
        self._id = f"{number:07}"
        self.rows: dict[Kind, list[Row]] = {
            kind: []
            for kind in (
                Kind.ACCOUNT,
                Kind.CONTACT,
                Kind.ACCOUNT_CONTACT,
                Kind.DEAL,
                Kind.DEAL_CONTACT,
                Kind.LINE_ITEM,
                Kind.DEAL_HISTORY,
            )
        }
        self._add_account()
        for place in range(CONTACTS):
            self._add_contact(f"{self._id}-{place}")
        for place in range(DEALS):
            self._add_deal(f"{self._id}-{place}")

    def _add(self, kind: Kind, id_: str, **values: Any) -> None:
        self.rows[kind].append(Row(id_, values))

    def _add_account(self) -> None:
        self._add(
            Kind.ACCOUNT,
            self._id,
            name=f"Company {self._id}",
            domain=f"c{self._id}.example",
            owner=str(self._chance.randrange(50)),
            country=self._chance.choice(("France", "Spain", "Germany", None)),
            currency="EUR",
            annual_revenue=Decimal(self._chance.randrange(10**6)),
            potential_revenue=self._sometimes(0.3, Decimal(self._chance.randrange(10**6))),
            strategic=self._chance.random() < 0.01,
        )

    def _add_contact(self, id_: str) -> None:
        chance = self._chance
        self._add(
            Kind.CONTACT,
            id_,
            account=self._id,
            first_name="Ana",
            last_name=f"Person {id_}",
            email=f"{id_}@c{self._id}.example",
            title=chance.choice(("Chief Financial Officer", "Buyer", "Directeur achats", "Engineer", None)),
            role=self._sometimes(0.5, chance.choice(list(Role))),
            influence=self._sometimes(0.5, chance.randint(1, 5)),
            stance=self._sometimes(0.5, chance.choice(list(Stance))),
            departed=chance.random() < 0.05,
            last_activity_at=self._sometimes(0.7, NOW - timedelta(days=chance.randrange(400))),
            last_answer_at=self._sometimes(0.4, NOW - timedelta(days=chance.randrange(400))),
            activities_90d=chance.randrange(8),
            meetings_90d=chance.randrange(3),
        )
        self._add(Kind.ACCOUNT_CONTACT, id_, account=self._id, contact=id_, role=None, stance=None, active=True)

    def _add_deal(self, id_: str) -> None:
        chance = self._chance
        created = NOW - timedelta(days=chance.randrange(1000), minutes=chance.randrange(1440))
        way = OPEN[: chance.randint(1, 3)]
        end = chance.choice((None, "won", "won", "lost"))
        closes = (created + timedelta(days=chance.randint(20, 300))).date()
        closes = min(closes, TODAY) if end else max(closes, TODAY - timedelta(days=10))
        amount = self._sometimes(0.9, Decimal(chance.randrange(100, 10**7)) / 100)
        self._add(
            Kind.DEAL,
            id_,
            account=self._id,
            name=f"Deal {id_}",
            owner=str(chance.randrange(50)),
            pipeline="p",
            type="newbusiness",
            stage=end or way[-1],
            amount=amount,
            currency="EUR",
            close_date=closes,
            created_at=created,
        )
        self._add_way(id_, created, [*way, *([end] if end else [])], amount, closes)
        self._add_links_and_items(id_, closes)

    def _add_way(self, deal: str, created: datetime, stages: list[str], amount: Decimal | None, closes: date) -> None:
        for place, stage in enumerate(stages):
            told = {"amount": amount, "close_date": closes} if place == 0 else {"amount": None, "close_date": None}
            at = created + timedelta(days=place * self._chance.randint(1, 40))
            self._add(Kind.DEAL_HISTORY, f"{deal}@{place}", deal=deal, at=at, stage=stage, pipeline="p", **told)

    def _add_links_and_items(self, deal: str, closes: date) -> None:
        for place in self._chance.sample(range(CONTACTS), 2):
            role = self._sometimes(0.3, self._chance.choice(list(Role)))
            link = {"contact": f"{self._id}-{place}", "role": role, "stance": None, "primary": None}
            self._add(Kind.DEAL_CONTACT, f"{deal}:{place}", deal=deal, **link)
        yearly = self._sometimes(0.3, Decimal(self._chance.randrange(10**5)))
        self._add(
            Kind.LINE_ITEM,
            deal,
            deal=deal,
            product=f"p{self._chance.randrange(12)}",
            quantity=Decimal(self._chance.randint(1, 9)),
            unit_price=Decimal(self._chance.randrange(10**6)) / 100,
            unit_cost=self._sometimes(0.5, Decimal(self._chance.randrange(10**5)) / 100),
            recurring_annual=yearly,
            recurring_start=closes if yearly is not None else None,
            recurring_end=closes + timedelta(days=365) if yearly is not None else None,
        )

    def _sometimes(self, share: float, value: Any) -> Any:
        return value if self._chance.random() < share else None
