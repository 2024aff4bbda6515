"""The KPI of deals that do not move."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.base import Kind
from connector.kpis.deals import DealView
from connector.kpis.inputs import all_of
from connector.kpis.registry import Unit, deal_kpi, trace_of
from connector.kpis.result import Kpi, Status, unknown
from connector.kpis.stages import State
from connector.kpis.trace import Counted, Trace
from connector.kpis.visits import Visit, key_of, visits
from connector.languages.speech import _

ENOUGH = 20
"""Won deals from which on their time in a stage is a norm for others."""

_WAY = (
    all_of(Kind.DEAL, "stage") + all_of(Kind.STAGE, "closed", "won") + all_of(Kind.DEAL_HISTORY, "deal", "at", "stage")
)


@deal_kpi(unit=Unit.DATE, needs=_WAY, written=True)
def deal_stalled_since(view: DealView) -> Kpi:
    """Stalled since.

    The day since which an open deal has stood in its stage, when that is longer than four fifths of the deals won
    stayed there. Empty while it moves, and where fewer than 20 won deals tell what is normal.

    The norm is the 80th percentile of the days that the won deals of the whole connection stayed in the stage, all
    visits of a deal together: the smallest number of days that at least 80 % of them do not exceed. n is the number
    of those won deals. A deal that moves, or is closed, is empty with status ok; no data: fewer than 20, or a history
    that does not end in the deal's present stage. Example: 20 deals were won that stayed 1, 2, … 20 days in the stage;
    the norm is 16 days. A deal that came there 17 days ago is stalled since that day, one that came 16 days ago is
    not.
    """
    if view.stage is None or view.state is not State.OPEN:
        return Kpi(None, Status.OK, 0)
    frame = view.frame
    norm = frame.stage_norms.get(key_of(view.stage))
    way = _way(view)
    if norm is None or norm.n < ENOUGH or not way or way[-1].stage != view.stage:
        return unknown(Status.NO_DATA, norm.n if norm else 0)
    since = way[-1].on
    return Kpi(since if (frame.as_of.day - since).days > norm.days else None, Status.OK, norm.n)


def _way(view: DealView) -> Sequence[Visit]:
    told = ((row.at, row.pipeline, row.stage) for row in view.history)
    return visits(view.record.pipeline, told, view.frame.stages, view.frame.as_of)


@trace_of(deal_stalled_since)
def _trace(view: DealView) -> Trace:
    norm = view.frame.stage_norms.get(key_of(view.stage)) if view.stage else None
    counted = [
        Counted(None, visit.stage.label if visit.stage else _("a stage that is listed no longer"), {"since": visit.on})
        for visit in _way(view)
    ]
    usual = {"days that are usual": norm.days if norm else None, "won deals behind it": norm.n if norm else 0}
    return Trace(counted, (), usual)
