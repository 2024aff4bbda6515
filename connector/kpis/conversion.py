"""KPIs of the way through the stages: which ones deals get past, and where they are lost."""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter

from connector.kpis.deals import DealView
from connector.kpis.inputs import DEALS, HISTORY
from connector.kpis.registry import Unit, account_kpi, stage_kpi
from connector.kpis.result import Kpi, Status, ratio, sampled, unknown
from connector.kpis.sale_traces import trace_entries
from connector.kpis.stages import StageView, State
from connector.kpis.trace import Trace
from connector.kpis.view import AccountView


@stage_kpi(
    unit=Unit.FRACTION,
    needs=DEALS + HISTORY,
    sample="resolved entry",
    trace=lambda view, stage: trace_entries(view, stage, lambda deal: _counts(deal, stage)),
)
def stage_conversion(view: AccountView, stage: StageView) -> Kpi:
    """Stage conversion ({window_days} days).

    Of the deals that first entered this stage, or skipped past it, in the last {window_days} days, and have since
    gone further, been won or been lost: the share that went further or was won.

    There is one figure for each open stage, stage_conversion[STAGE] with the stage's id (Salesforce: its API name);
    where two pipelines share an id, the pipeline stands before it: stage_conversion[PIPELINE/STAGE]. It is never
    written to a CRM field.

    A deal enters a stage once, on the day on which it first stood there or further on, and counts as having gone
    further from the first day on which it stood further on, even if it has come back since. Won is further than
    every open stage, closed-lost than none; a deal that was won and no longer is counts by what it is now. A deal
    that changed pipelines counts in the one where it is now, by what it did there. A deal without recorded history
    is left out. Example for the stage demo, followed by offer: of six deals that entered it in the last
    {window_days} days three went on to offer (one of which was lost there), one was won straight away, one was lost
    in demo, and one is still in demo: 4 / 5 = 0.8.
    """
    resolved = view.once(_resolved)[stage.key]
    further = sum(deal.went_beyond(stage.rank) for deal in resolved)
    return sampled(ratio(further, len(resolved), len(resolved)), view.frame.settings.min_stage_sample)


@account_kpi(
    unit=Unit.TEXT,
    needs=DEALS + HISTORY,
    trace=lambda view: Trace(figures={one.label: stage_conversion(view, one).value for one in view.frame.stages.open}),
)
def weakest_stage(view: AccountView) -> Kpi:
    """Weakest stage ({window_days} days).

    The open stage with the lowest conversion over the last {window_days} days, among those that at least
    {min_stage_sample} deals have left for good.

    Empty, with no data, where no stage has enough of them. Of equal stages the earliest is named. n is the number
    of deals behind that stage's conversion. Example: lead converts 0.5 of 40, demo 0.4 of 20 and offer 0.3 of 6:
    demo, since offer has too few, with n = 20.
    """
    stages = [(stage, stage_conversion(view, stage)) for stage in view.frame.stages.open]
    sample = view.frame.settings.min_stage_sample
    known = [
        (kpi.value, stage.label, kpi.n) for stage, kpi in stages if isinstance(kpi.value, Decimal) and kpi.n >= sample
    ]
    if not known:
        return unknown(Status.NO_DATA)
    _, label, n = min(known, key=itemgetter(0))
    return Kpi(label, Status.OK, n)


def _resolved(view: AccountView) -> dict[str, list[DealView]]:
    """By the key of each open stage, the deals that entered it in the window and have left it for good."""
    return {stage.key: [deal for deal in view.deals if _counts(deal, stage)] for stage in view.frame.stages.open}


def _counts(deal: DealView, stage: StageView) -> bool:
    return _is_resolved(deal, stage) and _entered_in_window(deal, stage)


def _entered_in_window(deal: DealView, stage: StageView) -> bool:
    if deal.stage is None or deal.stage.pipeline != stage.pipeline:
        return False
    return deal.frame.as_of.in_window(deal.reached_on(stage.rank))


def _is_resolved(deal: DealView, stage: StageView) -> bool:
    return deal.state is State.LOST or deal.went_beyond(stage.rank)
