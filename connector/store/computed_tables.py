"""The table of what was computed of which account, so that a run need not compute it again."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class ComputedAccountRow(SQLModel, table=True):
    """An account whose figures were computed, kept and compared with what the CRM holds, and that lacks nothing since.

    `inputs`: a digest of everything that was read for it. `until`: the day on which a figure of it may change although
    no input does.
    """

    __tablename__ = "computed_account"
    connection: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    inputs: str
    computed_on: date
    until: date


COMPUTED = settled_table(ComputedAccountRow)
