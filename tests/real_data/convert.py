"""Turns Maven Analytics' practice set "CRM Sales Opportunities" into a data folder of the sandbox.

    python tests/real_data/convert.py SOURCE_FOLDER TARGET_FOLDER

The source has accounts.csv, products.csv, sales_pipeline.csv and sales_teams.csv. What it does not say is chosen here:

- A deal was created on its engage date. Those still in Prospecting have none: they were created on the last day that
  the set knows, as nothing had happened to them by then.
- Open deals have no close date and no amount. Deals without an account stay without one.
- Accounts and products were there the day before the first deal. Stages have the probabilities 0.1 and 0.4.
- A deal that has a value, 0 of lost ones included, has one line item of that value.
- "GTXPro" is the product "GTX Pro"; everything else that is misspelt stays as it is.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sandbox.world.csv_folder import write_world
from sandbox.world.model import Account, Deal, LineItem, Product, Stage, StageChange, User, World

STAGES = [
    Stage("prospecting", "Prospecting", 1, Decimal("0.1")),
    Stage("engaging", "Engaging", 2, Decimal("0.4")),
    Stage("won", "Won", 3, Decimal(1), closed=True, won=True),
    Stage("lost", "Lost", 4, Decimal(0), closed=True),
]
MILLION = 1_000_000
NOON = time(12)

Line = dict[str, str]


class Source:
    """The files as they are, and the keys that the things named in them get."""

    def __init__(self, folder: Path) -> None:
        self.accounts = _read(folder / "accounts.csv")
        self.products = _read(folder / "products.csv")
        self.deals = _read(folder / "sales_pipeline.csv")
        self.agents = _read(folder / "sales_teams.csv")
        self.account_keys = _keys("a", self.accounts, "account")
        self.product_keys = _keys("p", self.products, "product")
        self.agent_keys = _keys("u", self.agents, "sales_agent")
        engaged = [date.fromisoformat(deal["engage_date"]) for deal in self.deals if deal["engage_date"]]
        closed = [date.fromisoformat(deal["close_date"]) for deal in self.deals if deal["close_date"]]
        self.day_before = min(engaged) - timedelta(1)
        self.last_day = max(engaged + closed)


def convert(source: Path) -> World:
    """The world that the set tells of. Raises KeyError for a deal of an unknown product, account or agent."""
    told = Source(source)
    deals = [_deal(told, line, number) for number, line in enumerate(told.deals, 1)]
    return World(
        "USD",
        users=[_user(line["sales_agent"], number) for number, line in enumerate(told.agents, 1)],
        accounts=list(_accounts(told)),
        stages=STAGES,
        products=[_product(line, number) for number, line in enumerate(told.products, 1)],
        deals=[deal for deal, _, _ in deals],
        line_items=[item for _, item, _ in deals if item],
        stage_changes=[change for _, _, changes in deals for change in changes],
    )


def _read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _keys(letter: str, lines: list[Line], column: str) -> dict[str, str]:
    return {_plain(line[column]): f"{letter}{number}" for number, line in enumerate(lines, 1)}


def _plain(name: str) -> str:
    """The name without its spaces, which the set writes now with and now without."""
    return name.replace(" ", "")


def _user(name: str, number: int) -> User:
    first, _, last = name.partition(" ")
    return User(f"u{number}", first, last, f"{first}.{last}@seller.example".lower().replace(" ", "."))


def _accounts(told: Source) -> Iterator[Account]:
    born = datetime.combine(told.day_before, time(), UTC)
    for line in told.accounts:
        yield Account(
            key=told.account_keys[_plain(line["account"])],
            name=line["account"],
            created_at=born,
            modified_at=born,
            parent=told.account_keys[_plain(line["subsidiary_of"])] if line["subsidiary_of"] else None,
            industry=line["sector"] or None,
            country=line["office_location"] or None,
            annual_revenue=Decimal(line["revenue"]) * MILLION if line["revenue"] else None,
            employees=int(line["employees"]) if line["employees"] else None,
        )


def _product(line: Line, number: int) -> Product:
    return Product(f"p{number}", line["product"], line["series"], price=Decimal(line["sales_price"]))


def _deal(told: Source, line: Line, number: int) -> tuple[Deal, LineItem | None, list[StageChange]]:
    created = datetime.combine(_day(line["engage_date"]) or told.last_day, time(), UTC)
    closed = _day(line["close_date"])
    changed = datetime.combine(closed, NOON, UTC) if closed else created
    deal = Deal(
        key=line["opportunity_id"],
        name=f"{line['product']} for {line['account'] or 'somebody'}",
        stage=line["deal_stage"].lower(),
        created_at=created,
        modified_at=changed,
        account=told.account_keys[_plain(line["account"])] if line["account"] else None,
        owner=told.agent_keys[_plain(line["sales_agent"])],
        amount=Decimal(line["close_value"]) if line["close_value"] else None,
        currency="USD",
        close_date=closed,
    )
    product = told.product_keys[_plain(line["product"])]
    return deal, _item(deal, product, number), list(_history(deal, changed))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _item(deal: Deal, product: str, number: int) -> LineItem | None:
    if deal.amount is None:
        return None
    return LineItem(
        f"l{number}", deal.key, product, Decimal(1), deal.amount, deal.amount, deal.created_at, deal.modified_at
    )


def _history(deal: Deal, changed: datetime) -> Iterator[StageChange]:
    """A closed deal was engaged first; how long others were prospected before is not known."""
    if deal.close_date is not None:
        yield StageChange(deal.key, "engaging", deal.created_at)
    yield StageChange(deal.key, deal.stage, changed, deal.amount, deal.close_date)


if __name__ == "__main__":
    write_world(convert(Path(sys.argv[1])), Path(sys.argv[2]))
