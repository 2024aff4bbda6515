"""Compares what a CRM lists with what the mirror holds, page by page, in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, func, select

from adapters.base import Kind
from connector.store.guarantee_tables import RECONCILIATIONS
from connector.store.mirror import MirrorRecord, live_rows
from connector.store.mirror_tables import TABLES
from connector.store.upsert import insert_into, upsert

_SEEN = Table("seen_id", MetaData(), Column("id", String, primary_key=True), prefixes=["TEMPORARY"])
"""The ids of a listing; it lives as long as the connection to the database and belongs to it alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ids of listed records that the mirror lacks, and of those that it holds otherwise than the CRM."""

    missing: Sequence[str]
    stale: Sequence[str]


def begin_census(connection: Connection) -> None:
    """Nothing has been seen yet."""
    _SEEN.create(connection, checkfirst=True)
    connection.execute(delete(_SEEN))


def note_seen(connection: Connection, ids: Iterable[str]) -> None:
    """The CRM listed these."""
    rows = [{"id": id_} for id_ in ids]
    if rows:
        connection.execute(insert_into(connection, _SEEN).on_conflict_do_nothing(), rows)


def list_unseen(connection: Connection, name: str, kind: Kind, after: str, most: int) -> list[str]:
    """Live records of the mirror that were not seen, by id from the first after `after` on."""
    table = TABLES[kind]
    unseen = _live(table, name).where(table.c.id > after, table.c.id.not_in(select(_SEEN.c.id)))
    return list(connection.scalars(unseen.order_by(table.c.id).limit(most)))


def list_live(connection: Connection, name: str, kind: Kind, after: str, most: int) -> list[str]:
    """Live records of the mirror by id, from the first after `after` on."""
    table = TABLES[kind]
    return list(connection.scalars(_live(table, name).where(table.c.id > after).order_by(table.c.id).limit(most)))


def count_live(connection: Connection, name: str, kind: Kind) -> int:
    """How many live records the mirror holds."""
    live = _live(TABLES[kind], name).subquery()
    return connection.scalar(select(func.count()).select_from(live)) or 0


def compare_records(connection: Connection, name: str, kind: Kind, records: Sequence[MirrorRecord]) -> Verdict:
    """Hold listed records against the mirror, as far as they have values; without any, by their stamps alone."""
    table = TABLES[kind]
    ours = select(table).where(table.c.connection == name, table.c.id.in_([record.id for record in records]))
    held = {row["id"]: dict(row) for row in connection.execute(ours.where(table.c.deleted_at.is_(None))).mappings()}
    rows = live_rows(connection, name, kind, records)
    return Verdict(
        missing=[row["id"] for row in rows if row["id"] not in held],
        stale=[row["id"] for row in rows if row["id"] in held and not _agrees(row, held[row["id"]])],
    )


def compare_family(
    connection: Connection, name: str, kind: Kind, parents: Mapping[str, Sequence[str]], records: Sequence[MirrorRecord]
) -> tuple[Verdict, list[str]]:
    """The same for all rows under some parents (`{parent field: ids}`), with the ids of rows that only we have."""
    ((field, ids),) = parents.items()
    table = TABLES[kind]
    held = set(connection.scalars(_live(table, name).where(table.c[field].in_(ids))))
    verdict = compare_records(connection, name, kind, records)
    return verdict, sorted(held - {record.id for record in records})


def save_comparison(connection: Connection, name: str, kind: Kind, at: datetime, counts: Mapping[str, int]) -> None:
    """Keep the outcome of the last comparison of a kind."""
    upsert(connection, RECONCILIATIONS, [{"connection": name, "kind": kind.value, "at": at, **counts}])


def read_comparisons(connection: Connection, name: str) -> Iterator[Any]:
    """The last comparison of each kind of a connection."""
    yield from connection.execute(select(RECONCILIATIONS).where(RECONCILIATIONS.c.connection == name)).all()


def sum_up_comparisons(rows: Iterable[Any]) -> dict[str, int]:
    """What the comparisons of all kinds found together; `left`: the differences that were not repaired."""
    found = list(rows)
    sums = {name: sum(getattr(row, name) for row in found) for name in ("missing", "extra", "stale", "repaired")}
    return sums | {"left": sums["missing"] + sums["extra"] + sums["stale"] - sums["repaired"]}


def _agrees(listed: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    ours, theirs = held["modified_at"], listed["modified_at"]
    if theirs is not None and (ours is None or theirs > ours):
        return False
    return all(held[name] == value for name, value in listed.items() if name not in _STATE)


_STATE = {"connection", "id", "modified_at", "deleted_at", "merged_into"}


def _live(table: Table, name: str) -> Any:  # noqa: ANN401 - a SELECT of one column
    return select(table.c.id).where(table.c.connection == name, table.c.deleted_at.is_(None))
