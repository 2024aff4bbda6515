"""Compares the KPI fields that reps read in the CRM with the naive second computation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

import naive
from admin import DAY
from expected_rows import OBJECTS, Rows
from hostile_site import Site

FRACTIONS = {
    "stakeholder_coverage", "role_coverage", "win_rate", "revenue_growth", "product_penetration", "margin_rate",
    "margin_known_share", "deal_role_coverage",
}  # fmt: skip
NOT_MAPPED = {"recurring_revenue"}
EXACT = Context(prec=200)
WIDEST = {"hubspot": Decimal(10) ** 15, "salesforce": Decimal(10) ** 16}
"""From here on a number does not fit the CRM's field."""
NARROWER = Decimal(10) ** 4
"""How much smaller the smallest of our number fields may be."""


def compare_fields(site: Site, rows: Rows, refused: set[str]) -> list[str]:
    """Which KPI fields do not hold the figure, one line each.

    A record with a figure that does not fit its field may be refused, and then keeps what it has.
    """
    instant = datetime.combine(DAY, time(23, 59, 59, 999999), UTC)
    options = {"as_of": instant, "currency": "EUR", "rollup": site.around.rollup}
    figures = naive.compute(rows | {"last_complete_pull": datetime.now(UTC)}, options)
    state = site.state()
    wrong = []
    for kind in ("account", "deal"):
        records = {row["id"]: row.get("properties", row) for row in state[OBJECTS[site.crm][kind]]}
        for record, kpis in figures[f"{kind}s"].items():
            expected = {key: expect(key, kpi["value"], kpi["status"]) for key, kpi in kpis.items() if "[" not in key}
            if record in refused and any(_is_wide(value, site.crm) for value in expected.values()):
                continue
            for key, value in expected.items():
                found = read(site.crm, records[record].get(field_name(site.crm, key)), key, value)
                if found != value and key not in NOT_MAPPED and kpis[key]["status"] != "not_configured":
                    wrong.append(f"{kind} {record} {key}: {found!r} instead of {value!r}")
    return wrong


def field_name(crm: str, key: str) -> str:
    """The field of a KPI."""
    return f"playmaker_{key}" if crm == "hubspot" else f"Playmaker_{key.title()}__c"


def expect(key: str, value: Any, status: str) -> Any:
    """A figure as its field keeps it."""
    if status == "not_configured":
        return None
    if isinstance(value, Fraction):
        exact = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
        step = Decimal(1).scaleb(-4 if key in FRACTIONS else -2)
        return exact.quantize(step, ROUND_HALF_EVEN, EXACT) + 0
    if isinstance(value, bool | str | date) or value is None:
        return value
    return Decimal(value)


def read(crm: str, raw: Any, key: str, like: Any) -> Any:
    """What the field holds, in the words of what it should hold."""
    if raw is None or raw == "":
        return None
    if isinstance(like, bool):
        return {"true": True, "Yes": True, "false": False, "No": False}.get(raw, raw)
    if isinstance(like, str | date) or key == "weakest_stage":
        return raw if isinstance(like, str) else date.fromisoformat(raw[:10])
    try:
        number = Decimal(str(raw))
    except ArithmeticError:
        return raw
    return number / 100 if crm == "salesforce" and key in FRACTIONS else number


def _is_wide(value: Any, crm: str) -> bool:
    return isinstance(value, Decimal) and abs(value) >= WIDEST[crm] / NARROWER
