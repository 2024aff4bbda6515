"""All rows about one record: what is held of it, what of ours it holds, what is on its way, what went wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, or_, select

from adapters.base import Kind
from connector.store.guarantee_tables import PENDING
from connector.store.ledger_tables import ERRORS, WRITTEN
from connector.store.mirror_tables import TABLES


def read_record(connection: Connection, name: str, kind: Kind, id_: str) -> dict[str, Any] | None:
    """The mirror's row, of a deleted record too; None where there is none."""
    table = TABLES[kind]
    row = connection.execute(select(table).where(table.c.connection == name, table.c.id == id_)).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to the names of a row's columns


def find_ids(connection: Connection, name: str, kind: Kind, text: str) -> list[str]:
    """The live records that are called so, capitals or not: by name, a contact by both names or the address too."""
    table, wanted = TABLES[kind], text.strip().lower()
    live = (table.c.connection == name, table.c.deleted_at.is_(None))
    if kind is Kind.CONTACT:
        first, last = (func.coalesce(table.c[one], "") for one in ("first_name", "last_name"))
        called = [first + " " + last, last + " " + first, table.c.last_name, table.c.email]
    else:
        called = [table.c.name]
    either = or_(*(func.lower(one) == wanted for one in called))
    return list(connection.scalars(select(table.c.id).where(*live, either).order_by(table.c.id)))


def read_written_rows(connection: Connection, name: str, kind: Kind, id_: str) -> Sequence[Any]:
    """What each of our fields of the record holds, as far as is known, and by whose write."""
    table = WRITTEN
    mine = (table.c.connection == name, table.c.kind == kind.value, table.c.record == id_)
    return connection.execute(select(table).where(*mine).order_by(table.c.field)).all()


def read_pending_rows(connection: Connection, name: str, kind: Kind, id_: str) -> Sequence[Any]:
    """What a run gathered for the record and did not come to write."""
    table = PENDING
    mine = (table.c.connection == name, table.c.kind == kind.value, table.c.record == id_)
    return connection.execute(select(table).where(*mine).order_by(table.c.field)).all()


def read_error_rows(connection: Connection, name: str, kind: Kind, id_: str) -> Sequence[Any]:
    """What went wrong with the record and has not gone well since."""
    table = ERRORS
    mine = (table.c.connection == name, table.c.kind == kind.value, table.c.id == id_)
    return connection.execute(select(table).where(*mine).order_by(table.c.origin, table.c.field)).all()
