"""What has changed since the CRM last acknowledged it, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from adapters.base import FieldSpec, Value
from connector.kpis.catalogue import COMPUTED_AT, STATUS
from connector.kpis.fields import round_for, status_line
from connector.kpis.result import Kpi, Status

_ACCOMPANYING = {COMPUTED_AT, STATUS}


def canonical(value: Value) -> str | None:
    """A value as the text under which it is remembered; equal values give equal text on every database."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def changed_values(
    specs: Mapping[str, FieldSpec], kpis: Mapping[str, Kpi], acknowledged: Mapping[str, str | None], as_of: datetime
) -> dict[str, Value]:
    """The fields to write, by CRM name; empty when nothing changed.

    Null over a field that holds nothing is no change; a KPI that is not configured leaves its field alone. The moment
    and the status line go along only with a changed value.
    """
    values: dict[str, Value] = {}
    for name, spec in specs.items():
        kpi = kpis.get(spec.key)
        if kpi is not None and kpi.status is not Status.NOT_CONFIGURED:
            value = round_for(spec, kpi.value)
            if canonical(value) != acknowledged.get(name):
                values[name] = value
    return values | _accompanying(specs, kpis, as_of) if values else {}


def _accompanying(specs: Mapping[str, FieldSpec], kpis: Mapping[str, Kpi], as_of: datetime) -> dict[str, Value]:
    moment = as_of.replace(microsecond=0)
    shown = {spec.key: kpis[spec.key] for spec in specs.values() if spec.key in kpis}
    said: dict[str, Value] = {COMPUTED_AT: moment, STATUS: status_line(shown)}
    return {name: said[spec.key] for name, spec in specs.items() if spec.key in _ACCOMPANYING}
