"""Writes the mirror: what the CRM says now, page by page; deletes become tombstones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from adapters.base import Kind
from connector.store.computed import forget_computed
from connector.store.mirror_tables import TABLES
from connector.store.references import repoint, settle
from connector.store.upsert import insert_into, upsert


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
    """Upsert live records and bury archived ones; `name` is the connection's. Returns how many are newly deleted.

    What points at a record that was merged away points at the winner from then on.
    """
    live: dict[str, MirrorRecord] = {}
    gone: dict[str, MirrorRecord] = {}
    for record in records:
        if record.archived:
            gone[record.id] = record
            live.pop(record.id, None)
        elif record.id not in gone or gone[record.id].merged_into is None:
            live[record.id] = record
            gone.pop(record.id, None)
    buried = _bury(connection, name, kind, [(record.id, record.merged_into) for record in gone.values()], at)
    _forward(connection, name, kind, [record for record in gone.values() if record.merged_into], at)
    _upsert_live(connection, name, kind, _without_merged(connection, name, kind, live))
    return buried


def replace_children(
    connection: Connection, name: str, kind: Kind, parents: Mapping[str, Sequence[str]], records: Sequence[MirrorRecord]
) -> int:
    """Make `records` all there is of a kind under these parents (`{parent field: ids}`). Returns how many vanished."""
    table = TABLES[kind]
    ((field, ids),) = parents.items()
    known = set(connection.scalars(select(table.c.id).where(*_of_parents(table, name, field, ids))))
    vanished = known - {record.id for record in records}
    _delete_ids(connection, table, name, vanished)
    _upsert_live(connection, name, kind, {record.id: record for record in records}.values())
    return len(vanished)


def bury_missing(connection: Connection, name: str, kind: Kind, seen: set[str], at: datetime) -> int:
    """After a *complete* pass: every live record that was not seen is deleted. Returns how many."""
    table = TABLES[kind]
    known = connection.scalars(select(table.c.id).where(table.c.connection == name, table.c.deleted_at.is_(None)))
    return _bury(connection, name, kind, [(missing, None) for missing in set(known) - seen], at)


def live_rows(connection: Connection, name: str, kind: Kind, records: Iterable[MirrorRecord]) -> list[dict[str, Any]]:
    """The rows that these live records become."""
    rows = [_live_row(name, record) for record in records]
    settle(connection, name, kind, rows)
    return rows


def _upsert_live(connection: Connection, name: str, kind: Kind, records: Iterable[MirrorRecord]) -> None:
    upsert(connection, TABLES[kind], live_rows(connection, name, kind, records))


def _live_row(name: str, record: MirrorRecord) -> dict[str, Any]:
    state = {"modified_at": record.modified_at, "deleted_at": None, "merged_into": None}
    return {"connection": name, "id": record.id} | state | dict(record.values)


def _without_merged(
    connection: Connection, name: str, kind: Kind, live: Mapping[str, MirrorRecord]
) -> list[MirrorRecord]:
    """The live records less those whose merge is newer: a search index may still show how they were before it."""
    table = TABLES[kind]
    merged = (table.c.connection == name, table.c.merged_into.is_not(None), table.c.id.in_(list(live)))
    tombstones = connection.execute(select(table.c.id, table.c.modified_at).where(*merged)) if live else ()
    since = {row.id: row.modified_at for row in tombstones}
    return [record for id_, record in live.items() if id_ not in since or _is_newer(record.modified_at, since[id_])]


def _is_newer(stamp: datetime | None, than: datetime | None) -> bool:
    return stamp is None or than is None or stamp > than


def _bury(connection: Connection, name: str, kind: Kind, gone: Sequence[tuple[str, str | None]], at: datetime) -> int:
    table = TABLES[kind]
    key = (table.c.connection == name, table.c.id == bindparam("gone_id"), table.c.deleted_at.is_(None))
    tombstone = update(table).where(*key).values(deleted_at=at)
    return sum(connection.execute(tombstone, {"gone_id": id_}).rowcount for id_, _ in gone)


def _forward(connection: Connection, name: str, kind: Kind, merged: Sequence[MirrorRecord], at: datetime) -> None:
    """Remember who took the place of merged records, of those too that were never seen alive."""
    key = {"connection": name, "deleted_at": at}
    rows = [key | {"id": one.id, "merged_into": one.merged_into, "modified_at": one.modified_at} for one in merged]
    if rows:
        forget_computed(connection, name)
        table = TABLES[kind]
        insert = insert_into(connection, table)
        new = {column: insert.excluded[column] for column in ("merged_into", "modified_at")}
        connection.execute(insert.on_conflict_do_update(index_elements=["connection", "id"], set_=new), rows)
        repoint(connection, name, kind, [one.id for one in merged])


def _of_parents(table: Table, name: str, field: str, ids: Sequence[str]) -> tuple[Any, ...]:
    return (table.c.connection == name, table.c[field].in_(ids))


def _delete_ids(connection: Connection, table: Table, name: str, ids: set[str]) -> None:
    if ids:
        doomed = delete(table).where(table.c.connection == name, table.c.id == bindparam("doomed"))
        connection.execute(doomed, [{"doomed": id_} for id_ in ids])
