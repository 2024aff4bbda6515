"""What a deal was at a past moment: from what was frozen then, else from the history that the CRM keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from connector.kpis.deals import DealView
from connector.kpis.money import Money, own_rate
from connector.kpis.stages import Stages
from mappings.entities import Deal, DealHistory


@dataclass(frozen=True, slots=True)
class Standing:
    """What a deal was worth, when it was to close, and how likely that was; all None: it did not exist."""

    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    probability: Decimal | None = None
    forecast_category: str | None = None


NOT_THERE = Standing()


class Past:
    """The past of one deal."""

    def __init__(self, deal: DealView) -> None:
        """`deal`: with its history and what was frozen of it."""
        self._deal = deal

    def on(self, day: date) -> Standing | None:
        """The deal at the start of a day; None: it was there, and nobody knows how."""
        frame = self._deal.frame
        if day in frame.frozen_days:
            return self._frozen(day)
        if not frame.history_tells:
            return None
        instant = start_of(day, self._deal)
        told = [row for row in self._rows if row.at is not None and row.at <= instant]
        return _standing(self._deal.record, told, self._pipeline, frame.stages) if told else self._untold(instant)

    def worth(self, standing: Standing) -> Money | None:
        """The amount of then in the reporting currency, at the rate of the deal, else of the close date of then."""
        if standing.amount is None:
            return None
        deal = self._deal.record
        own = own_rate(deal) if standing.currency == deal.currency else None
        return self._deal.frame.exchange.convert(standing.amount, standing.currency, standing.close_date, own)

    @cached_property
    def _rows(self) -> Sequence[DealHistory]:
        return sorted(self._deal.history, key=_order)

    @cached_property
    def _pipeline(self) -> str | None:
        """Where the deal stood before a pipeline was named."""
        return next((row.pipeline for row in self._rows if row.pipeline), self._deal.record.pipeline)

    def _frozen(self, day: date) -> Standing:
        row = self._deal.frozen.get(day)
        if row is None:
            return NOT_THERE
        return Standing(row.amount, row.currency, row.close_date, row.probability, row.forecast_category)

    def _untold(self, instant: datetime) -> Standing | None:
        """Before its first record a deal was not there, unless its creation is known to be older."""
        created = self._deal.record.created_at
        if created is None:
            return NOT_THERE if any(row.at for row in self._rows) else None
        return NOT_THERE if created > instant else None


def start_of(day: date, deal: DealView) -> datetime:
    """The first instant of a day in the configured zone."""
    return datetime.combine(day, time.min, deal.frame.as_of.zone)


def _standing(deal: Deal, rows: Sequence[DealHistory], pipeline: str | None, stages: Stages) -> Standing:
    """The last word on each field."""
    last: dict[str, Any] = {"pipeline": pipeline}
    for row in rows:
        last |= {name: value for name, value in row if value is not None}
    said = DealHistory.model_construct(**last)
    probability = said.probability
    if probability is None:
        stage = stages.find(said.pipeline, said.stage)
        probability = stage.probability if stage else None
    return Standing(said.amount, deal.currency, said.close_date, probability, said.forecast_category)


def _order(row: DealHistory) -> tuple[object, ...]:
    """By time; of one moment in an order of their own, so that the order in which they were read does not matter."""
    at = row.at or datetime.min.replace(tzinfo=UTC)
    words = (row.pipeline or "", row.stage or "", row.forecast_category or "")
    return (at, *words, row.close_date or date.min, row.amount or Decimal(0), row.probability or Decimal(0))
