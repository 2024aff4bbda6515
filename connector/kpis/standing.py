"""What a deal was at a past moment: from what was frozen then, else from the history that the CRM keeps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from connector.kpis.deals import DealView
from connector.kpis.light import light
from connector.kpis.money import Money, own_rate
from connector.kpis.stages import Stages
from mappings.entities import Deal, DealHistory


@light
class Standing:
    """What a deal was worth, when it was to close, and how likely that was; all None: it did not exist."""

    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    probability: Decimal | None = None
    forecast_category: str | None = None


NOT_THERE = Standing()
_TOLD = ("amount", "close_date", "probability", "forecast_category", "pipeline", "stage")
"""What the records of a deal's history may say."""


class Past:
    """The past of one deal."""

    def __init__(self, deal: DealView) -> None:
        """`deal`: with its history and what was frozen of it."""
        self._deal = deal
        rows = sorted(deal.history, key=_order)
        self._dated = [row for row in rows if row.at is not None]
        self._times = [row.at for row in self._dated if row.at is not None]
        self._pipeline = next((row.pipeline for row in rows if row.pipeline), deal.record.pipeline)
        self._standings: dict[int, Standing] = {}

    def on(self, day: date) -> Standing | None:
        """The deal at the start of a day; None: it was there, and nobody knows how."""
        frame = self._deal.frame
        if day in frame.frozen_days:
            return self._frozen(day)
        if not frame.history_tells:
            return None
        instant = _start_of(day, frame.as_of.zone)
        told = bisect_right(self._times, instant)
        return self._after(told) if told else self._untold(instant)

    def worth(self, standing: Standing) -> Money | None:
        """The amount of then in the reporting currency, at the rate of the deal, else of the close date of then."""
        if standing.amount is None:
            return None
        deal = self._deal.record
        own = own_rate(deal) if standing.currency == deal.currency else None
        return self._deal.frame.exchange.convert(standing.amount, standing.currency, standing.close_date, own)

    def _after(self, told: int) -> Standing:
        """What the first so many records say; of several quarters the same ones often tell."""
        if told not in self._standings:
            deal = self._deal
            self._standings[told] = _standing(deal.record, self._dated[:told], self._pipeline, deal.frame.stages)
        return self._standings[told]

    def _frozen(self, day: date) -> Standing:
        row = self._deal.frozen.get(day)
        if row is None:
            return NOT_THERE
        return Standing(row.amount, row.currency, row.close_date, row.probability, row.forecast_category)

    def _untold(self, instant: datetime) -> Standing | None:
        """Before its first record a deal was not there, unless its creation is known to be older."""
        created = self._deal.record.created_at
        if created is None:
            return NOT_THERE if self._dated else None
        return NOT_THERE if created > instant else None


@lru_cache(maxsize=64)
def _start_of(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in the configured zone: the same for all deals."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _standing(deal: Deal, rows: Sequence[DealHistory], pipeline: str | None, stages: Stages) -> Standing:
    """The last word on each field."""
    said: dict[str, Any] = {}
    for row in rows:
        said |= {name: value for name in _TOLD if (value := getattr(row, name)) is not None}
    probability = said.get("probability")
    if probability is None:
        stage = stages.find(said.get("pipeline", pipeline), said.get("stage"))
        probability = stage.probability if stage else None
    rest = (said.get("close_date"), probability, said.get("forecast_category"))
    return Standing(said.get("amount"), deal.currency, *rest)


def _order(row: DealHistory) -> tuple[object, ...]:
    """By time; of one moment in an order of their own, so that the order in which they were read does not matter."""
    at = row.at or datetime.min.replace(tzinfo=UTC)
    words = (row.pipeline or "", row.stage or "", row.forecast_category or "")
    return (at, *words, row.close_date or date.min, row.amount or Decimal(0), row.probability or Decimal(0))
