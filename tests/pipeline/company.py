"""A company whose CRM is in memory, for the tests of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import SQLModel

from adapters.base import Kind, Value
from adapters.memory.adapter import MemoryCRM
from adapters.memory.organisation import MemoryOrganisation
from connector.config.settings import Settings
from connector.kpis.fields import kpi_specs
from connector.kpis.registry import Wording
from connector.pipeline.job import Job
from connector.pipeline.report import ConnectionReport
from connector.pipeline.run import sync
from connector.store.guarantee_tables import WRITE_LOG
from connector.store.ledger import read_written
from connector.store.record_errors import read_errors
from connector.wiring.jobs import RunOptions, open_database, open_job, open_ledger

TODAY = datetime.now(UTC).date()


@dataclass
class Company:
    """A company with its CRM, and an admin who syncs it."""

    name: str
    database: str
    organisation: MemoryOrganisation
    options: dict[str, Any] = field(default_factory=dict)
    kpis: dict[str, Any] = field(default_factory=dict)

    def settings(self) -> Settings:
        connection = {"name": self.name, "crm": "memory", "auth": {"access_token": self.organisation.token}}
        return Settings.model_validate(
            {
                "database": self.database,
                "currency": "EUR",
                "kpis": self.kpis,
                "connections": [connection | self.options],
            }
        )

    def create_fields(self) -> None:
        settings = self.settings()
        crm = MemoryCRM(self.organisation)
        crm.ensure_fields(kpi_specs(Wording(settings.kpis, "EUR"), {}, crm.field_name, multi_currency=False))

    def sync(self, *, later: timedelta = timedelta(0), **options: Any) -> ConnectionReport:
        """One run; `later`: so long after now."""
        with opened(self, **options) as job:
            return sync(replace(job, started=job.started + later))

    def account_field(self, account: str, key: str) -> object:
        return self.organisation.get(Kind.ACCOUNT, account).get(f"playmaker_{key}")

    def forget_everything(self) -> None:
        """Lose the database."""
        with open_database(self.settings(), dry=False) as store, store.transaction() as connection:
            for table in SQLModel.metadata.tables.values():
                connection.execute(delete(table))

    def put(self, kind: Kind, id_: str, **fields: Value) -> None:
        self.organisation.advance(timedelta(minutes=1))
        self.organisation.put(kind, id_, fields)


@contextmanager
def opened(company: Company, **options: Any) -> Iterator[Job]:
    """Everything for one run."""
    settings = company.settings()
    with open_job(settings, settings.connections[0], RunOptions(**options)) as job:
        yield job


def written(company: Company, kind: Kind, record: str) -> dict[str, str | None]:
    """What the ledger says that a record holds."""
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return read_written(ledger, company.name, kind, [record]).get(record, {})


def logged(company: Company) -> Sequence[Any]:
    """The whole write log."""
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return ledger.execute(select(WRITE_LOG).order_by(WRITE_LOG.c.at)).all()


def kept_errors(company: Company) -> Sequence[Any]:
    """What is kept of faults of single records."""
    with open_ledger(company.settings()) as store, store.reading() as ledger:
        return read_errors(ledger)


def fill(company: Company) -> None:
    """Two accounts, two people, a won and an open deal."""
    company.put(Kind.STAGE, "open", code="open", label="Open", position=1, probability="0.5", closed=False, won=False)
    company.put(Kind.STAGE, "won", code="won", label="Won", position=2, probability="1", closed=True, won=True)
    company.put(Kind.ACCOUNT, "a", name="Acme")
    company.put(Kind.ACCOUNT, "b", name="Borealis")
    company.put(Kind.CONTACT, "p", account="a", role="economic", influence=5, stance="champion")
    company.put(Kind.CONTACT, "q", account="a", role="user")
    deal = {"account": "a", "created_at": "2026-01-01T00:00:00Z", "currency": "EUR"}
    company.put(Kind.DEAL, "d", **deal, stage="open", amount="1000", close_date=str(TODAY))
    company.put(Kind.DEAL, "e", **deal, stage="won", amount="500", close_date=str(TODAY - timedelta(days=3)))
    company.put(Kind.DEAL_CONTACT, "d:p", deal="d", contact="p")
