"""What has changed since the CRM last acknowledged it, value by value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.base import FieldSpec, Value
from connector.kpis.catalogue import COMPUTED_AT, STATUS
from connector.kpis.fields import round_for, status_line
from connector.kpis.result import Kpi, Status
from connector.languages.translation import Translator
from connector.pipeline.canonical import canonical

ACCOMPANYING = frozenset({COMPUTED_AT, STATUS})
"""Keys of the fields that are written only together with a value, and count as none."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the CRM holds of one record: `values` as canonical text, `edited` the fields that somebody else changed."""

    values: Mapping[str, str | None]
    edited: Collection[str] = ()


def changed_values(
    specs: Mapping[str, FieldSpec], kpis: Mapping[str, Kpi], held: Held, as_of: datetime, translator: Translator
) -> dict[str, Value]:
    """The fields to write, by CRM name; empty when nothing changed.

    Null over a field that holds nothing is no change; a KPI that is not configured leaves its field alone. The moment
    and the status line go along only with a changed value, or when somebody else changed them.
    """
    values: dict[str, Value] = {}
    for name, spec in specs.items():
        kpi = kpis.get(spec.key)
        if kpi is not None and kpi.status is not Status.NOT_CONFIGURED:
            value = round_for(spec, kpi.value)
            if canonical(value) != held.values.get(name):
                values[name] = value
    spoilt = held.edited and accompanying_names(specs).intersection(held.edited)
    if not values and not spoilt:
        return {}
    line = status_line(_told(specs, kpis), translator)
    said: dict[str, Value] = {COMPUTED_AT: as_of.replace(microsecond=0), STATUS: line}
    return values | {name: said[specs[name].key] for name in accompanying_names(specs)}


def _told(specs: Mapping[str, FieldSpec], kpis: Mapping[str, Kpi]) -> dict[str, Kpi]:
    """What the status line speaks of: the written figures, and whatever is wrong with a plan."""
    written = {spec.key for spec in specs.values()}
    return {key: kpi for key, kpi in kpis.items() if key in written or kpi.findings}


def accompanying_names(specs: Mapping[str, FieldSpec]) -> set[str]:
    """The CRM names of the moment and the status line."""
    return {name for name, spec in specs.items() if spec.key in ACCOMPANYING}
