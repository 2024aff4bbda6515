"""What can be learned of a CRM before the first run: who is there, its fields, how much there is, what it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.base import Kind, Limits, Organisation, Reading, Schema
from connector.config.connection import Connection
from connector.config.settings import Settings
from connector.wiring.jobs import open_crm


@dataclass(frozen=True, slots=True)
class Survey:
    """What was learned; `records`: of all kinds that can be counted in one request."""

    organisation: Organisation
    schemas: Mapping[Kind, Schema]
    records: int
    limits: Limits

    def options(self, kind: Kind, field: str | None) -> Mapping[str, str]:
        """The values that a CRM field offers, with their labels."""
        info = self.schemas.get(kind, {}).get(field or "")
        return info.options if info else {}


def survey(settings: Settings, connection: Connection) -> Survey:
    """Log in and look around; nothing is changed. Raises the errors of the adapter."""
    with open_crm(settings, connection) as crm:
        organisation = crm.check()
        sources = {kind: source for kind in Kind if (source := crm.source(kind))}
        schemas = {kind: crm.describe(kind) for kind in sources}
        counted = (kind for kind, source in sources.items() if source.reading is Reading.INCREMENTAL)
        records = sum(crm.count(kind) or 0 for kind in counted)
        return Survey(organisation, schemas, records, crm.limits())
