"""Figures for other programs: the JSON form of a KPI."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from connector.kpis.arithmetic import round_to
from connector.kpis.catalogue import definition_of
from connector.kpis.registry import MONEY_UNITS
from connector.kpis.result import Kpi, KpiValue, Status

JsonValue: TypeAlias = int | float | str | bool | None

FIGURE = ("value", "status", "n", "numerator", "denominator", "findings", "known_on")
"""What a KPI's JSON holds, in its order; findings only where it judges, known_on where only time is wanting."""

ALWAYS = 5
"""So many of these every figure has."""

MONEY_DECIMALS = 2
NUMBER_DECIMALS = 6


def kpi_document(key: str, kpi: Kpi) -> dict[str, JsonValue | list[str]]:
    """A KPI as the command line prints it: money with 2 decimals, other numbers with up to 6, ISO dates.

    A figure that judges has the codes of its findings beside it, one that is only known later the day. Raises
    UnknownKpiError.
    """
    unit = definition_of(key).traits.unit
    found: dict[str, JsonValue | list[str]] = {} if kpi.findings is None else {"findings": list(kpi.findings)}
    if kpi.known_on is not None:
        found["known_on"] = kpi.known_on.isoformat()
    return {
        "value": json_value(kpi.value, MONEY_DECIMALS if unit in MONEY_UNITS else NUMBER_DECIMALS),
        "status": kpi.status.value,
        "n": kpi.n,
        "numerator": json_value(kpi.numerator, MONEY_DECIMALS),
        "denominator": json_value(kpi.denominator, MONEY_DECIMALS),
    } | found


def figure_text(key: str, kpi: Kpi) -> str:
    """The same without its names, as the history keeps it. Raises UnknownKpiError."""
    told = kpi_document(key, kpi)
    values = [told.get(name) for name in FIGURE if name in told or "known_on" in told]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def figure_document(text: str) -> dict[str, Any]:
    """A KPI of the history as the command line prints it."""
    told = dict(zip(FIGURE, json.loads(text), strict=False))
    return {name: value for place, (name, value) in enumerate(told.items()) if place < ALWAYS or value is not None}


def kept_figure(text: str) -> Kpi:
    """A KPI of the history, as far as the history keeps it, for reckoning with it; its value is a number or none."""
    value, status, n, numerator, denominator, *_ = json.loads(text, parse_float=Decimal)
    return Kpi(value, Status(status), n, numerator, denominator)


def json_value(value: KpiValue, decimals: int) -> JsonValue:
    """A value that the json module can write.

    It writes no Decimal: a rounded one becomes the double that prints the same digits (up to 15 of them).
    """
    if isinstance(value, Decimal):
        return float(round_to(value, decimals))
    return value.isoformat() if isinstance(value, date) else value
