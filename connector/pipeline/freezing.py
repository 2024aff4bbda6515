"""Freezes the forecast of a quarter at its beginning, since what a CRM tells of it later may have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection

from connector.kpis.deals import deal_view
from connector.kpis.facts import Reference
from connector.kpis.frame import frame_of
from connector.kpis.months import Quarter, quarter_of
from connector.kpis.shard import Shard
from connector.kpis.stages import Stages
from connector.kpis.standing import Past
from connector.pipeline.facts import as_facts
from connector.pipeline.job import Job
from connector.store.accounts import read_deals
from connector.store.chunks import chunks
from connector.store.forecasts import read_due, read_once_due, save_frozen
from mappings.entities import Deal
from mappings.forecast import FrozenDeal

LATEST = timedelta(days=7)
"""So long after the day a snapshot still tells roughly what the forecast was; later it would know too much."""


def freeze_forecast(job: Job, reference: Reference) -> Reference:
    """Freeze, at the first run from the quarter's day on, what its deals were; returns what then holds.

    What the CRM's own history tells of the start of that day is frozen, where it tells it, else what is so now. By the
    real clock, whatever day the KPIs are reckoned for: what the CRM says is of now.
    """
    settings = job.terms.settings
    today = job.started.astimezone(job.terms.zone).date()
    quarter = quarter_of(today, settings.fiscal_year_start)
    day = quarter.freeze_day(settings.forecast_freeze_day)
    if day in reference.frozen_days or not day <= today <= day + LATEST:
        return reference
    with job.store.transaction() as connection:
        present = read_due(connection, job.name, quarter.first, quarter.last)
        frozen = {id_: _as_it_is(id_, day, deal, Stages(reference.stages)) for id_, deal in present.items()}
        told = _tell(job, connection, reference, (quarter, day))
        kept = {id_: row for id_, row in (frozen | dict(told)).items() if row is not None}
        save_frozen(connection, job.name, day, [kept[id_] for id_ in sorted(kept)])
    return replace(reference, frozen_days=reference.frozen_days | {day})


def _tell(
    job: Job, connection: Connection, reference: Reference, of: tuple[Quarter, date]
) -> Iterator[tuple[str, FrozenDeal | None]]:
    """What the history tells of the start of the day; None: it was not to close in the quarter then."""
    (quarter, day), frame = of, frame_of(reference, job.terms)
    for ids in chunks(read_once_due(connection, job.name, quarter.first, quarter.last) if frame.history_tells else []):
        shard = Shard(as_facts(read_deals(connection, job.name, ids), None))
        for id_ in sorted(shard.facts.deals):
            then = Past(deal_view(id_, shard, shard.people(None), frame)).on(day)
            if then is not None:
                values = (then.amount, then.currency, then.close_date, then.probability, then.forecast_category)
                yield id_, FrozenDeal(id_, day, *values) if quarter.holds(then.close_date) else None


def _as_it_is(id_: str, day: date, deal: Deal, stages: Stages) -> FrozenDeal:
    stage = stages.find(deal.pipeline, deal.stage)
    probability = stage.probability if stage and deal.probability is None else deal.probability
    return FrozenDeal(id_, day, deal.amount, deal.currency, deal.close_date, probability, deal.forecast_category)
