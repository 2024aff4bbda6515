"""Fields that vanish, are hidden or hold something odd: a word about them, and the rest goes on."""

from __future__ import annotations

import pytest
from trap_place import OpenPlace, Place

from sandbox.world.model import World

FIELDS = {"hubspot": "influence_level", "salesforce": "Influence_Level__c"}


def hide(place: Place) -> None:
    if place.crm == "hubspot":
        place.call("DELETE", f"/crm/v3/properties/contacts/{FIELDS[place.crm]}")
        return
    for one in place.admin.state(place.crm)["FieldPermissions"]:
        if one["Field"] == f"Contact.{FIELDS[place.crm]}":
            place.call("DELETE", f"/services/data/v64.0/sobjects/FieldPermissions/{one['id']}")


@pytest.mark.parametrize("crm", ["hubspot"], indirect=True)
def test_a_mapped_field_that_is_deleted_is_named_and_its_values_stay(place: Place):
    place.sync()
    before = {id_: row["influence"] for id_, row in place.live("contact").items()}
    assert set(before.values()) - {None}
    hide(place)
    contact = place.records("contact")[0]["id"]
    place.rename("contact", contact, "Edited")
    outcome = place.run("sync")
    assert outcome.code == 0
    assert FIELDS[place.crm] in outcome.err
    assert place.stored_name("contact", contact) == "Edited"
    assert {id_: row["influence"] for id_, row in place.live("contact").items()} == before


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
