"""The mirror's tables: each inherits a neutral entity and adds its key and its tombstone. Never edited by people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from adapters.base import Kind
from connector.store.columns import settled_table
from mappings import entities


class Mirrored(SQLModel):
    """What every mirrored record carries. `deleted_at`: when we learnt it is gone; `merged_into`: who replaced it."""

    connection: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    modified_at: datetime | None = None
    deleted_at: datetime | None = None
    merged_into: str | None = None


class UserRow(entities.User, Mirrored, table=True):
    """Users of the CRM."""

    __tablename__ = "crm_user"


class StageRow(entities.Stage, Mirrored, table=True):
    """Stages of the deal pipelines."""

    __tablename__ = "crm_stage"


class ProductRow(entities.Product, Mirrored, table=True):
    """Products."""

    __tablename__ = "crm_product"


class RateRow(entities.Rate, Mirrored, table=True):
    """Exchange rates."""

    __tablename__ = "crm_rate"


class AccountRow(entities.Account, Mirrored, table=True):
    """Accounts."""

    __tablename__ = "crm_account"
    __table_args__ = (Index("ix_crm_account_parent", "connection", "parent"),)


class ContactRow(entities.Contact, Mirrored, table=True):
    """Contacts."""

    __tablename__ = "crm_contact"
    __table_args__ = (Index("ix_crm_contact_account", "connection", "account"),)


class AccountContactRow(entities.AccountContact, Mirrored, table=True):
    """What people are to accounts."""

    __tablename__ = "crm_account_contact"
    __table_args__ = (
        Index("ix_crm_account_contact_account", "connection", "account"),
        Index("ix_crm_account_contact_contact", "connection", "contact"),
    )


class DealRow(entities.Deal, Mirrored, table=True):
    """Deals."""

    __tablename__ = "crm_deal"
    __table_args__ = (Index("ix_crm_deal_account", "connection", "account"),)


class DealContactRow(entities.DealContact, Mirrored, table=True):
    """People on deals."""

    __tablename__ = "crm_deal_contact"
    __table_args__ = (
        Index("ix_crm_deal_contact_deal", "connection", "deal"),
        Index("ix_crm_deal_contact_contact", "connection", "contact"),
    )


class LineItemRow(entities.LineItem, Mirrored, table=True):
    """Products on deals."""

    __tablename__ = "crm_line_item"
    __table_args__ = (Index("ix_crm_line_item_deal", "connection", "deal"),)


class DealHistoryRow(entities.DealHistory, Mirrored, table=True):
    """What was set on deals, and when."""

    __tablename__ = "crm_deal_history"
    __table_args__ = (Index("ix_crm_deal_history_deal", "connection", "deal"),)


class NpsAnswerRow(entities.NpsAnswer, Mirrored, table=True):
    """What people answered to surveys."""

    __tablename__ = "crm_nps_answer"
    __table_args__ = (
        Index("ix_crm_nps_answer_account", "connection", "account"),
        Index("ix_crm_nps_answer_contact", "connection", "contact"),
    )


_ROWS: dict[Kind, type[SQLModel]] = {
    Kind.USER: UserRow,
    Kind.STAGE: StageRow,
    Kind.PRODUCT: ProductRow,
    Kind.RATE: RateRow,
    Kind.ACCOUNT: AccountRow,
    Kind.CONTACT: ContactRow,
    Kind.ACCOUNT_CONTACT: AccountContactRow,
    Kind.DEAL: DealRow,
    Kind.DEAL_CONTACT: DealContactRow,
    Kind.LINE_ITEM: LineItemRow,
    Kind.DEAL_HISTORY: DealHistoryRow,
    Kind.NPS_ANSWER: NpsAnswerRow,
}


TABLES: dict[Kind, Table] = {kind: settled_table(row) for kind, row in _ROWS.items()}
"""The table of each kind."""
