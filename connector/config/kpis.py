"""The settings under `kpis:`, each with its default."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from connector.config.faults import PlacedError
from connector.languages.speech import _, mark
from mappings.strategy import TeamRole
from mappings.vocabulary import DECISION_ROLES, Role


class Strict(BaseModel):
    """A part of the configuration: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _take_no_truth_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        """Pydantic reads true as 1."""
        if isinstance(value, bool) and _is_number(cls.model_fields[info.field_name or ""].annotation):
            raise ValueError(_("must be a number"))
        return value


def _is_number(annotation: object) -> bool:
    return annotation in {int, Decimal} or any(_is_number(each) for each in get_args(annotation))


_CENTURY = 36_500
"""Days: beyond that a typing error, and before the calendar's beginning."""


class DealScope(Strict):
    """Which deals count; an empty list means all."""

    pipelines: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    record_types: tuple[str, ...] = ()


class ImpactWeights(Strict):
    """What an account's impact is made of: growth gap, strategic alignment, revenue at stake."""

    gap: Decimal = Field(default=Decimal("0.5"), ge=0)
    alignment: Decimal = Field(default=Decimal("0.25"), ge=0)
    at_stake: Decimal = Field(default=Decimal("0.25"), ge=0)

    @model_validator(mode="after")
    def _weigh_something(self) -> Self:
        if not self.gap + self.alignment + self.at_stake:
            raise ValueError(_("at least one of gap, alignment and at_stake must weigh more than 0"))
        return self


class Cadence(Strict):
    """How often a kind of review is due, in months, how late it may be held, in days, and who must be there.

    `required`: functions of the plan's team. `checklist`: the points to go through.
    """

    months: int = Field(ge=1, le=24)
    tolerance_days: int = Field(default=14, ge=0, le=_CENTURY)
    required: tuple[TeamRole, ...] = ()
    checklist: tuple[str, ...] = ()


class Reviews(Strict):
    """The reviews of a plan; the executive one is for the `executive_top` accounts by priority."""

    light: Cadence = Cadence(
        months=1,
        tolerance_days=7,
        required=(TeamRole.ACCOUNT_MANAGER,),
        checklist=(mark("actions overdue"), mark("changes of stakeholders"), mark("next steps of open deals")),
    )
    deep: Cadence = Cadence(
        months=3,
        required=(TeamRole.ACCOUNT_MANAGER, TeamRole.SALES_DIRECTION),
        checklist=(
            mark("objectives"),
            mark("decision roles"),
            mark("stance of each stakeholder"),
            mark("competitors"),
            mark("whitespace"),
            mark("risks"),
        ),
    )
    executive: Cadence = Cadence(
        months=6,
        tolerance_days=30,
        required=(TeamRole.ACCOUNT_MANAGER, TeamRole.SALES_DIRECTION),
        checklist=(
            mark("potential and alignment"),
            mark("relationship with the executives"),
            mark("investment decisions"),
        ),
    )


class KpiSettings(Strict):
    """How KPIs are computed; days are calendar days, samples are numbers of records."""

    window_days: int = Field(default=365, ge=1, le=_CENTURY)
    rollup: Literal["self", "hierarchy"] = "self"
    required_roles: tuple[Role, ...] = (Role.ECONOMIC, Role.TECHNICAL, Role.USER, Role.COACH)
    deals: DealScope = DealScope()
    min_sample: int = Field(default=5, ge=0)
    min_stage_sample: int = Field(default=10, ge=0)
    stale_after_hours: int = Field(default=48, ge=1, le=24 * _CENTURY)
    live_days: int = Field(default=1095, ge=0, le=_CENTURY)
    overdue_grace_days: int = Field(default=30, ge=0, le=_CENTURY)
    qualified_from_stage: str | None = None
    revenue_source: Literal["bookings", "recurring", "field"] = "bookings"
    renewal_grace_days: int = Field(default=90, ge=0, le=_CENTURY)
    fiscal_year_start: int = Field(default=1, ge=1, le=12)
    forecast: Literal["commit", "weighted"] | None = None
    forecast_freeze_day: int = Field(default=1, ge=1, le=28)
    full_gap: Decimal = Field(default=Decimal(500_000), gt=0)
    impact_weights: ImpactWeights = ImpactWeights()
    executive_top: int = Field(default=20, ge=0)
    reviews: Reviews = Reviews()
    c_level_patterns: tuple[str, ...] = ()

    @field_validator("c_level_patterns")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """A pattern that is no regular expression is an error of the configuration, not of a run."""
        for index, pattern in enumerate(patterns):
            try:
                re.compile(pattern)
            except re.error as fault:
                # the fault of `re` itself would quote the pattern
                raise PlacedError(
                    _("not a regular expression, at character {at}", at=(fault.pos or 0) + 1), index
                ) from None
        return patterns

    @field_validator("required_roles")
    @classmethod
    def _are_decision_roles(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        """A required role must be a decision role, each named once, and at least one."""
        if not roles or len(set(roles)) != len(roles) or not set(roles) <= DECISION_ROLES:
            raise ValueError(_("takes one or more of economic, technical, user, coach, each once"))
        return roles
