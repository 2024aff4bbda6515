"""The table of people who asked to be forgotten: their ids alone, so that no sync brings back what was erased."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class ErasedPersonRow(SQLModel, table=True):
    """A contact of whom nothing personal is kept any more, whatever the CRM still holds."""

    __tablename__ = "erased_person"
    connection: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime


ERASED_PEOPLE = settled_table(ErasedPersonRow)
