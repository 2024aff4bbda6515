"""A small company by hand: equal stamps, accents, an emoji, nulls, people who left, a deal without account."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from sandbox.world.model import (
    Account,
    Answer,
    Contact,
    Deal,
    DealContact,
    LineItem,
    Product,
    Rate,
    Stage,
    StageChange,
    User,
    World,
)

CREATED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
EARLY = datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC)
LATE = datetime(2026, 3, 2, 17, 45, 10, tzinfo=UTC)


def small_company() -> World:
    """Built anew for each test, so that a simulator may keep and change it."""
    return World(
        home_currency="EUR",
        users=[
            User("u1", "Ana", "Lima", "ana.lima@vendor.example"),
            User("u2", "Bo", "Dahl", "bo.dahl@vendor.example", active=False),
        ],
        accounts=_accounts(),
        contacts=_contacts(),
        stages=[
            Stage("qualification", "Qualification", 0, Decimal("0.2")),
            Stage("proposal", "Proposal", 1, Decimal("0.5")),
            Stage("won", "Won", 2, Decimal(1), closed=True, won=True),
            Stage("lost", "Lost", 3, Decimal(0), closed=True),
        ],
        products=[
            Product("p1", "Pump", "Hardware", price=Decimal("100.00"), unit_cost=Decimal("62.50"), sku="P-1"),
            Product("p2", "Care plan", "Services", price=Decimal("1200.00"), sku="P-2"),
        ],
        deals=_deals(),
        deal_contacts=[
            DealContact("d1", "c1", "Economic Buyer", primary=True),
            DealContact("d1", "c2", "Champion"),
            DealContact("d2", "c3", "Technical Evaluator", primary=True),
            DealContact("d4", "c1"),
        ],
        line_items=_line_items(),
        stage_changes=_stage_changes(),
        rates=[Rate("USD", Decimal("1.25"))],
        answers=[
            Answer("n1", "c1", "NPS", 9, EARLY),
            Answer("n2", "c2", "CSAT", 4, EARLY),
            Answer("n3", "c1", "CUSTOM", 3, LATE),
        ],
    )


def _accounts() -> list[Account]:
    return [
        Account("a1", "Åkerström & Söhne", CREATED, EARLY, "akerstrom.example", owner="u1",
                annual_revenue=Decimal(12500000), potential_revenue=Decimal(400000), strategic=True),
        Account("a2", "Åkerström Norge", CREATED, EARLY, "no.akerstrom.example", parent="a1", owner="u2"),
        Account("a3", 'Bolt "Fast" O\'Neil', CREATED, EARLY, owner="u1", strategic=False),
        Account("a4", "Čapek 🚀", CREATED, LATE, "capek.example", owner="u1"),
        Account("a5", "Čapek twin", CREATED, LATE, "capek.example"),
    ]  # fmt: skip


def _contacts() -> list[Contact]:
    return [
        Contact("c1", CREATED, EARLY, "a1", "Zoé", "Müller", "zoe@akerstrom.example", "CFO", owner="u1",
                buying_roles=["DECISION_MAKER", "INFLUENCER"], influence="high", stance="champion"),
        Contact("c2", CREATED, EARLY, "a1", "Ole", "Dunn", "ole@akerstrom.example", "Engineer", owner="u1",
                buying_roles=["END_USER"], influence="2", stance="detractor"),
        Contact("c3", CREATED, EARLY, "a3", "Max", "Payne", "max@bolt.example", influence="medium"),
        Contact("c4", CREATED, LATE, "a1", "Eva", "Left", "eva@akerstrom.example", departed=True),
        Contact("c5", CREATED, LATE, None, "Ivo", "Nowhere", "ivo@nowhere.example"),
    ]  # fmt: skip


def _deals() -> list[Deal]:
    return [
        Deal("d1", "Renewal", "proposal", CREATED, EARLY, "a1", "u1", amount=Decimal("12500.50"), currency="EUR",
             close_date=date(2026, 12, 31)),
        Deal("d2", "Expansion", "qualification", CREATED, EARLY, "a3", "u1", amount=Decimal("800.00"), currency="USD",
             close_date=date(2027, 2, 28), probability=Decimal("0.35")),
        Deal("d3", "Old win", "won", CREATED, EARLY, "a1", "u2", amount=Decimal("9900.00"), currency="EUR",
             close_date=date(2026, 2, 14)),
        Deal("d4", "Stray", "lost", CREATED, LATE, None, "u1", currency="EUR", close_date=date(2026, 2, 20)),
    ]  # fmt: skip


def _line_items() -> list[LineItem]:
    return [
        LineItem("l1", "d1", "p1", Decimal(5), Decimal("100.00"), Decimal("500.00"), CREATED, EARLY),
        LineItem("l2", "d1", "p2", Decimal(10), Decimal("1200.05"), Decimal("12000.50"), CREATED, EARLY),
        LineItem("l3", "d3", "p1", Decimal(99), Decimal("100.00"), Decimal("9900.00"), CREATED, EARLY),
    ]


def _stage_changes() -> list[StageChange]:
    later = datetime(2026, 2, 10, 11, 0, tzinfo=UTC)
    return [
        StageChange("d1", "qualification", CREATED, Decimal("12500.50"), date(2026, 12, 31)),
        StageChange("d1", "proposal", later, Decimal("12500.50"), date(2026, 12, 31)),
        StageChange("d2", "qualification", CREATED, Decimal("800.00"), date(2027, 2, 28)),
        StageChange("d3", "qualification", CREATED, Decimal("9900.00"), date(2026, 2, 14)),
        StageChange("d3", "won", later, Decimal("9900.00"), date(2026, 2, 14)),
        StageChange("d4", "qualification", CREATED, None, date(2026, 2, 20)),
        StageChange("d4", "lost", later, None, date(2026, 2, 20)),
    ]
