"""Forgetting a person, and saying what we hold of one: what privacy law asks of whoever keeps opinions about people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from connector.plans.values import decode_value
from connector.store.directory import read_contacts
from connector.store.erasures import (
    erase_contact,
    erase_judgements,
    erase_words,
    leave_no_trace,
    mark_erased,
    read_person,
)
from connector.store.plan_values import Side, read_part
from mappings.strategy import LOCAL_MARK, Entity

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
    leave_no_trace(connection)
    words = _words_for(connection, name, id_)
    if not id_.startswith(LOCAL_MARK):
        mark_erased(connection, name, [id_], at)
    return Erasure(
        record_rows=erase_contact(connection, name, id_),
        plan_rows=erase_judgements(connection, name, id_),
        texts=erase_words(connection, name, words) if words else 0,
    )


def describe_person(connection: Connection, name: str, id_: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that is held of a person, table by table."""
    return read_person(connection, name, id_)


def _words_for(connection: Connection, name: str, id_: str) -> set[str]:
    """How free text would name the person: full name either way round, e-mail address."""
    said = {
        value.field: decode_value(Entity.STAKEHOLDER, value.field, value.value)
        for value in _local(connection, name, id_)
    }
    words = {str(said[field]) for field in ("name", "email") if said.get(field)}
    for contact in read_contacts(connection, name, [id_]).values():
        first, last = contact.first_name or "", contact.last_name or ""
        words |= {f"{first} {last}", f"{last} {first}", f"{last}, {first}"} if first and last else set()
        words |= {contact.email} if contact.email else set()
    return {word for word in words if len(word) >= SHORTEST}


def _local(connection: Connection, name: str, id_: str) -> list[Any]:
    values = read_part(connection, name, Entity.STAKEHOLDER, id_)
    return [value for value in values if value.side is Side.LOCAL]
