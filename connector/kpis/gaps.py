"""Which inputs of the written figures no CRM field feeds, so that these figures stay empty."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.base import FieldSpec, Kind
from connector.config.kpis import KpiSettings
from connector.kpis.inputs import Input, scope_inputs
from connector.kpis.registry import REGISTRY


def find_gaps(
    specs: Iterable[FieldSpec], settings: KpiSettings, mapped: frozenset[tuple[Kind, str]]
) -> dict[str, list[str]]:
    """The labels of the fields that stay empty, by the input that they lack (`contact.influence`)."""
    gaps: dict[str, list[str]] = {}
    for spec in specs:
        definition = REGISTRY.get(spec.key)
        if definition is None:
            continue
        inputs = definition.inputs(settings)
        scope = scope_inputs(inputs, settings) if definition.kind is Kind.ACCOUNT else ()
        for one in (one for one in (*inputs, *scope) if not one & mapped):
            gaps.setdefault(_name(one), []).append(spec.label)
    return gaps


def _name(one: Input) -> str:
    return " or ".join(sorted(f"{kind}.{field}" for kind, field in one))
