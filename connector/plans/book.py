"""Puts account plans together from what the store knows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.base import Kind
from connector.config.connection import Authority
from connector.plans.overlay import JUDGED, Times, Umpire
from connector.plans.values import decode, decode_value
from connector.store.plan_values import HUMAN, PlanChange, PlanValue, Side, read_changes, read_local_fields, read_values
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

TURNING = frozenset({"role", "influence", "stance", "departed", "account"})
"""The fields of a stakeholder whose history counts; `account` is known of the CRM's side alone."""


def read_plans(connection: Connection, name: str, accounts: Collection[str]) -> dict[str, AccountPlan]:
    """The plans of these accounts; one about which nobody said anything is left out."""
    values = _by_account((value.account, value) for value in read_values(connection, name, accounts))
    changes = _by_account((change.now.account, change) for change in read_changes(connection, name, accounts))
    return {
        account: _assemble(values.get(account, ()), changes.get(account, ()))
        for account in sorted(values.keys() | changes.keys())
    }


def read_umpire(
    connection: Connection, name: str, accounts: Collection[str], authority: Mapping[str, Authority]
) -> Umpire:
    """Who decides between people here and the CRM, for the stakeholders of these accounts."""
    times: dict[Side, dict[tuple[str, str], datetime]] = {Side.LOCAL: {}, Side.CRM: {}}
    for value in read_values(connection, name, accounts):
        if value.entity is Entity.STAKEHOLDER:
            times[value.side][value.id, value.field] = value.at
    return Umpire(authority, Times(times[Side.LOCAL], times[Side.CRM]))


def read_judged_fields(connection: Connection, name: str) -> frozenset[tuple[Kind, str]]:
    """The fields of contacts that people fill here, so that they are known without the CRM."""
    fields = read_local_fields(connection, name, Entity.STAKEHOLDER)
    return frozenset((Kind.CONTACT, field) for field in fields & set(JUDGED))


def _assemble(values: Sequence[PlanValue], changes: Sequence[PlanChange]) -> AccountPlan:
    parts = _parts(value for value in values if value.side is Side.LOCAL)
    shelves: dict[str, Any] = {shelf: parts.get(entity, {}) for entity, shelf in SHELVES.items()}
    plan = next(iter(parts.get(Entity.PLAN, {}).values()), None)
    return AccountPlan(plan=plan, **shelves, touches=_touches(changes), turns=_turns(changes))  # type: ignore[arg-type] # each shelf holds its own class


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


def _touches(changes: Iterable[PlanChange]) -> tuple[Touch, ...]:
    """Where somebody works is a fact, no judgement of ours: it moves without anybody thinking of the plan."""
    human = (now for now in (change.now for change in changes) if now.source in HUMAN and now.field != "account")
    return tuple(Touch(now.at, now.author) for now in human)


def _turns(changes: Iterable[PlanChange]) -> tuple[Turn, ...]:
    return tuple(
        Turn(now.id, now.field, _turned(now), now.at)
        for now in (change.now for change in changes)
        if now.entity is Entity.STAKEHOLDER and now.field in TURNING
    )


def _turned(now: PlanValue) -> object:
    """The account of a contact is no field of a stakeholder: its value is the id itself."""
    return now.value if now.field == "account" else decode_value(now.entity, now.field, now.value)


def _by_account(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for account, one in pairs:
        found[account].append(one)
    return dict(found)
