"""What was sold in a deal."""

from __future__ import annotations

from decimal import Decimal

from sandbox.world.catalogue import DEFAULT_PRICE, RECURRING
from sandbox.world.dice import Dice
from sandbox.world.model import Deal, LineItem, Product
from sandbox.world.profiles import Profile
from sandbox.world.rates import PRICE_FACTOR

NUMBER_OF_ITEMS = {1: 40, 2: 30, 3: 20, 4: 10}
DISCOUNTS = {0: 70, 10: 20, 20: 10}
TERMS: dict[int, int] = {12: 60, 24: 15, 36: 25}
RECURRING_PERCENT = 65
HALF_DAYS = frozenset({"Consulting Day", "Training Day"})
"""Products sold by the half as well."""


def make_items(dice: Dice, deal: Deal, products: list[Product], profile: Profile | None) -> list[LineItem]:
    """One to four items, mostly of the families that this account buys; their amounts are the deal's amount."""
    liked = [product for product in products if profile is None or product.family in profile.families]
    pool = products if dice.chance(10) or not liked else liked
    chosen = dice.sample(pool, min(len(pool), dice.pick(NUMBER_OF_ITEMS)))
    appetite = profile.appetite if profile else 2
    return [_item(dice, deal, product, dice.around(appetite, 0.6)) for product in chosen]


def _item(dice: Dice, deal: Deal, product: Product, quantity: int) -> LineItem:
    price = (product.price or DEFAULT_PRICE) * PRICE_FACTOR.get(deal.currency or "", 1)
    halves = product.name in HALF_DAYS and dice.chance(30)
    discount = 0 if halves else dice.pick(DISCOUNTS)
    count = Decimal(quantity) + (Decimal("0.5") if halves else 0)
    recurs = product.family in RECURRING and dice.chance(RECURRING_PERCENT)
    return LineItem(
        key="",
        deal=deal.key,
        product=product.key,
        quantity=count,
        unit_price=price,
        # at most two decimals, as prices are multiples of 50 and discounts of a tenth
        amount=count * price * (100 - discount) / 100,
        created_at=deal.created_at,
        modified_at=dice.moment(deal.created_at, deal.modified_at),
        recurring_months=dice.pick(TERMS) if recurs else None,
        recurring_start=dice.unless(25, deal.close_date) if recurs else None,
    )
