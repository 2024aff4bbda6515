"""Keeps what was erased from coming back with the next pull, which still finds it in the CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from adapters.base import Kind
from connector.pipeline.job import Job
from connector.store.erasures import KEPT, mark_erased, read_erased
from mappings.plan import Mapped

_TELLING = {
    Kind.ACCOUNT_CONTACT: frozenset({"role", "stance"}),
    Kind.DEAL_CONTACT: frozenset({"role", "stance"}),
    Kind.NPS_ANSWER: frozenset({"contact"}),
}
"""The kinds beside contacts that tell something of a person, and the fields in which they do."""


def forget_erased(job: Job, connection: Connection, kind: Kind, mapped: Sequence[Mapped]) -> list[Mapped]:
    """The records as read, less what is personal of erased people.

    Who took the place of an erased contact in a merge is the same person, and erased too.
    """
    if kind in _TELLING:
        erased = read_erased(connection, job.name, {str(one.values.get("contact")) for one in mapped})
        return [_silent(one) if one.values.get("contact") in erased else one for one in mapped]
    if kind is not Kind.CONTACT:
        return list(mapped)
    erased = _read_with_winners(job, connection, mapped)
    return [_nameless(one) if one.id in erased else one for one in mapped]


def _read_with_winners(job: Job, connection: Connection, mapped: Sequence[Mapped]) -> set[str]:
    erased = read_erased(connection, job.name, {one.id for one in mapped})
    winners = {one.merged_into for one in mapped if one.id in erased and one.merged_into} - erased
    mark_erased(connection, job.name, sorted(winners), job.started)
    return erased | winners


def _nameless(one: Mapped) -> Mapped:
    kept: Mapping[str, Any] = {name: value if name in KEPT else None for name, value in one.values.items()}
    return replace(one, values=kept, problems=(), unknown_words=())


def _silent(one: Mapped) -> Mapped:
    values = {name: None if name in _TELLING[one.kind] else value for name, value in one.values.items()}
    return replace(one, values=values, problems=(), unknown_words=())
