"""Freezes the forecast of a quarter at its beginning, where the CRM will not be able to tell later what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from connector.kpis.facts import Reference
from connector.kpis.frame import goes_by_commit
from connector.kpis.inputs import history_tells
from connector.kpis.months import Quarter, quarter_of
from connector.kpis.stages import Stages
from connector.pipeline.job import Job
from connector.store.forecasts import read_due, save_frozen
from mappings.entities import Deal
from mappings.forecast import FrozenDeal

LATEST = timedelta(days=7)
"""So long after the day a snapshot still tells roughly what the forecast was; later it would know too much."""


def freeze_forecast(job: Job, reference: Reference) -> Reference:
    """Freeze, at the first run from the quarter's day on, what its deals are now; returns what then holds.

    By the real clock, whatever day the KPIs are reckoned for: what the CRM says is of now.
    """
    settings = job.terms.settings
    if history_tells(reference.mapped, commit=goes_by_commit(reference, settings)):
        return reference
    today = job.started.astimezone(job.terms.zone).date()
    quarter = quarter_of(today, settings.fiscal_year_start)
    day = quarter.freeze_day(settings.forecast_freeze_day)
    if day in reference.frozen_days or not day <= today <= day + LATEST:
        return reference
    _freeze(job, reference, quarter, day)
    return replace(reference, frozen_days=reference.frozen_days | {day})


def _freeze(job: Job, reference: Reference, quarter: Quarter, day: date) -> None:
    stages = Stages(reference.stages)
    with job.store.transaction() as connection:
        due = read_due(connection, job.name, quarter.first, quarter.last)
        save_frozen(connection, job.name, day, [_frozen(id_, day, deal, stages) for id_, deal in due.items()])


def _frozen(id_: str, day: date, deal: Deal, stages: Stages) -> FrozenDeal:
    stage = stages.find(deal.pipeline, deal.stage)
    probability = stage.probability if stage and deal.probability is None else deal.probability
    return FrozenDeal(id_, day, deal.amount, deal.currency, deal.close_date, probability, deal.forecast_category)
