"""Who said what counts of a person or an account: people here by name, reps in the CRM as such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.base import Kind
from connector.cli.words import word
from connector.languages.speech import _
from connector.store.plan_values import Side


def name_sayers(judged: Mapping[str, Mapping[str, Any]]) -> str:
    """Everybody who gave one of these judgements, each once."""
    return ", ".join(dict.fromkeys(name_sayer(one) for one in judged.values()))


def name_sayer(judgement: Mapping[str, Any] | None) -> str:
    """Who gave it, on what evidence; nobody where it is none. A CRM does not tell us which of its users it was."""
    if judgement is None:
        return ""
    who = _("a rep in the CRM") if judgement["side"] == Side.CRM.value else str(judgement["author"])
    return f"{who} ({word(judgement['evidence'])})" if judgement["evidence"] else who


_STANDS_ON = {
    "growth_gap": ("potential_revenue",),
    "impact": ("potential_revenue", "alignment"),
    "priority": ("potential_revenue", "alignment"),
}
"""The figures that rest on what somebody said of the account itself."""


def tell_sayers(plan: Mapping[str, Any], explained: Mapping[str, Any]) -> dict[str, Any]:
    """What to add to an explanation: under each person counted who judged them, and who said what of the account."""
    judged = {one["person"]: one["judged"] for one in plan["stakeholders"]}
    counted = [
        one | {"judged": _of_figures(judged.get(one["id"], {}), one)} if one["kind"] == Kind.CONTACT.value else one
        for one in explained["counted"]
    ]
    said = {
        field: plan["judged"][field] | {"value": plan["plan"][field]}
        for field in _STANDS_ON.get(explained["kpi"], ())
        if field in plan["judged"]
    }
    return {"counted": counted, "said": said}


def _of_figures(judged: Mapping[str, Any], counted: Mapping[str, Any]) -> dict[str, Any]:
    return {field: one for field, one in judged.items() if field in counted["figures"]}
