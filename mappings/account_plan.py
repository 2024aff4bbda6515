"""An account's plan put together: its parts by id, and who changed it when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mappings.strategy import (
    Action,
    Answer,
    Cell,
    Competitor,
    DealPart,
    InfluenceLine,
    Lever,
    Objective,
    Plan,
    Review,
    Risk,
    Stakeholder,
    TeamMember,
)


@dataclass(frozen=True, slots=True)
class Touch:
    """A person changed something of the plan (or, in the CRM, what one of its people is to us)."""

    at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A value of a person changed at a moment: what the history of stakeholders is made of.

    `field`: role, influence, stance, departed or account; `value` as in the entities, None: unknown from then on.
    """

    person: str
    field: str
    value: object
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What people know of one account; parts that were removed are not here. `plan` None: nobody began one.

    `stakeholders` hold the judgements of people alone, by contact id or local id; what holds between them and the
    CRM's word is settled before KPIs see it. `touches` and `turns` are in the order of time.
    """

    plan: Plan | None = None
    stakeholders: Mapping[str, Stakeholder] = field(default_factory=dict)
    influence_lines: Mapping[str, InfluenceLine] = field(default_factory=dict)
    deal_parts: Mapping[str, DealPart] = field(default_factory=dict)
    objectives: Mapping[str, Objective] = field(default_factory=dict)
    competitors: Mapping[str, Competitor] = field(default_factory=dict)
    levers: Mapping[str, Lever] = field(default_factory=dict)
    risks: Mapping[str, Risk] = field(default_factory=dict)
    team: Mapping[str, TeamMember] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    cells: Mapping[str, Cell] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    touches: Sequence[Touch] = ()
    turns: Sequence[Turn] = ()


NO_PLAN = AccountPlan()
