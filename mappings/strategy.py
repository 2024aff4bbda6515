"""The account plan: what people know of an account and a CRM does not, as entities beside those of the CRM.

A plan's parts are told apart by their entity and an id. The plan itself has its account's id, a stakeholder the
contact's id or, where the CRM has no such contact, a local id that begins with `~`. As elsewhere None is unknown.
Every value is known with its source, author and time in the store; here stand the values alone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field
from sqlmodel import SQLModel

from mappings.vocabulary import Role, Stance, Survey

LOCAL_MARK = "~"
"""Begins the id of a stakeholder whom the CRM does not have."""

TOO_MUCH = Decimal(10) ** 18
"""From here on a number is no amount of money, in a plan as in a CRM."""


class Entity(StrEnum):
    """The parts of an account plan."""

    PLAN = "plan"
    STAKEHOLDER = "stakeholder"
    INFLUENCE_LINE = "influence_line"
    DEAL_PART = "deal_part"
    OBJECTIVE = "objective"
    COMPETITOR = "competitor"
    LEVER = "lever"
    RISK = "risk"
    TEAM_MEMBER = "team_member"
    ACTION = "action"
    REVIEW = "review"
    CELL = "cell"
    ANSWER = "answer"


class ObjectiveKind(StrEnum):
    """Whose objective: what the client wants to reach, or what stands in the client's way."""

    OBJECTIVE = "objective"
    ISSUE = "issue"


class ActionStatus(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class ReviewKind(StrEnum):
    """How deep a review goes, hence how often it is due."""

    LIGHT = "light"
    DEEP = "deep"
    EXECUTIVE = "executive"


class TeamRole(StrEnum):
    """What somebody on our side does for the account; the first three are the core team, the account manager leads."""

    ACCOUNT_MANAGER = "account_manager"
    SALES_DIRECTION = "sales_direction"
    PRESALES = "presales"
    ABM_MARKETING = "abm_marketing"
    CUSTOMER_SUCCESS = "customer_success"
    DELIVERY = "delivery"
    PRODUCT = "product"
    FINANCE = "finance"
    PARTNER = "partner"


CORE_TEAM = frozenset({TeamRole.ACCOUNT_MANAGER, TeamRole.SALES_DIRECTION, TeamRole.PRESALES})


class Part(SQLModel):
    """What every part of a plan has. `removed`: somebody took it out; its history stays."""

    removed: bool | None = None


class Plan(Part):
    """The account plan. `potential_revenue` is a year's, in `currency` (None: the account's, else the reporting one).

    `objective`: the client's main objective in a sentence; `alignment`: how well the account fits our strategy, 1 to 5.
    """

    objective: str | None = None
    positioning: str | None = None
    potential_revenue: Decimal | None = Field(default=None, ge=0, lt=TOO_MUCH)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    alignment: int | None = Field(default=None, ge=1, le=5)
    tier: str | None = None
    started_on: date | None = None


class Stakeholder(Part):
    """A person who matters to the account; a value that is None here leaves the CRM's word.

    `placeholder`: known to exist, not yet named. `external`: the partner or competitor whose person it is.
    `reports_to`: another stakeholder; `covered_by`: who on our side looks after them.
    """

    name: str | None = None
    title: str | None = None
    email: str | None = None
    placeholder: bool | None = None
    external: str | None = None
    role: Role | None = None
    influence: int | None = Field(default=None, ge=1, le=5)
    stance: Stance | None = None
    personal_stakes: str | None = None
    professional_stakes: str | None = None
    reports_to: str | None = None
    covered_by: str | None = None
    decides_on: str | None = None
    departed: bool | None = None


class InfluenceLine(Part):
    """One stakeholder's influence on another, 1 to 5."""

    source: str | None = None
    target: str | None = None
    strength: int | None = Field(default=None, ge=1, le=5)


class DealPart(Part):
    """A stakeholder's role in one deal, beside the one at the account."""

    deal: str | None = None
    stakeholder: str | None = None
    role: Role | None = None
    stance: Stance | None = None


class Objective(Part):
    """A client's objective or business issue."""

    text: str | None = None
    kind: ObjectiveKind | None = None
    owner: str | None = None
    due: date | None = None


class Competitor(Part):
    """Who else is there: where (unit, product line), and how strong, 1 to 5."""

    name: str | None = None
    where: str | None = None
    strength: int | None = Field(default=None, ge=1, le=5)


class Lever(Part):
    """Something that would make the account grow, with an owner and a date."""

    text: str | None = None
    owner: str | None = None
    due: date | None = None


class Risk(Lever):
    """Something that would cost us business there, with an owner and a date."""


class TeamMember(Part):
    """Somebody on our side who works on the plan."""

    name: str | None = None
    role: TeamRole | None = None


class Action(Part):
    """Something to do. `first_due`: the date first promised, which stays when `due` moves; `done_on`: when it was."""

    title: str | None = None
    owner: str | None = None
    due: date | None = None
    first_due: date | None = None
    status: ActionStatus | None = None
    done_on: date | None = None
    stakeholder: str | None = None
    deal: str | None = None
    objective: str | None = None


class Review(Part):
    """A meeting over the plan.

    `required` and `attended`: who on our side, names or functions separated by semicolons; `checked`: points likewise.
    """

    kind: ReviewKind | None = None
    due: date | None = None
    held_on: date | None = None
    required: str | None = None
    attended: str | None = None
    decisions: str | None = None
    checked: str | None = None


class Cell(Part):
    """A product line at a unit (an account).

    `blocked`: why nothing can be sold there; `competitor`: who sells there now; `play`: how to win it, who, by when.
    """

    unit: str | None = None
    line: str | None = None
    potential: Decimal | None = Field(default=None, ge=0, lt=TOO_MUCH)
    blocked: str | None = None
    competitor: str | None = None
    play: str | None = None
    play_owner: str | None = None
    play_due: date | None = None


class Answer(Part):
    """What a person answered to a survey."""

    person: str | None = None
    survey: Survey | None = None
    score: int | None = Field(default=None, ge=0, le=10)
    answered_on: date | None = None


PARTS: dict[Entity, type[Part]] = {
    Entity.PLAN: Plan,
    Entity.STAKEHOLDER: Stakeholder,
    Entity.INFLUENCE_LINE: InfluenceLine,
    Entity.DEAL_PART: DealPart,
    Entity.OBJECTIVE: Objective,
    Entity.COMPETITOR: Competitor,
    Entity.LEVER: Lever,
    Entity.RISK: Risk,
    Entity.TEAM_MEMBER: TeamMember,
    Entity.ACTION: Action,
    Entity.REVIEW: Review,
    Entity.CELL: Cell,
    Entity.ANSWER: Answer,
}
"""The class of each part."""
