"""Keeps what was erased from coming back with the next pull, which still finds it in the CRM."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.base import Kind
from connector.plans.erasure import erase_people
from connector.store.erasures import KEPT, read_erased
from mappings.plan import Mapped

_TELLING = {
    Kind.ACCOUNT_CONTACT: frozenset({"role", "stance"}),
    Kind.DEAL_CONTACT: frozenset({"role", "stance"}),
    Kind.NPS_ANSWER: frozenset({"contact"}),
}
"""The kinds beside contacts that tell something of a person, and the fields in which they do."""


def leave_out_erased(connection: Connection, name: str, kind: Kind, mapped: Sequence[Mapped]) -> list[Mapped]:
    """The records as read, less what is personal of erased people."""
    if kind in _TELLING:
        erased = read_erased(connection, name, {str(one.values.get("contact")) for one in mapped})
        return [_silent(one) if one.values.get("contact") in erased else one for one in mapped]
    if kind is not Kind.CONTACT:
        return list(mapped)
    erased = read_erased(connection, name, {one.id for one in mapped})
    return [_nameless(one) if one.id in erased else one for one in mapped]


def forget_merged(connection: Connection, name: str, mapped: Sequence[Mapped], at: datetime) -> None:
    """Forget whoever is merged with an erased contact: it is the same person, whichever of the two won."""
    merges = [{one.id, one.merged_into} for one in mapped if one.kind is Kind.CONTACT and one.merged_into]
    if not merges:
        return
    erased = read_erased(connection, name, set[str]().union(*merges))
    if reached := _reached(merges, erased) - erased:
        erase_people(connection, name, reached, at)


def _reached(merges: Collection[AbstractSet[str]], erased: AbstractSet[str]) -> set[str]:
    """The erased, and those whom a way of merges joins with them."""
    found = set(erased)
    while more := {one for pair in merges if pair & found for one in pair} - found:
        found |= more
    return found


def _nameless(one: Mapped) -> Mapped:
    kept: Mapping[str, Any] = {name: value if name in KEPT else None for name, value in one.values.items()}
    return replace(one, values=kept, problems=(), unknown_words=())


def _silent(one: Mapped) -> Mapped:
    values = {name: None if name in _TELLING[one.kind] else value for name, value in one.values.items()}
    return replace(one, values=values, problems=(), unknown_words=())
