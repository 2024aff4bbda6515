"""A French company: what reps read of the figures in the CRM is French."""

from __future__ import annotations

from typing import Any

import pytest
from admin import DAY, Admin

from connector.kpis.catalogue import definitions
from connector.kpis.fields import ALWAYS
from sandbox.world.model import World

AS_OF = ("--as-of", str(DAY))
DESCRIPTIONS = {
    "hubspot": [f"/crm/v3/properties/{kind}" for kind in ("companies", "deals")],
    "salesforce": [f"/services/data/v64.0/sobjects/{kind}/describe" for kind in ("Account", "Opportunity")],
}
"""Where a CRM describes the fields of accounts and of deals."""

HELP = {"hubspot": "description", "salesforce": "inlineHelpText"}
OPTIONS = {"hubspot": "options", "salesforce": "picklistValues"}


@pytest.fixture
def french(open_admin: Any, small_world: World, crm: str) -> Admin:
    admin = open_admin(small_world, crm, limits=False)
    admin.configure(top="language: fr", extra="    kpi_fields: {all: true}\n")
    admin.good("fields", "apply")
    return admin


def our_fields(admin: Admin, crm: str) -> dict[str, dict[str, Any]]:
    """What the CRM says of each of our fields, by its name in small letters."""
    answers = [admin.call(crm, "GET", path, None) for path in DESCRIPTIONS[crm]]
    fields = [field for answer in answers for field in answer.get("results") or answer["fields"]]
    return {field["name"].lower(): field for field in fields if field["name"].lower().startswith("playmaker_")}


def field_of(fields: dict[str, dict[str, Any]], key: str) -> dict[str, Any]:
    return next(field for name, field in fields.items() if name.removesuffix("__c") == f"playmaker_{key}")


def status_lines(admin: Admin, crm: str) -> set[str]:
    """The status lines that lie in the CRM."""
    records = [one for rows in admin.state(crm).values() if isinstance(rows, list) for one in rows]
    values = [one.get("properties", one) for one in records]
    return {
        value for one in values for name, value in one.items() if name.lower().startswith("playmaker_status") and value
    }


def test_labels_and_help_texts_are_french(french: Admin, crm: str):
    fields = our_fields(french, crm)
    said = {text for field in fields.values() for text in (field["label"], field[HELP[crm]])}
    english = {text for one in definitions() for text in (one.title, one.help_text) if "{" not in text and " " in text}
    assert len(fields) == len([one for one in definitions() if not one.per_stage]) + len(ALWAYS)
    assert not said & (english | {text for words in ALWAYS.values() for text in words[:2]})
    rate = field_of(fields, "win_rate")
    assert rate["label"] == "Taux de succès (365 jours)"
    assert rate[HELP[crm]].startswith("Affaires gagnées divisées par les affaires gagnées ou perdues")


def test_yes_and_no_are_french_to_read_and_stay_what_they_were_to_write(french: Admin, crm: str):
    options = field_of(our_fields(french, crm), "deal_champion")[OPTIONS[crm]]
    stored = {"hubspot": ["true", "false"], "salesforce": ["Yes", "No"]}[crm]
    assert [(one["label"], one["value"]) for one in options] == list(zip(["Oui", "Non"], stored, strict=True))


def test_a_sync_writes_french_status_lines(french: Admin, crm: str):
    assert french.sync(*AS_OF)[crm]["written"] > 0
    lines = status_lines(french, crm)
    assert any("échantillon faible : Taux de succès (" in line for line in lines)
    assert any("aucune donnée : " in line for line in lines)
    assert not any("low sample" in line or "no data" in line for line in lines)
    assert french.sync(*AS_OF)[crm]["written"] == 0


def test_another_language_shows_as_drift_that_apply_mends_once(alone: Admin, crm: str):
    assert {line["action"] for line in alone.good("fields", "plan", "--json").json} == {"keep"}
    alone.configure(top="language: fr")
    planned = alone.good("fields", "plan", "--json").json
    (rate,) = [line for line in planned if line["label"] == "Taux de succès (365 jours)" and line["kind"] == "account"]
    assert rate["action"] == "differs"
    assert rate["detail"].startswith("its label is Win rate (365 days), not Taux de succès (365 jours)")
    assert {line["action"] for line in planned} <= {"keep", "differs"}
    assert alone.good("fields", "apply", "--json").json == planned
    assert field_of(our_fields(alone, crm), "win_rate")["label"] == "Taux de succès (365 jours)"
    assert {line["action"] for line in alone.good("fields", "apply", "--json").json} == {"keep"}
