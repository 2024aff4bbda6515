"""Forgetting a person, and saying what we hold of one: what privacy law asks of whoever keeps opinions about people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from connector.store.erasures import erase_contact, erase_judgements, leave_no_trace, mark_erased, wait_for_page
from connector.store.person_rows import (
    list_same_people,
    read_addresses,
    read_names,
    read_person,
    read_said_names,
)
from connector.store.person_words import erase_words
from mappings.strategy import LOCAL_MARK

SHORTEST = 5
"""Characters of a name from which on it is looked for in free text: a shorter one would tear other words apart."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased of a person: rows of the CRM's copy, rows of plans and their history, texts that named them."""

    record_rows: int
    plan_rows: int
    texts: int

    @property
    def found(self) -> bool:
        """Whether anything was known of the person."""
        return bool(self.record_rows or self.plan_rows or self.texts)


def erase_person(connection: Connection, name: str, id_: str, at: datetime) -> Erasure:
    """Forget a contact, or a stakeholder known here alone, for good: the next sync brings nothing back."""
    return erase_people(connection, name, [id_], at)


def erase_people(connection: Connection, name: str, people: Collection[str], at: datetime) -> Erasure:
    """The same of several, whose names are looked for in texts at once; no more than a few hundred.

    Contacts that the CRM merged are one person, and forgotten together.
    """
    wait_for_page(connection, name)
    leave_no_trace(connection)
    ids = list_same_people(connection, name, people)
    words = _words_for(connection, name, ids)
    mark_erased(connection, name, [one for one in ids if not one.startswith(LOCAL_MARK)], at)
    return Erasure(
        record_rows=sum(erase_contact(connection, name, one) for one in ids),
        plan_rows=sum(erase_judgements(connection, name, one) for one in ids),
        texts=erase_words(connection, name, words),
    )


def describe_person(connection: Connection, name: str, id_: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that is held of a person, table by table, texts that name them in passing among it."""
    ids = list_same_people(connection, name, [id_])
    return read_person(connection, name, ids, _words_for(connection, name, ids))


def _words_for(connection: Connection, name: str, ids: Collection[str]) -> set[str]:
    """How free text would name the person: full name either way round, e-mail address, now or formerly."""
    words = read_said_names(connection, name, ids) | read_addresses(connection, name, ids)
    for first, last in read_names(connection, name, ids):
        words |= {f"{first} {last}", f"{last} {first}", f"{last}, {first}"} if first and last else set()
    return {word.strip() for word in words if len(word.strip()) >= SHORTEST}
