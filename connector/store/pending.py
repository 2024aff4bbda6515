"""Values about to be written, gathered in the database so that they can be weighed before the first one leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, select
from sqlalchemy import update as change

from adapters.base import Kind
from connector.store.guarantee_tables import PENDING
from connector.store.ledger_tables import VANISHED, WRITTEN
from connector.store.mirror_tables import TABLES
from connector.store.upsert import upsert


@dataclass(slots=True)
class PendingUpdate:
    """One record's values to write, as canonical text; `run`: the one that gathered them."""

    record: str
    position: int
    run: str
    values: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Weight:
    """What the values of one kind would do to `known` values that are not empty: how many by field."""

    known: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    cleared: Counter[str] = field(default_factory=Counter)


def clear_pending(connection: Connection, name: str) -> None:
    """Forget what an earlier run gathered."""
    connection.execute(delete(PENDING).where(PENDING.c.connection == name))


def save_pending(connection: Connection, name: str, kind: Kind, updates: Iterable[PendingUpdate]) -> None:
    """Gather values."""
    key = {"connection": name, "kind": kind.value, "sent": False}
    rows = []
    for update in updates:
        head = key | {"record": update.record, "position": update.position, "run": update.run}
        rows += [head | {"field": field_, "value": value} for field_, value in update.values.items()]
    upsert(connection, PENDING, rows)


def read_pending(connection: Connection, name: str, kind: Kind, after: int, most: int) -> list[PendingUpdate]:
    """The next records in the order in which they were gathered, those numbered from `after` + 1 on."""
    return _read(connection, *_of(name, kind), PENDING.c.position > after, PENDING.c.position <= after + most)


def read_sent(connection: Connection, name: str, kind: Kind) -> list[PendingUpdate]:
    """What a run handed over and had no answer for."""
    return _read(connection, *_of(name, kind), PENDING.c.sent.is_(True))


def mark_sent(connection: Connection, name: str, kind: Kind, updates: Sequence[PendingUpdate]) -> None:
    """These records' values are on their way from here on. They must follow each other in the order of gathering."""
    batch = PENDING.c.position.between(updates[0].position, updates[-1].position)
    connection.execute(change(PENDING).where(*_of(name, kind), batch).values(sent=True))


def drop_pending(connection: Connection, name: str, kind: Kind, records: Collection[str]) -> None:
    """These records were answered for."""
    if records:
        answered = delete(PENDING).where(*_of(name, kind), PENDING.c.record == bindparam("answered"))
        connection.execute(answered, [{"answered": record} for record in records])


def weigh_pending(connection: Connection, name: str, kind: Kind, fields: Collection[str]) -> Weight:
    """How many of the values that live records hold would change or be cleared, counting these fields only."""
    held = and_(
        WRITTEN.c.connection == name,
        WRITTEN.c.kind == kind.value,
        WRITTEN.c.field.in_(fields),
        WRITTEN.c.value.is_not(None),
        WRITTEN.c.value != VANISHED,
    )
    mirror = TABLES[kind]
    lives = and_(mirror.c.connection == name, mirror.c.id == WRITTEN.c.record, mirror.c.deleted_at.is_(None))
    known = select(func.count()).select_from(WRITTEN.join(mirror, lives)).where(held)
    weight = Weight(connection.scalar(known) or 0)
    same = and_(*(PENDING.c[key] == WRITTEN.c[key] for key in ("connection", "kind", "record", "field")))
    clears = PENDING.c.value.is_(None)
    counted = select(PENDING.c.field, clears, func.count()).select_from(PENDING.join(WRITTEN, same)).where(held)
    for field_, is_cleared, count in connection.execute(counted.group_by(PENDING.c.field, clears)):
        (weight.cleared if is_cleared else weight.changed)[field_] += count
    return weight


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[PendingUpdate]:
    found: dict[int, PendingUpdate] = {}
    for row in connection.execute(select(PENDING).where(*conditions).order_by(PENDING.c.position, PENDING.c.field)):
        one = found.setdefault(row.position, PendingUpdate(row.record, row.position, row.run))
        one.values[row.field] = row.value
    return list(found.values())


def _of(name: str, kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PENDING.c.connection == name, PENDING.c.kind == kind.value
