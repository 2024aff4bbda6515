"""Puts account plans together from what the store knows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from adapters.base import Kind
from connector.config.connection import Authority
from connector.plans.overlay import JUDGED, Times, Umpire
from connector.plans.values import decode, decode_value
from connector.store.accounts import Shard, read_shard
from connector.store.directory import read_contacts
from connector.store.plan_history import Moment, read_moments, read_times
from connector.store.plan_values import PlanValue, Side, read_local_fields, read_values
from mappings.account_plan import AccountPlan, Touch, Turn
from mappings.strategy import Entity, Part

SHELVES: dict[Entity, str] = {
    Entity.STAKEHOLDER: "stakeholders",
    Entity.INFLUENCE_LINE: "influence_lines",
    Entity.DEAL_PART: "deal_parts",
    Entity.OBJECTIVE: "objectives",
    Entity.COMPETITOR: "competitors",
    Entity.LEVER: "levers",
    Entity.RISK: "risks",
    Entity.TEAM_MEMBER: "team",
    Entity.ACTION: "actions",
    Entity.REVIEW: "reviews",
    Entity.CELL: "cells",
    Entity.ANSWER: "answers",
}
"""Where an AccountPlan keeps each part that there can be several of."""

TURNING = frozenset({*JUDGED, "account"})
"""The fields of a stakeholder whose history counts; `account` is known of the CRM's side alone."""


def read_plans(connection: Connection, name: str, accounts: Collection[str]) -> dict[str, AccountPlan]:
    """The plans of these accounts; one about which nobody said anything is left out."""
    values = _by_account(read_values(connection, name, accounts, Side.LOCAL))
    moments = read_moments(connection, name, accounts, TURNING)
    return {
        account: _assemble(values.get(account, ()), moments.get(account, ()))
        for account in sorted(values.keys() | moments.keys())
    }


def read_with_plans(connection: Connection, name: str, accounts: Sequence[str]) -> tuple[Shard, dict[str, AccountPlan]]:
    """The mirror's records of these accounts and their plans, with every contact of whom the plans speak."""
    shard, plans = read_shard(connection, name, accounts), read_plans(connection, name, accounts)
    spoken_of = {person for plan in plans.values() for person in plan.stakeholders}
    shard.contacts |= read_contacts(connection, name, spoken_of - shard.contacts.keys())
    return shard, plans


def read_umpire(
    connection: Connection, name: str, accounts: Collection[str], authority: Mapping[str, Authority]
) -> Umpire:
    """Who decides between people here and the CRM, for the stakeholders of these accounts."""
    if Authority.LATEST not in authority.values():
        return Umpire(authority, Times({}, {}))
    times = read_times(connection, name, accounts)
    return Umpire(authority, Times(times[Side.LOCAL], times[Side.CRM]))


def read_judged_fields(connection: Connection, name: str) -> frozenset[tuple[Kind, str]]:
    """The fields of contacts that people fill here, so that they are known without the CRM."""
    fields = read_local_fields(connection, name, Entity.STAKEHOLDER)
    return frozenset((Kind.CONTACT, field) for field in fields & set(JUDGED))


def _assemble(values: Sequence[PlanValue], moments: Sequence[Moment]) -> AccountPlan:
    parts = _parts(values)
    shelves: dict[str, Any] = {shelf: parts.get(entity, {}) for entity, shelf in SHELVES.items()}
    plan = next(iter(parts.get(Entity.PLAN, {}).values()), None)
    return AccountPlan(plan=plan, **shelves, touches=_touches(moments), turns=_turns(moments))  # type: ignore[arg-type] # each shelf holds its own class


def _parts(values: Iterable[PlanValue]) -> dict[Entity, dict[str, Part]]:
    texts: dict[Entity, dict[str, dict[str, str | None]]] = defaultdict(lambda: defaultdict(dict))
    for value in values:
        texts[value.entity][value.id][value.field] = value.value
    return {entity: dict(_standing(entity, of_entity)) for entity, of_entity in texts.items()}


def _standing(entity: Entity, texts: Mapping[str, Mapping[str, str | None]]) -> Iterable[tuple[str, Part]]:
    for id_ in sorted(texts):
        part = decode(entity, texts[id_])
        if not part.removed:
            yield id_, part


def _touches(moments: Iterable[Moment]) -> tuple[Touch, ...]:
    """Where somebody works, and what the client answered, are facts: they come without anybody thinking of the plan."""
    thought = (moment for moment in moments if moment.human and moment.field != "account")
    return tuple(Touch(one.at, one.author) for one in thought if one.entity != Entity.ANSWER.value)


def _turns(moments: Iterable[Moment]) -> tuple[Turn, ...]:
    return tuple(
        Turn(moment.id, moment.field, _turned(moment.field, moment.value), moment.at)
        for moment in moments
        if moment.entity == Entity.STAKEHOLDER.value and moment.field in TURNING
    )


@lru_cache(maxsize=1024)
def _turned(field: str, text: str | None) -> object:
    """The account of a contact is no field of a stakeholder: its value is the id itself."""
    return text if field == "account" else decode_value(Entity.STAKEHOLDER, field, text)


def _by_account(values: Iterable[PlanValue]) -> dict[str, list[PlanValue]]:
    found: dict[str, list[PlanValue]] = defaultdict(list)
    for value in values:
        found[value.account].append(value)
    return dict(found)
