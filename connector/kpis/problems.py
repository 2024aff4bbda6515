"""What the computation met that a person should know: one line each, with ids and never with names."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.base import Kind
from connector.config.kpis import KpiSettings
from connector.kpis.deals import DealView
from connector.kpis.facts import Reference
from connector.kpis.hierarchy import is_own_ancestor
from connector.kpis.money import Money
from connector.kpis.view import AccountView
from connector.languages.speech import _, mark, ngettext

_SHOWN = 5


def account_problems(view: AccountView) -> list[str]:
    """The problems of an account: of its own deals, and under a hierarchy of its parent chain."""
    own = view.units[0]
    problems = deal_problems([deal for deal in own.deals if deal.counts])
    if view.frame.settings.rollup == "hierarchy" and is_own_ancestor(own.id, view.frame.children):
        problems.append(
            _(
                "the parent chain of account {id} comes back to itself: each account in the loop is counted once; "
                "correct the parent account in the CRM",
                id=own.id,
            )
        )
    return problems


def deal_problems(deals: Sequence[DealView]) -> list[str]:
    """The problems of deals that count."""
    backwards = [deal.id for deal in deals if _closed_before_created(deal)]
    unplaced = [deal.id for deal in deals if deal.stage is None]
    rateless = [deal.id for deal in deals if _lacks_rate(deal.amount)]
    currencies = sorted(
        {deal.amount.currency or _("unknown") for deal in deals if deal.amount and _lacks_rate(deal.amount)}
    )
    found = [
        (backwards, mark("won but closed before created, left out of sales_cycle_days")),
        (unplaced, mark("in a stage that the CRM does not list, counted neither as open, won nor lost")),
        (rateless, mark("in a currency without an exchange rate ({currencies}): give it one under `rates`")),
    ]
    return [_say(ids, _(what, currencies=", ".join(currencies))) for ids, what in found if ids]


def settings_problems(reference: Reference, settings: KpiSettings) -> list[str]:
    """Settings that name a stage or pipeline which the CRM does not have."""
    codes = {stage.code for stage in reference.stages}
    pipelines = {stage.pipeline for stage in reference.stages if stage.pipeline}
    first = settings.qualified_from_stage
    problems = []
    if first is not None and first not in codes:
        problems.append(_("kpis.qualified_from_stage: the CRM has no stage {stage}", stage=first))
    absent = [name for name in settings.deals.pipelines if pipelines and name not in pipelines]
    if settings.deals.pipelines and (Kind.DEAL, "pipeline") not in reference.mapped:
        problems.append(
            _("kpis.deals.pipelines: no CRM field feeds deal.pipeline, so that no figure of deals is known")
        )
    return problems + [_("kpis.deals.pipelines: the CRM has no pipeline {name}", name=name) for name in absent]


def _closed_before_created(deal: DealView) -> bool:
    if deal.created_on is None or not deal.frame.as_of.in_window(deal.closed_on):
        return False
    return deal.is_won and deal.days is None


def _lacks_rate(amount: Money | None) -> bool:
    return amount is not None and amount.value is None


def _say(ids: list[str], what: str) -> str:
    shown = ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
    return ngettext("{number} deal ({ids}) {what}", "{number} deals ({ids}) {what}", len(ids), ids=shown, what=what)
