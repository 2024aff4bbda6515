"""The neutral entities: what a CRM record means to us, whichever CRM it came from.

Every field can be None (unknown, unmapped or unusable). A field that names another record (account, deal, owner, …)
holds that record's CRM id. Dates are calendar dates, times aware UTC, money and quantities `Decimal`, probabilities
fractions. The tables of the connector's store inherit these classes; nothing here knows a database.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlmodel import SQLModel

from adapters.base import Kind
from mappings.vocabulary import Role, Stance, Survey


class Account(SQLModel):
    """A company we sell to.

    `potential_revenue`, `alignment` (how well it fits our strategy, 1 to 5) and `objective` (the client's main one) are
    what reps fill in of its plan.
    """

    name: str | None = None
    domain: str | None = None
    parent: str | None = None
    owner: str | None = None
    industry: str | None = None
    country: str | None = None
    currency: str | None = None
    annual_revenue: Decimal | None = None
    potential_revenue: Decimal | None = None
    strategic: bool | None = None
    alignment: int | None = None
    objective: str | None = None


class Contact(SQLModel):
    """A person at an account. `influence` is 1 to 5; `departed`: no longer works there."""

    account: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    title: str | None = None
    department: str | None = None
    owner: str | None = None
    role: Role | None = None
    influence: int | None = None
    stance: Stance | None = None
    departed: bool | None = None
    c_level: bool | None = None
    last_activity_at: datetime | None = None
    last_answer_at: datetime | None = None
    activities_90d: int | None = None
    meetings_90d: int | None = None


class AccountContact(SQLModel):
    """What a person is to an account, where the CRM keeps it beside the person (labels, relations)."""

    account: str | None = None
    contact: str | None = None
    role: Role | None = None
    stance: Stance | None = None
    active: bool | None = None


class Deal(SQLModel):
    """A sale won, lost or under way.

    `home_amount`: the amount in the organisation's own currency, `exchange_rate`: home units per unit of the deal's
    currency; both only where the CRM gives them per deal. `probability` is a fraction.
    """

    account: str | None = None
    name: str | None = None
    owner: str | None = None
    pipeline: str | None = None
    type: str | None = None
    record_type: str | None = None
    stage: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    created_at: datetime | None = None
    probability: Decimal | None = None
    forecast_category: str | None = None
    home_amount: Decimal | None = None
    exchange_rate: Decimal | None = None


class DealContact(SQLModel):
    """A person's part in a deal."""

    deal: str | None = None
    contact: str | None = None
    role: Role | None = None
    stance: Stance | None = None
    primary: bool | None = None


class LineItem(SQLModel):
    """A product sold in a deal. `amount` is after discount; `recurring_annual` is its yearly value where it recurs."""

    deal: str | None = None
    product: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    unit_cost: Decimal | None = None
    currency: str | None = None
    recurring_annual: Decimal | None = None
    recurring_start: date | None = None
    recurring_end: date | None = None


class Product(SQLModel):
    """Something we sell; `family` is its product line."""

    name: str | None = None
    family: str | None = None
    active: bool | None = None
    unit_cost: Decimal | None = None


class Stage(SQLModel):
    """A step of a pipeline. `code` is the word that a deal's stage field holds; `pipeline` None: the only one."""

    pipeline: str | None = None
    code: str | None = None
    label: str | None = None
    position: int | None = None
    probability: Decimal | None = None
    closed: bool | None = None
    won: bool | None = None
    active: bool | None = None


class User(SQLModel):
    """Someone on our side, owner of records; may be inactive and still own."""

    name: str | None = None
    email: str | None = None
    active: bool | None = None


class DealHistory(SQLModel):
    """What was set on a deal at one moment; a field that is None did not change then, or is not known."""

    deal: str | None = None
    at: datetime | None = None
    stage: str | None = None
    pipeline: str | None = None
    amount: Decimal | None = None
    close_date: date | None = None
    probability: Decimal | None = None
    forecast_category: str | None = None


class Rate(SQLModel):
    """An exchange rate: `per_home` units of `currency` buy one unit of the home currency, from `start` to before `end`.

    `start` None: the current rate, used where no dated one fits.
    """

    currency: str | None = None
    per_home: Decimal | None = None
    start: date | None = None
    end: date | None = None
    home: bool | None = None


class NpsAnswer(SQLModel):
    """What a person answered when asked. `survey`: what was asked, hence what `score` means (see Survey)."""

    contact: str | None = None
    account: str | None = None
    score: int | None = None
    answered_at: datetime | None = None
    survey: Survey | None = None


ENTITIES: dict[Kind, type[SQLModel]] = {
    Kind.USER: User,
    Kind.STAGE: Stage,
    Kind.PRODUCT: Product,
    Kind.RATE: Rate,
    Kind.ACCOUNT: Account,
    Kind.CONTACT: Contact,
    Kind.ACCOUNT_CONTACT: AccountContact,
    Kind.DEAL: Deal,
    Kind.DEAL_CONTACT: DealContact,
    Kind.LINE_ITEM: LineItem,
    Kind.DEAL_HISTORY: DealHistory,
    Kind.NPS_ANSWER: NpsAnswer,
}
"""The entity of each kind of record."""
