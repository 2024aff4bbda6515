"""The neutral world that both simulated CRMs are filled from: one dataclass per CSV file of a data folder.

`key` identifies a record in the world; each CRM gives it an id of its own, in the same order, and shows `key` in its
raw state. Instants are aware UTC. Money is in `currency` of its deal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(slots=True)
class User:
    """Someone in the selling company; inactive ones left and still own records."""

    key: str
    first_name: str
    last_name: str
    email: str
    active: bool = True


@dataclass(slots=True)
class Account:
    """A customer or prospect; `parent` is another account's key."""

    key: str
    name: str
    created_at: datetime
    modified_at: datetime
    domain: str | None = None
    parent: str | None = None
    owner: str | None = None
    industry: str | None = None
    country: str | None = None
    city: str | None = None
    annual_revenue: Decimal | None = None
    employees: int | None = None
    potential_revenue: Decimal | None = None
    strategic: bool | None = None


@dataclass(slots=True)
class Contact:
    """A person; roles are HubSpot's buying-role words, influence is low/medium/high or 1..5, stance free text."""

    key: str
    created_at: datetime
    modified_at: datetime
    account: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    title: str | None = None
    department: str | None = None
    owner: str | None = None
    buying_roles: list[str] = field(default_factory=list)
    influence: str | None = None
    stance: str | None = None
    departed: bool = False


@dataclass(slots=True)
class Stage:
    """A step of the pipeline. `probability` is a fraction."""

    key: str
    label: str
    position: int
    probability: Decimal
    closed: bool = False
    won: bool = False


@dataclass(slots=True)
class Product:
    """Something sold; `family` is its line, `price` and `unit_cost` are in the home currency."""

    key: str
    name: str
    family: str | None = None
    active: bool = True
    price: Decimal | None = None
    unit_cost: Decimal | None = None
    sku: str | None = None


@dataclass(slots=True)
class Deal:
    """A sale; `stage` is a stage's key, `probability` a fraction that overrides the stage's."""

    key: str
    name: str
    stage: str
    created_at: datetime
    modified_at: datetime
    account: str | None = None
    owner: str | None = None
    type: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    probability: Decimal | None = None


@dataclass(slots=True)
class DealContact:
    """A person on a deal, with the role's label there (such as "Economic Buyer") or none."""

    deal: str
    contact: str
    role: str | None = None
    primary: bool = False


@dataclass(slots=True)
class LineItem:
    """A product on a deal; `amount` is after discount."""

    key: str
    deal: str
    product: str | None
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    created_at: datetime
    modified_at: datetime
    recurring_months: int | None = None
    recurring_start: date | None = None


@dataclass(slots=True)
class StageChange:
    """A deal entered `stage` at `at`, with the amount and close date it then had; the first one is its creation."""

    deal: str
    stage: str
    at: datetime
    amount: Decimal | None = None
    close_date: date | None = None


@dataclass(slots=True)
class Answer:
    """What a person answered to a survey (NPS, CSAT, …) at `answered_at`; such answers never change."""

    key: str
    contact: str
    survey: str
    score: int
    answered_at: datetime


@dataclass(slots=True)
class Rate:
    """`per_home` units of `currency` buy one unit of the home currency from `start` on (None: the current rate).

    The home currency itself has no rate.
    """

    currency: str
    per_home: Decimal
    start: date | None = None


@dataclass(slots=True)
class World:
    """Everything one company keeps in its CRM; each list is a CSV file of the same name in a data folder."""

    home_currency: str
    users: list[User] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    deal_contacts: list[DealContact] = field(default_factory=list)
    line_items: list[LineItem] = field(default_factory=list)
    stage_changes: list[StageChange] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
