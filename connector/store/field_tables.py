"""The table of the CRM fields that are ours."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class CrmFieldRow(SQLModel, table=True):
    """A field in the CRM that is ours. `identity`: tells it from a later one of the same name, in the CRM's own words.

    `adopted`: somebody else made it and an admin gave it to us, so it is never removed.
    """

    __tablename__ = "crm_field"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    identity: str
    adopted: bool = False
    at: datetime


CRM_FIELDS = settled_table(CrmFieldRow)
