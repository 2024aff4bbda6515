"""Explains a figure: the formula in words, its inputs, what went in, what was left out and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import localcontext

from adapters.base import Kind
from connector.kpis.arithmetic import EXACT
from connector.kpis.catalogue import definition_of, evaluate
from connector.kpis.compute import account_views
from connector.kpis.deals import DealView
from connector.kpis.facts import Facts, Reference, Terms
from connector.kpis.frame import Frame, frame_of
from connector.kpis.inputs import scope_inputs
from connector.kpis.registry import Definition, Wording
from connector.kpis.result import Kpi, Status
from connector.kpis.stages import StageView
from connector.kpis.trace import NOTHING, Trace
from connector.kpis.view import AccountView
from connector.languages.speech import _, mark, speaker

_MISSING = {
    Status.NO_DATA: mark("nothing to reckon it from: no record counts"),
    Status.ZERO_DENOMINATOR: mark("what it would be divided by adds up to 0"),
    Status.MIXED_CURRENCY: mark("an exchange rate is missing: give it under rates in the configuration"),
    Status.STALE: mark("the CRM was not read completely of late: run a sync"),
    Status.LOW_SAMPLE: mark("few records stand behind it"),
}


class NothingToExplainError(ValueError):
    """The KPI is not one of what was named; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that explains one figure. `inputs`: fields of ours (alternatives joined by "or") and if they are mapped."""

    key: str
    label: str
    formula: Sequence[str]
    version: int
    kpi: Kpi
    inputs: Mapping[str, bool]
    trace: Trace
    missing: Sequence[str]


def explain(facts: Facts, reference: Reference, terms: Terms, key: str, deal: str | None) -> Explanation:
    """Explain a KPI of the one account that is the target, or of one of its deals.

    Raises UnknownKpiError, NothingToExplainError.
    """
    definition, frame = definition_of(key), frame_of(reference, terms)
    with localcontext(EXACT):
        (view,) = account_views(facts, frame)
        views = _views(definition, view, key, deal)
        kpi = evaluate(definition, frame, *views)
        tell = definition.trace
        trace = tell(*views) if tell and kpi.status is not Status.NOT_CONFIGURED else NOTHING
    inputs = _inputs(definition, frame)
    wording = Wording(terms.settings, terms.currency, speaker())
    formula = [definition.help(wording), *definition.notes(wording)]
    missing = _missing(kpi, inputs)
    return Explanation(key, definition.label(wording), formula, definition.traits.version, kpi, inputs, trace, missing)


def _views(definition: Definition, view: AccountView, key: str, deal: str | None) -> tuple[object, ...]:
    if definition.kind is Kind.DEAL:
        return (_deal(view, key, deal),)
    if deal is not None:
        raise NothingToExplainError(_("{key} is a figure of the account: leave --deal out", key=key))
    return (view, _stage(view, key)) if definition.per_stage else (view,)


def _deal(view: AccountView, key: str, id_: str | None) -> DealView:
    deals = {deal.id: deal for deal in view.units[0].deals}
    if id_ is None:
        raise NothingToExplainError(_("{key} is a figure of a deal: name one with --deal ID", key=key))
    if id_ not in deals:
        raise NothingToExplainError(_("the account has no deal {id}", id=id_))
    return deals[id_]


def _stage(view: AccountView, key: str) -> StageView:
    stages = {stage.key: stage for stage in view.frame.stages.open}
    named = key.partition("[")[2].removesuffix("]")
    if named not in stages:
        family = key.partition("[")[0]
        raise NothingToExplainError(
            _("name an open stage: {stages}", stages=", ".join(f"{family}[{one}]" for one in stages))
        )
    return stages[named]


def _inputs(definition: Definition, frame: Frame) -> dict[str, bool]:
    needs = definition.inputs(frame.settings)
    scope = scope_inputs(needs, frame.settings) if definition.kind is Kind.ACCOUNT else ()
    return {
        " or ".join(sorted(f"{kind}.{field}" for kind, field in one)): bool(one & frame.mapped)
        for one in (*needs, *scope)
    }


def say_input(name: str) -> str:
    """A name of `Explanation.inputs` for people."""
    return name.replace(" or ", _(" or "))


def _missing(kpi: Kpi, inputs: Mapping[str, bool]) -> list[str]:
    if kpi.status is Status.NOT_CONFIGURED:
        lacking = [name for name, mapped in inputs.items() if not mapped]
        return [_("{field} is not mapped to a field of the CRM", field=say_input(name)) for name in lacking]
    if kpi.known_on is not None:
        return [_("the 12 months from the plan's start are not over: it is known from {day} on", day=kpi.known_on)]
    return [_(_MISSING[kpi.status])] if kpi.status in _MISSING else []
