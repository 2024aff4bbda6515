"""The sales pipeline of the portal and its stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

DEFAULT_PIPELINE = "default"
PIPELINE_LABEL = "Sales Pipeline"


@dataclass(frozen=True, slots=True)
class DealStage:
    """A stage; `id` is what `dealstage` holds."""

    id: str
    label: str
    position: int
    probability: Decimal
    closed: bool

    @property
    def won(self) -> bool:
        """Closed with probability 1."""
        return self.closed and self.probability == 1


@dataclass(slots=True)
class Pipeline:
    """A pipeline with its stages by id."""

    stages: dict[str, DealStage]
    created_at: datetime
    id: str = DEFAULT_PIPELINE
    label: str = PIPELINE_LABEL


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of the portal who can own records. `id` is what hubspot_owner_id holds; `user_id` is another number."""

    id: int
    user_id: int
    key: str
    email: str
    first_name: str
    last_name: str
    active: bool
