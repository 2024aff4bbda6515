"""One CRM record as the portal keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Revision:
    """A value that a property had from `at` on; `source` is HubSpot's sourceType."""

    value: str
    at: datetime
    source: str = "CRM_UI"


@dataclass(slots=True)
class Record:
    """A record; `properties` is replaced at each write and never changed, because the search index keeps old ones.

    `revisions` (newest last) holds only the properties that were changed since creation; the others have one revision,
    made when the record was. `key` is the record's name in the world it was filled from.
    `probability`: a deal's own, which holds until its stage changes.
    """

    id: int
    properties: dict[str, str]
    created_at: datetime
    modified_at: datetime
    key: str | None = None
    archived_at: datetime | None = None
    probability: Decimal | None = None
    revisions: dict[str, list[Revision]] = field(default_factory=dict)
