"""Writes the mirror: what the CRM says now, page by page; deletes become tombstones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from adapters.base import Kind
from connector.store.mirror_tables import TABLES
from connector.store.upsert import upsert


class MirrorRecord(Protocol):
    """A record ready to be mirrored: its key, its state in the CRM and our values of it (none when archived)."""

    @property
    def id(self) -> str: ...  # noqa: D102 - the protocol's docstring says it
    @property
    def modified_at(self) -> datetime | None: ...  # noqa: D102 - the same
    @property
    def archived(self) -> bool: ...  # noqa: D102 - the same
    @property
    def merged_into(self) -> str | None: ...  # noqa: D102 - the same
    @property
    def values(self) -> Mapping[str, Any]: ...  # noqa: D102 - the same


def save_records(connection: Connection, name: str, kind: Kind, records: Iterable[MirrorRecord], at: datetime) -> int:
    """Upsert live records and bury archived ones; `name` is the connection's. Returns how many are newly deleted."""
    live: dict[str, MirrorRecord] = {}
    gone: dict[str, MirrorRecord] = {}
    for record in records:
        (gone if record.archived else live)[record.id] = record
        (live if record.archived else gone).pop(record.id, None)
    upsert(connection, TABLES[kind], [_live_row(name, record) for record in live.values()])
    return _bury(connection, name, kind, [(record.id, record.merged_into) for record in gone.values()], at)


def replace_children(
    connection: Connection, name: str, kind: Kind, parents: Mapping[str, Sequence[str]], records: Sequence[MirrorRecord]
) -> int:
    """Make `records` all there is of a kind under these parents (`{parent field: ids}`). Returns how many vanished."""
    table = TABLES[kind]
    ((field, ids),) = parents.items()
    known = set(connection.scalars(select(table.c.id).where(*_of_parents(table, name, field, ids))))
    vanished = known - {record.id for record in records}
    _delete_ids(connection, table, name, vanished)
    upsert(
        connection, table, [_live_row(name, record) for record in {record.id: record for record in records}.values()]
    )
    return len(vanished)


def bury_missing(connection: Connection, name: str, kind: Kind, seen: set[str], at: datetime) -> int:
    """After a *complete* pass: every live record that was not seen is deleted. Returns how many."""
    table = TABLES[kind]
    known = connection.scalars(select(table.c.id).where(table.c.connection == name, table.c.deleted_at.is_(None)))
    return _bury(connection, name, kind, [(missing, None) for missing in set(known) - seen], at)


def _live_row(name: str, record: MirrorRecord) -> dict[str, Any]:
    key = {
        "connection": name,
        "id": record.id,
        "modified_at": record.modified_at,
        "deleted_at": None,
        "merged_into": None,
    }
    return key | dict(record.values)


def _bury(connection: Connection, name: str, kind: Kind, gone: Sequence[tuple[str, str | None]], at: datetime) -> int:
    if not gone:
        return 0
    table = TABLES[kind]
    key = (table.c.connection == name, table.c.id == bindparam("gone_id"))
    tombstone = update(table).where(*key, table.c.deleted_at.is_(None)).values(deleted_at=at)
    buried = sum(connection.execute(tombstone, {"gone_id": id_}).rowcount for id_, _ in gone)
    forward = [{"gone_id": id_, "winner": winner} for id_, winner in gone if winner]
    if forward:
        connection.execute(update(table).where(*key).values(merged_into=bindparam("winner")), forward)
    return buried


def _of_parents(table: Table, name: str, field: str, ids: Sequence[str]) -> tuple[Any, ...]:
    return (table.c.connection == name, table.c[field].in_(ids))


def _delete_ids(connection: Connection, table: Table, name: str, ids: set[str]) -> None:
    if ids:
        doomed = delete(table).where(table.c.connection == name, table.c.id == bindparam("doomed"))
        connection.execute(doomed, [{"doomed": id_} for id_ in ids])
