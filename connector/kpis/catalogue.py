"""Every KPI there is, in the order of its files, and how one is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from adapters.base import Kind
from connector.config.faults import suggest
from connector.kpis import (
    actions,
    conversion,
    deal,
    effect,
    execution,
    forecast,
    health,
    potential,
    products,
    relationship,
    retention,
    reviews,
    stalled,
    strategy,
    strength,
    surveys,
    turnover,
)
from connector.kpis.deals import DealView
from connector.kpis.frame import Frame
from connector.kpis.inputs import are_mapped
from connector.kpis.registry import REGISTRY, Definition
from connector.kpis.result import Kpi, Status, aged, unknown
from connector.kpis.view import AccountView
from connector.languages.speech import _

FORMULAS = (
    relationship,
    strength,
    turnover,
    surveys,
    execution,
    conversion,
    forecast,
    actions,
    potential,
    retention,
    products,
    strategy,
    health,
    reviews,
    effect,
    deal,
    stalled,
)
"""The files with KPIs; importing them fills the registry."""

_FILES = [module.__name__ for module in FORMULAS]

COMPUTED_AT = "computed_at"
STATUS = "status"
ACCOMPANYING = (COMPUTED_AT, STATUS)
"""The fields that go with the figures: when they last changed, and what is missing behind them."""


class UnknownKpiError(ValueError):
    """There is no KPI of that name; the message names the nearest."""


def definitions(kind: Kind | None = None) -> list[Definition]:
    """The KPIs of accounts, of deals, or (None) all, in the order of FORMULAS and of each file."""
    return list(_in_order(kind, tuple([one.function for one in REGISTRY.values()])))


def definition_of(key: str) -> Definition:
    """The KPI of a key, `stage_conversion[STAGE]` included; raises UnknownKpiError."""
    found = REGISTRY.get(key.partition("[")[0] if key.endswith("]") else key)
    if found is None:
        raise UnknownKpiError(_("there is no KPI called {key}{hint}", key=repr(key), hint=suggest(key, REGISTRY)))
    return found


def all_keys() -> list[str]:
    """The keys that `kpi_fields` may name: every KPI that has a field of its own, the moment and the status."""
    return [definition.key for definition in definitions() if not definition.per_stage] + list(ACCOMPANYING)


def account_figures(view: AccountView) -> dict[str, Kpi]:
    """All KPIs of an account by key, one per open stage for the families."""
    figures: dict[str, Kpi] = {}
    for definition in definitions(Kind.ACCOUNT):
        if not definition.per_stage:
            figures[definition.key] = evaluate(definition, view.frame, view)
            continue
        for stage in view.frame.stages.open:
            figures[f"{definition.key}[{stage.key}]"] = evaluate(definition, view.frame, view, stage)
    return figures


def deal_figures(view: DealView) -> dict[str, Kpi]:
    """All KPIs of a deal by key."""
    return {definition.key: evaluate(definition, view.frame, view) for definition in definitions(Kind.DEAL)}


def evaluate(definition: Definition, frame: Frame, *views: object) -> Kpi:
    """A KPI's value over its view; without one of its inputs it is not even tried."""
    if not is_configured(definition, frame):
        return unknown(Status.NOT_CONFIGURED)
    kpi = definition.function(*views)
    return aged(kpi, stale=True) if frame.stale else kpi


def is_configured(definition: Definition, frame: Frame) -> bool:
    """Whether the mapping fills each input of a KPI under the settings; found out once for all accounts of a frame."""
    known = frame.configured.get(definition.key)
    if known is None:
        known = frame.configured[definition.key] = _has_inputs(definition, frame)
    return known


def _has_inputs(definition: Definition, frame: Frame) -> bool:
    inputs = definition.inputs(frame.settings)
    if definition.kind is Kind.ACCOUNT:
        return are_mapped(inputs, frame.settings, frame.mapped)
    return all(fields & frame.mapped for fields in inputs)


@cache
def _in_order(kind: Kind | None, _known: tuple[Callable[..., Kpi], ...]) -> tuple[Definition, ...]:
    """Sorted once for the KPIs that are known, told apart by their functions."""
    wanted = [definition for definition in REGISTRY.values() if kind in {None, definition.kind}]
    return tuple(sorted(wanted, key=_file_order))


def _file_order(definition: Definition) -> int:
    file = definition.function.__module__
    return _FILES.index(file) if file in _FILES else len(_FILES)
