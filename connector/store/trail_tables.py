"""The table of requests and answers, scrubbed and for a few days: what `runs show --http` shows."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from connector.store.columns import settled_table


class ExchangeRow(SQLModel, table=True):
    """One request of a run, numbered in their order, with what came of it. `answer`: of one that was no success."""

    __tablename__ = "http_exchange"
    connection: str = Field(primary_key=True)
    run: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime
    method: str
    path: str
    status: int | None = None
    milliseconds: int
    sent: int
    received: int
    fault: str | None = None
    answer: str | None = None


EXCHANGES = settled_table(ExchangeRow)
