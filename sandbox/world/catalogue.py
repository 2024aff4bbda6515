"""What the company sells and the steps in which it sells: the same in every generated world."""

from __future__ import annotations

from decimal import Decimal

from sandbox.world.model import Product, Stage

STAGES = [
    Stage("qualification", "Qualification", 1, Decimal("0.1")),
    Stage("discovery", "Discovery", 2, Decimal("0.2")),
    Stage("proposal", "Proposal", 3, Decimal("0.4")),
    Stage("negotiation", "Negotiation", 4, Decimal("0.6")),
    Stage("agreement", "Verbal Agreement", 5, Decimal("0.8")),
    Stage("closedwon", "Closed Won", 6, Decimal(1), closed=True, won=True),
    Stage("closedlost", "Closed Lost", 7, Decimal(0), closed=True),
]
OPEN_STAGES = 5
WON, LOST = 5, 6
"""Places of the closed stages in STAGES."""
DEFAULT_PRICE = Decimal(500)
"""What is asked for a product that has no price of its own."""

FAMILIES: dict[str | None, list[tuple[str, int | None, str | None]]] = {
    "Platform": [
        ("Platform Core", 1200, "480"),
        ("Platform Enterprise", 4800, "1700"),
        ("Platform for Small Teams", 350, "162.50"),
        ("Platform Add-on “Multi-Entity”", 900, None),
    ],
    "Analytics": [
        ("Analytics Standard", 800, "310"),
        ("Analytics Pro", 2400, "860"),
        ("Prévisions & Budgets", 1500, "637.50"),
    ],
    "Security": [
        ("Single Sign-On", 300, "75"),
        ("Audit Vault", 1100, "420"),
        ("Datenschutz-Paket", 650, None),
    ],
    "Services": [
        ("Consulting Day", 1300, "910"),
        ("Training Day", 950, "570"),
        ("Migration (fixed price)", 6000, "4100"),
        ("Atelier de démarrage ☕", 700, None),
    ],
    "Support": [
        ("Support Silver", 250, "110"),
        ("Support Gold", 600, "245"),
        ("Support 24/7", 1400, "702.50"),
    ],
    "Hardware": [
        ('Terminal 10"', 450, "331.50"),
        ("Gateway, rack-mounted", 2150, "1490"),
        ("Scanner", 200, "142"),
    ],
    None: [
        ("Sample box 🎁", 50, "20"),
        ("Travel expenses", None, None),
    ],
}
"""Per family: name, price and unit cost in home money."""
RECURRING = frozenset({"Platform", "Analytics", "Support"})
"""Families that are sold by the term."""
NO_LONGER_SOLD = frozenset({"Platform for Small Teams", "Scanner"})
WITHOUT_SKU = frozenset({"Travel expenses", "Consulting Day", "Training Day"})


def make_products() -> list[Product]:
    """The price list, as fresh objects."""
    rows = [(family, *row) for family, products in FAMILIES.items() for row in products]
    return [_product(number, *row) for number, row in enumerate(rows, 1)]


def make_stages() -> list[Stage]:
    """The pipeline, as fresh objects."""
    return [Stage(s.key, s.label, s.position, s.probability, s.closed, s.won) for s in STAGES]


def _product(number: int, family: str | None, name: str, price: int | None, cost: str | None) -> Product:
    return Product(
        key=f"p{number}",
        name=name,
        family=family,
        active=name not in NO_LONGER_SOLD,
        price=None if price is None else Decimal(price),
        unit_cost=None if cost is None else Decimal(cost),
        sku=None if name in WITHOUT_SKU else f"SKU-{number:03}",
    )
