"""Which records point at which, and where those lead that were merged away: no row of the mirror points at a loser."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from adapters.base import Kind
from connector.store.mirror_tables import TABLES
from connector.store.plan_merges import follow_merges

REFERENCES: Mapping[Kind, Mapping[str, Kind]] = {
    Kind.ACCOUNT: {"parent": Kind.ACCOUNT},
    Kind.CONTACT: {"account": Kind.ACCOUNT},
    Kind.ACCOUNT_CONTACT: {"account": Kind.ACCOUNT, "contact": Kind.CONTACT},
    Kind.DEAL: {"account": Kind.ACCOUNT},
    Kind.DEAL_CONTACT: {"deal": Kind.DEAL, "contact": Kind.CONTACT},
    Kind.LINE_ITEM: {"deal": Kind.DEAL},
    Kind.DEAL_HISTORY: {"deal": Kind.DEAL},
    Kind.NPS_ANSWER: {"account": Kind.ACCOUNT, "contact": Kind.CONTACT},
}
"""The fields of each kind that hold the id of a record that can be merged away, with that record's kind."""

_SLICE = 500
"""Ids in one statement: fewer than any database's limit of parameters."""


def list_pointers(target: Kind) -> list[tuple[Kind, str]]:
    """The kinds and fields that point at records of this kind."""
    return [(kind, field) for kind, fields in REFERENCES.items() for field, to in fields.items() if to is target]


def find_pointing(connection: Connection, name: str, kind: Kind, field: str, ids: Collection[str]) -> list[Any]:
    """The live rows of a kind whose field names one of these records."""
    table = TABLES[kind]
    live = (table.c.connection == name, table.c.deleted_at.is_(None))
    return [
        row
        for some in _slices(ids)
        for row in connection.execute(select(table).where(*live, table.c[field].in_(some)).order_by(table.c.id))
    ]


def resolve(connection: Connection, name: str, kind: Kind, ids: Collection[str]) -> dict[str, str]:
    """Where those of these ids lead that were merged away, through any number of merges; a circle leads nowhere."""
    known: dict[str, str] = {}
    wanted = set(ids)
    while wanted:
        step = _read_forwards(connection, name, kind, wanted)
        known |= step
        wanted = set(step.values()) - known.keys()
    ends = {id_: _follow(known, id_) for id_ in ids if id_ in known}
    return {id_: end for id_, end in ends.items() if end is not None}


def settle(connection: Connection, name: str, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    """Let the references in these rows lead to the winners of merges; nothing is its own parent."""
    for field, target in REFERENCES.get(kind, {}).items():
        forwards = resolve(connection, name, target, {row[field] for row in rows if row.get(field)})
        for row in rows:
            if row.get(field) in forwards:
                winner = forwards[row[field]]
                row[field] = None if target is kind and winner == row["id"] else winner


def repoint(connection: Connection, name: str, kind: Kind, losers: Collection[str]) -> None:
    """Let all that points at these merged records, the plans too, point at those that took their places."""
    winners = resolve(connection, name, kind, losers)
    if winners:
        follow_merges(connection, name, kind, winners)
    moves = [{"loser": loser, "winner": winner} for loser, winner in winners.items()]
    for pointer, field in list_pointers(kind) if moves else ():
        table = TABLES[pointer]
        mine = (table.c.connection == name, table.c[field] == bindparam("loser"))
        connection.execute(update(table).where(*mine).values({field: bindparam("winner")}), moves)
        if pointer is kind:
            own = (table.c.connection == name, table.c[field] == table.c.id)
            connection.execute(update(table).where(*own).values({field: None}))


def drop_children(connection: Connection, name: str, kind: Kind, field: str, parents: Collection[str]) -> int:
    """Forget the rows under parents that are gone; one that comes back brings its own. Returns how many."""
    table = TABLES[kind]
    mine = delete(table).where(table.c.connection == name)
    return sum(connection.execute(mine.where(table.c[field].in_(some))).rowcount for some in _slices(parents))


def _read_forwards(connection: Connection, name: str, kind: Kind, ids: Collection[str]) -> dict[str, str]:
    table = TABLES[kind]
    merged = (table.c.connection == name, table.c.merged_into.is_not(None))
    return {
        row.id: row.merged_into
        for some in _slices(ids)
        for row in connection.execute(select(table.c.id, table.c.merged_into).where(*merged, table.c.id.in_(some)))
    }


def _follow(forwards: Mapping[str, str], id_: str) -> str | None:
    passed = {id_}
    while id_ in forwards:
        id_ = forwards[id_]
        if id_ in passed:
            return None
        passed.add(id_)
    return id_


def _slices(ids: Collection[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, _SLICE)):
        yield some
