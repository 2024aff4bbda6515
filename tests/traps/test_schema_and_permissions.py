"""Fields that vanish, are hidden or hold something odd: a word about them, and the rest goes on."""

from __future__ import annotations

from typing import Any

import pytest
from trap_place import AS_OF, OpenPlace, Place

from sandbox.world.model import World

FIELDS = {"hubspot": "influence_level", "salesforce": "Influence_Level__c"}
HIDDEN = f"Contact.{FIELDS['salesforce']}"


PERMISSIONS = "/services/data/v64.0/sobjects/FieldPermissions"


def influence(place: Place) -> dict[str, Any]:
    return {id_: row["influence"] for id_, row in place.live("contact").items()}


def hide(salesforce: Place) -> list[dict[str, Any]]:
    """Field-level security takes the field from everyone; what was granted before."""
    granted = [one for one in salesforce.admin.state("salesforce")["FieldPermissions"] if one["Field"] == HIDDEN]
    for one in granted:
        salesforce.call("DELETE", f"{PERMISSIONS}/{one['id']}")
    return granted


def show(salesforce: Place, granted: list[dict[str, Any]]) -> None:
    names = ("ParentId", "SobjectType", "Field", "PermissionsRead", "PermissionsEdit")
    for one in granted:
        salesforce.call("POST", PERMISSIONS, {name: one[name] for name in names})


def edit_in_secret(salesforce: Place, contact: str, value: str) -> None:
    """Somebody who may see the hidden field edits it."""
    table = salesforce.simulator.org.tables["Contact"]
    table.replace(table.rows[contact] | {FIELDS["salesforce"]: value, "SystemModstamp": salesforce.simulator.org.now()})


def test_a_mapped_field_that_is_deleted_is_named_and_the_other_fields_keep_syncing(hubspot: Place):
    """Its values stay as they were: nothing is overwritten with null."""
    hubspot.sync()
    before = influence(hubspot)
    assert set(before.values()) - {None}
    hubspot.call("DELETE", f"/crm/v3/properties/contacts/{FIELDS['hubspot']}")
    contact = hubspot.records("contact")[0]["id"]
    hubspot.rename("contact", contact, "Edited")
    outcome = hubspot.run("sync")
    assert outcome.code == 0
    assert FIELDS["hubspot"] in outcome.err
    assert hubspot.stored_name("contact", contact) == "Edited"
    assert influence(hubspot) == before


def test_a_mapped_field_hidden_by_field_level_security_is_named_keeps_its_values_and_back_fills_when_it_returns(
    salesforce: Place,
):
    salesforce.sync()
    before = influence(salesforce)
    contact = next(id_ for id_, value in before.items() if value is not None)
    granted = hide(salesforce)
    assert granted
    edit_in_secret(salesforce, contact, "1")
    salesforce.rename("contact", contact, "Edited")
    outcome = salesforce.run("sync", *AS_OF)
    assert outcome.code == 0
    assert f"CRM field {FIELDS['salesforce']} is no longer there" in outcome.err
    assert "Traceback" not in outcome.err
    assert salesforce.stored_name("contact", contact) == "Edited"
    assert influence(salesforce) == before
    salesforce.pass_time(hours=2)
    salesforce.rename("contact", salesforce.records("contact")[-1]["id"], "Moves the cursor on")
    salesforce.sync()
    show(salesforce, granted)
    outcome = salesforce.run("sync", *AS_OF)
    assert (outcome.code, FIELDS["salesforce"] in outcome.err) == (0, False)
    assert influence(salesforce) == before | {contact: influence(salesforce)[contact]}
    assert influence(salesforce)[contact] != before[contact]


@pytest.mark.parametrize(("written", "kept"), [("1234.50", "1234.5"), ("0.0", "0"), ("3000", "3000")])
def test_numbers_are_read_however_they_are_written(hubspot: Place, written: str, kept: str):
    deal = hubspot.records("deal")[0]["id"]
    hubspot.change("deal", deal, {"amount": written})
    hubspot.sync("--no-push")
    assert float(hubspot.stored("deal")[deal]["amount"]) == float(kept)


def test_companies_that_are_each_other_s_parents_do_not_hang_the_hierarchy(open_place: OpenPlace, few: World):
    place = open_place("hubspot", few)
    path = place.admin.folder / "config.yaml"
    path.write_text("kpis: {rollup: hierarchy}\n" + path.read_text())
    one, other = (each["id"] for each in place.records("account")[:2])
    for account, parent in ((one, other), (other, one)):
        place.call(
            "PUT",
            f"/crm/v4/objects/companies/{account}/associations/companies/{parent}",
            [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 14}],
        )
    place.sync()
    parents = {id_: row["parent"] for id_, row in place.live("account").items()}
    assert (parents[one], parents[other]) == (other, one)
    assert place.sync()["written"] == 0
