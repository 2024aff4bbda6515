"""Remembers which accounts were computed from which inputs, and forgets it where more than inputs changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.computed_tables import COMPUTED
from connector.store.guarantee_tables import PENDING
from connector.store.ledger_tables import ERRORS
from connector.store.mirror_tables import TABLES
from connector.store.record_errors import Origin
from connector.store.upsert import upsert

_ACCOUNT, _DEAL = TABLES[Kind.ACCOUNT], TABLES[Kind.DEAL]


def read_computed(connection: Connection, name: str, accounts: Sequence[str], day: date) -> dict[str, str]:
    """By account, the inputs from which it was computed, where no figure can have changed since by that day."""
    held = (COMPUTED.c.connection == name, COMPUTED.c.computed_on <= day, COMPUTED.c.until > day)
    query = select(COMPUTED.c.account, COMPUTED.c.inputs).where(*held)
    return {
        account: inputs
        for some in chunks(accounts)
        for account, inputs in connection.execute(query.where(COMPUTED.c.account.in_(some)))
    }


def save_computed(connection: Connection, name: str, inputs: Mapping[str, str], day: date, until: date) -> None:
    """These accounts were computed from these inputs."""
    head = {"connection": name, "computed_on": day, "until": until}
    upsert(connection, COMPUTED, [head | {"account": account, "inputs": one} for account, one in inputs.items()])


def forget_computed(connection: Connection, name: str) -> None:
    """Compute every account anew."""
    connection.execute(delete(COMPUTED).where(COMPUTED.c.connection == name))


def forget_computed_of(connection: Connection, name: str, kind: Kind, records: Collection[str]) -> None:
    """Compute these accounts, or those of these deals, anew: what the CRM holds of them is not what we put there."""
    for some in chunks(sorted(records)):
        if kind is Kind.ACCOUNT:
            _forget(connection, name, COMPUTED.c.account.in_(some))
        elif kind is Kind.DEAL:
            owners = select(_DEAL.c.account).where(_DEAL.c.connection == name, _DEAL.c.id.in_(some))
            _forget(connection, name, COMPUTED.c.account.in_(owners))


def forget_unsettled(connection: Connection, name: str) -> None:
    """Compute the accounts anew of which something was to be written and was not, and forget those that are gone."""
    live = select(_ACCOUNT.c.id).where(_ACCOUNT.c.connection == name, _ACCOUNT.c.deleted_at.is_(None))
    _forget(connection, name, COMPUTED.c.account.not_in(live))
    for kind in (Kind.ACCOUNT, Kind.DEAL):
        waiting = select(PENDING.c.record).where(PENDING.c.connection == name, PENDING.c.kind == kind.value)
        push = (ERRORS.c.connection == name, ERRORS.c.kind == kind.value, ERRORS.c.origin == Origin.PUSH.value)
        unwritten = waiting.union(select(ERRORS.c.id).where(*push))
        forget_computed_of(connection, name, kind, list(connection.scalars(unwritten)))


def _forget(connection: Connection, name: str, which: ColumnElement[bool]) -> None:
    connection.execute(delete(COMPUTED).where(COMPUTED.c.connection == name, which))
