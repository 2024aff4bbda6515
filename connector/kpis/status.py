"""The status line beside the figures: one line that says what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from connector.kpis.fields import TEXT_LENGTH
from connector.kpis.registry import REGISTRY
from connector.kpis.result import Kpi, Status

_WORDS = {
    Status.LOW_SAMPLE: "low sample",
    Status.NO_DATA: "no data",
    Status.ZERO_DENOMINATOR: "sum is zero",
    Status.MIXED_CURRENCY: "exchange rate missing",
    Status.NOT_CONFIGURED: "not configured",
}
_STALE = "stale: the CRM was not read completely of late"
_MORE = " …"


def status_line(results: Mapping[str, Kpi]) -> str:
    """What is missing behind the written figures, at most 255 characters; "ok" when nothing is."""
    parts = [_STALE] if any(kpi.status is Status.STALE for kpi in results.values()) else []
    for status, words in _WORDS.items():
        keys = [_named(key, kpi) for key, kpi in results.items() if kpi.status is status]
        if keys:
            parts.append(f"{words}: {', '.join(keys)}")
    line = "; ".join(parts) or "ok"
    return line if len(line) <= TEXT_LENGTH else line[: TEXT_LENGTH - len(_MORE)].rstrip(" ,;:") + _MORE


def _named(key: str, kpi: Kpi) -> str:
    """The key, and for a low sample how low it is."""
    definition = REGISTRY.get(key)
    if kpi.status is not Status.LOW_SAMPLE or definition is None:
        return key
    return f"{key} ({kpi.n} {definition.traits.sample}{'' if kpi.n == 1 else 's'})"
