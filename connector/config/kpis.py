"""The settings under `kpis:`, each with its default."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mappings.vocabulary import DECISION_ROLES, Role


class Strict(BaseModel):
    """A part of the configuration: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DealScope(Strict):
    """Which deals count; an empty list means all."""

    pipelines: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    record_types: tuple[str, ...] = ()


class KpiSettings(Strict):
    """How KPIs are computed; days are calendar days, samples are numbers of records."""

    window_days: int = Field(default=365, ge=1)
    rollup: Literal["self", "hierarchy"] = "self"
    required_roles: tuple[Role, ...] = (Role.ECONOMIC, Role.TECHNICAL, Role.USER, Role.COACH)
    deals: DealScope = DealScope()
    min_sample: int = Field(default=5, ge=0)
    min_stage_sample: int = Field(default=10, ge=0)
    stale_after_hours: int = Field(default=48, ge=1)
    live_days: int = Field(default=1095, ge=0)
    overdue_grace_days: int = Field(default=30, ge=0)
    qualified_from_stage: str | None = None
    revenue_source: Literal["bookings", "recurring", "field"] = "bookings"

    @field_validator("required_roles")
    @classmethod
    def _are_decision_roles(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        """A required role must be a decision role, each named once, and at least one."""
        if not roles or len(set(roles)) != len(roles) or not set(roles) <= DECISION_ROLES:
            raise ValueError("required_roles takes one or more of economic, technical, user, coach, each once")
        return roles
