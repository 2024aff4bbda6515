"""Writes into account plans in a person's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from connector.plans.values import encode
from connector.store.plan_values import PlanValue, Source, save_values
from mappings.strategy import Entity


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes into the plans of a connection, when, and from where; `evidence`: assumed or confirmed.

    `again`: what holds already is said anew, at this time.
    """

    connection: str
    author: str
    at: datetime
    source: Source = Source.PERSON
    evidence: str | None = None
    again: bool = False

    def write(
        self, store: Connection, account: str, entity: Entity, id_: str, values: Mapping[str, object]
    ) -> list[PlanValue]:
        """Set values of one part of an account's plan; None or an empty text makes one unknown.

        Returns those that are new. Raises PlanError, before anything is written, for a value that does not fit.
        """
        texts = {field: encode(entity, field, value) for field, value in values.items()}
        written = [self._value(account, entity, id_, field, text) for field, text in texts.items()]
        return save_values(store, self.connection, written, again=self.again)

    def remove(self, store: Connection, account: str, entity: Entity, id_: str) -> list[PlanValue]:
        """Take a part out of the plan; its history stays."""
        return self.write(store, account, entity, id_, {"removed": True})

    def _value(self, account: str, entity: Entity, id_: str, field: str, text: str | None) -> PlanValue:
        return PlanValue(entity, id_, field, account, text, self.source, self.author, self.at, evidence=self.evidence)
