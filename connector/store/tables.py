"""All tables of the database, whichever module declares them."""

from __future__ import annotations

from sqlalchemy import Table

from adapters.base import Kind
from connector.store.computed_tables import COMPUTED
from connector.store.field_tables import CRM_FIELDS
from connector.store.guarantee_tables import LEASES
from connector.store.ledger_tables import CURSORS
from connector.store.mirror_tables import TABLES
from connector.store.operation_tables import PAUSES
from connector.store.plan_tables import PLAN_VALUES
from connector.store.privacy_tables import ERASED_PEOPLE
from connector.store.trail_tables import EXCHANGES


def all_tables() -> dict[str, Table]:
    """The mirror's, the ledger's, the guarantees' and the plans' tables by name."""
    declared = (
        TABLES[Kind.ACCOUNT],
        CURSORS,
        LEASES,
        PLAN_VALUES,
        ERASED_PEOPLE,
        COMPUTED,
        EXCHANGES,
        PAUSES,
        CRM_FIELDS,
    )
    return {name: table for one in declared for name, table in one.metadata.tables.items()}
