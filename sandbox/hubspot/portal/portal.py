"""One HubSpot account: everything in it, and nothing about HTTP."""

from __future__ import annotations

from datetime import datetime

from sandbox.hubspot.portal.associations import Associations
from sandbox.hubspot.portal.collection import Collection
from sandbox.hubspot.portal.currencies import Currencies
from sandbox.hubspot.portal.pipeline import Owner, Pipeline
from sandbox.hubspot.portal.settings import Settings
from sandbox.hubspot.schema.instants import to_ms, truncated
from sandbox.hubspot.schema.object_types import ObjectType
from sandbox.options import Options


class Portal:
    """The account's data; `options` brings the clock, the index lag and the rows to refuse."""

    def __init__(self, options: Options, settings: Settings, currencies: Currencies, pipeline: Pipeline) -> None:
        self.options = options
        self.settings = settings
        self.currencies = currencies
        self.pipeline = pipeline
        self.owners: dict[int, Owner] = {}
        self.associations = Associations()
        self._collections = {object_type: Collection(object_type) for object_type in ObjectType}

    def now(self) -> datetime:
        """The account's time, to the millisecond as HubSpot keeps it."""
        return truncated(self.options.clock.now())

    def collection(self, object_type: ObjectType) -> Collection:
        """The records of an object type."""
        return self._collections[object_type]

    def visible_from(self, now: datetime) -> int:
        """When search sees a change made now, in epoch milliseconds."""
        return to_ms(now) + self.options.index_lag_ms
