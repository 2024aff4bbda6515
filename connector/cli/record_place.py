"""Which record is meant: an account, a contact or a deal, by its CRM id or by what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy

from adapters.base import Kind
from connector.cli.words import word
from connector.config.connection import Connection
from connector.languages.speech import _
from connector.pipeline.errors import SetupError
from connector.store.record_rows import find_ids, read_record

KINDS = (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A record of one connection."""

    connection: Connection
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.connection.name} {word(self.kind)} {self.id}"


def find_record(ledger: sqlalchemy.Connection, chosen: Sequence[Connection], text: str, kind: Kind | None) -> Place:
    """The record that is meant: the one of this id, else the one of this name.

    Raises SetupError where there is none, or several of which none is to be guessed.
    """
    kinds = KINDS if kind is None else (kind,)
    found = list(_of_id(ledger, chosen, text.strip(), kinds)) or list(_called(ledger, chosen, text, kinds))
    if not found:
        raise SetupError(
            _(
                'no account, contact or deal has the id or the name "{text}"; names are written as in the CRM, and '
                "what is new there is here after a sync",
                text=text,
            )
        )
    if len(found) > 1:
        raise SetupError(_refuse(text, found))
    return found[0]


def _of_id(
    ledger: sqlalchemy.Connection, chosen: Sequence[Connection], id_: str, kinds: Sequence[Kind]
) -> Iterator[Place]:
    for connection in chosen:
        for kind in kinds:
            if read_record(ledger, connection.name, kind, id_) is not None:
                yield Place(connection, kind, id_)


def _called(
    ledger: sqlalchemy.Connection, chosen: Sequence[Connection], text: str, kinds: Sequence[Kind]
) -> Iterator[Place]:
    for connection in chosen:
        for kind in kinds:
            for id_ in find_ids(ledger, connection.name, kind, text):
                yield Place(connection, kind, id_)


def _refuse(text: str, found: Sequence[Place]) -> str:
    some = ", ".join(map(str, found[:_MOST_NAMED])) + (" …" if len(found) > _MOST_NAMED else "")
    return _(
        '"{text}" is {number} records: {some}; say which by its id, with --kind and --connection where ids are alike',
        text=text,
        number=len(found),
        some=some,
    )
