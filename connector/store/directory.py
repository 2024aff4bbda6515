"""Looks records up by what people call them: names and e-mail addresses."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, func, select

from adapters.base import Kind
from connector.store.chunks import chunks
from connector.store.entity_rows import read_entities, select_live
from connector.store.mirror_tables import TABLES
from mappings.entities import Contact

_ACCOUNT, _CONTACT, _DEAL = TABLES[Kind.ACCOUNT], TABLES[Kind.CONTACT], TABLES[Kind.DEAL]


def read_account_names(connection: Connection, name: str) -> dict[str, str | None]:
    """The names of all live accounts by id."""
    live = (_ACCOUNT.c.connection == name, _ACCOUNT.c.deleted_at.is_(None))
    rows = connection.execute(select(_ACCOUNT.c.id, _ACCOUNT.c.name).where(*live).order_by(_ACCOUNT.c.id))
    return {row.id: row.name for row in rows}


def read_contacts(connection: Connection, name: str, ids: Collection[str]) -> dict[str, Contact]:
    """The live contacts of these ids, whatever account they belong to."""
    return _read(connection, name, _CONTACT.c.id, ids)


def read_contacts_by_email(connection: Connection, name: str, emails: Collection[str]) -> dict[str, Contact]:
    """The live contacts that have one of these addresses, capitals or not."""
    return _read(connection, name, func.lower(_CONTACT.c.email), {email.lower() for email in emails})


def _read(connection: Connection, name: str, by: ColumnElement[str], keys: Collection[str]) -> dict[str, Contact]:
    query, found = select_live(Kind.CONTACT, name).order_by(_CONTACT.c.id), dict[str, Contact]()
    for some in chunks(sorted(keys)):
        found |= read_entities(connection, Kind.CONTACT, query.where(by.in_(some)))
    return found


def read_deal_accounts(connection: Connection, name: str, deals: Collection[str]) -> dict[str, str | None]:
    """The account of each of these deals, deleted ones among them."""
    query = select(_DEAL.c.id, _DEAL.c.account).where(_DEAL.c.connection == name)
    rows = (row for some in chunks(sorted(deals)) for row in connection.execute(query.where(_DEAL.c.id.in_(some))))
    return {row.id: row.account for row in rows}
