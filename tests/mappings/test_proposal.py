"""Which fields are proposed, by name, type and options."""

from __future__ import annotations

import pytest

from adapters.base import FieldInfo, Kind
from mappings.proposal import propose


def schema(*fields: FieldInfo):
    return {info.name: info for info in fields}


def found(kind: Kind, *fields: FieldInfo, crm: str = "salesforce"):
    return {each.field: each for each in propose(crm, {kind: schema(*fields)})}


@pytest.mark.parametrize(
    ("kind", "field", "info"),
    [
        (Kind.CONTACT, "role", FieldInfo("Buying_Role__c", "Role", "multipicklist")),
        (Kind.CONTACT, "influence", FieldInfo("X1__c", "Influence Level", "picklist")),
        (Kind.CONTACT, "stance", FieldInfo("attitude", "Attitude", "enumeration")),
        (Kind.CONTACT, "departed", FieldInfo("HasLeftCompany__c", "Gone", "boolean")),
        (Kind.ACCOUNT, "potential_revenue", FieldInfo("ca_potentiel", "CA potentiel", "number")),
        (Kind.ACCOUNT, "strategic", FieldInfo("Key_Account__c", "Key Account", "boolean")),
        (Kind.PRODUCT, "unit_cost", FieldInfo("Unit_Cost__c", "Cost", "currency")),
        (Kind.LINE_ITEM, "unit_cost", FieldInfo("Cout__c", "Coût unitaire", "currency")),
        (Kind.LINE_ITEM, "recurring_annual", FieldInfo("ARR__c", "ARR", "currency")),
        (Kind.LINE_ITEM, "recurring_end", FieldInfo("Subscription_End_Date__c", "End", "date")),
    ],
)
def test_a_field_is_found_by_its_name_or_its_label(kind: Kind, field: str, info: FieldInfo):
    assert found(kind, info)[field].source == info.name


@pytest.mark.parametrize(
    "info",
    [
        FieldInfo("Potential__c", "Potential", "string"),
        FieldInfo("Potential_Duplicates__c", "Potential duplicates", "double"),
        FieldInfo("Playmaker_Potential_Revenue__c", "Potential", "currency"),
        FieldInfo("Strategic__c", "Strategic", "picklist"),
    ],
    ids=lambda info: info.name,
)
def test_another_type_another_name_or_a_field_of_ours_is_not_proposed(info: FieldInfo):
    assert found(Kind.ACCOUNT, info) == {}


def test_what_the_shipped_mapping_reads_already_is_left_to_it():
    assert (
        found(Kind.PRODUCT, FieldInfo("Family", "Family", "picklist"), FieldInfo("Gamme__c", "Gamme", "string")) == {}
    )


def test_a_field_for_roles_alone_goes_before_the_shipped_one_for_several_things():
    fields = (FieldInfo("hs_buying_role", "Buying Role", "enumeration"), FieldInfo("deal_role", "Deal role", "string"))
    assert found(Kind.CONTACT, *fields, crm="hubspot")["role"].source == "deal_role"


def test_words_that_no_table_knows_and_rivals_are_named():
    options = {"Champion": "Champion", "Frenemy": "Frenemy"}
    one, other = FieldInfo("Stance__c", "Stance", "picklist", options=options), FieldInfo("x", "Attitude", "picklist")
    proposal = found(Kind.CONTACT, other, one)["stance"]
    assert (proposal.source, proposal.unknown, proposal.others) == ("Stance__c", ("Frenemy",), ("x",))
