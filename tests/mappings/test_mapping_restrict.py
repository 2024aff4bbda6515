from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from adapters.base import FieldInfo, Kind, Record
from adapters.errors import SchemaError
from mappings.mapping import MissingField, load_mapping


def schema(**types):
    return {name: FieldInfo(name, name, crm_type) for name, crm_type in types.items()}


def mapping(override=None, crm="hubspot"):
    return load_mapping(crm, override, ZoneInfo("UTC"))


def test_a_shipped_default_that_the_crm_lacks_is_dropped_and_named():
    ours = mapping()
    available = schema(name="string", family="string", hs_cost_of_goods_sold="number")
    assert ours.restrict(Kind.PRODUCT, available) == [MissingField(Kind.PRODUCT, "active", "hs_status")]
    assert ours.fields(Kind.PRODUCT) == ["hs_cost_of_goods_sold", "name"]
    assert not ours.mapped(Kind.PRODUCT, "active")
    assert ours.restrict(Kind.PRODUCT, available) == []


def test_what_was_dropped_is_told_in_a_line():
    (dropped,) = mapping().restrict(Kind.PRODUCT, schema(name="string", hs_cost_of_goods_sold="number"))
    assert str(dropped) == "product active: CRM field hs_status does not exist: left unmapped"


def test_a_kind_that_the_organisation_lacks_loses_its_defaults():
    ours = mapping(crm="salesforce")
    assert len(ours.restrict(Kind.ACCOUNT_CONTACT, {})) == 5
    assert ours.fields(Kind.ACCOUNT_CONTACT) == []


def test_an_own_rule_for_a_field_that_is_not_there_is_an_error_with_the_nearest_name():
    ours = mapping({"contact": {"influence": "influence_levl"}})
    with pytest.raises(SchemaError) as error:
        ours.restrict(Kind.CONTACT, schema(influence_level="enumeration", email="string"))
    assert error.value.message.startswith("mapping.contact.influence: the CRM has no field influence_levl on contact")
    assert "did you mean influence_level?" in error.value.message


def test_all_errors_of_a_kind_are_told_together():
    ours = mapping({"contact": {"influence": "levl", "departed": "left"}})
    with pytest.raises(SchemaError, match=r"mapping.contact.influence: .*; mapping.contact.departed: "):
        ours.restrict(Kind.CONTACT, schema(level="string"))


def test_salesforce_names_are_told_in_the_case_that_records_have():
    ours = mapping({"contact": {"influence": "influence_level__c"}}, crm="salesforce")
    with pytest.raises(SchemaError, match=r"did you mean Influence_Level__c\?"):
        ours.restrict(Kind.CONTACT, schema(Influence_Level__c="picklist"))


@pytest.mark.parametrize(
    ("kind", "field", "crm_type"),
    [
        (Kind.DEAL, "amount", wrong)
        for wrong in ["string", "textarea", "enumeration", "picklist", "bool", "boolean", "date", "datetime"]
    ]
    + [
        (Kind.DEAL, "close_date", "string"),
        (Kind.DEAL, "close_date", "number"),
        (Kind.DEAL, "created_at", "boolean"),
        (Kind.DEAL, "probability", "picklist"),
        (Kind.CONTACT, "stance", "boolean"),
        (Kind.CONTACT, "role", "date"),
        (Kind.CONTACT, "influence", "datetime"),
        (Kind.CONTACT, "departed", "date"),
        (Kind.ACCOUNT, "owner", "bool"),
        (Kind.ACCOUNT, "country", "address"),
    ],
)
def test_an_own_rule_to_a_plainly_wrong_type_is_an_error(kind, field, crm_type):
    ours = mapping({kind.value: {field: "theirs"}})
    with pytest.raises(SchemaError, match=f"mapping.{kind}.{field}: CRM field theirs is of type {crm_type}"):
        ours.restrict(kind, schema(theirs=crm_type))


@pytest.mark.parametrize(
    ("kind", "field", "crm_type"),
    [
        (Kind.DEAL, "amount", "number"),
        (Kind.DEAL, "amount", "currency"),
        (Kind.DEAL, "amount", "a type of another CRM"),
        (Kind.DEAL, "close_date", "datetime"),
        (Kind.DEAL, "name", "picklist"),
        (Kind.CONTACT, "stance", "enumeration"),
        (Kind.CONTACT, "stance", "string"),
        (Kind.CONTACT, "influence", "double"),
        (Kind.CONTACT, "departed", "boolean"),
        (Kind.CONTACT, "departed", "picklist"),
        (Kind.ACCOUNT, "owner", "reference"),
        (Kind.ACCOUNT, "owner", "enumeration"),
    ],
)
def test_an_own_rule_to_a_type_that_can_hold_it_is_accepted(kind, field, crm_type):
    ours = mapping({kind.value: {field: "theirs"}})
    ours.restrict(kind, schema(theirs=crm_type))
    assert ours.source_field(kind, field) == "theirs"


def test_a_table_of_values_makes_a_picklist_readable_as_a_number():
    ours = mapping({"account": {"annual_revenue": {"field": "tier", "values": {"A": 1000000}}}})
    ours.restrict(Kind.ACCOUNT, schema(tier="enumeration"))
    assert ours.apply(Record(Kind.ACCOUNT, "1", None, {"tier": "A"})).values["annual_revenue"] == 1_000_000


def test_the_type_of_a_shipped_default_is_not_judged():
    ours = mapping()
    ours.restrict(Kind.DEAL, schema(amount="string"))
    assert ours.mapped(Kind.DEAL, "amount")


def test_a_field_that_vanished_is_told_and_left_out_of_the_values():
    ours = mapping({"contact": {"influence": "level"}})
    missing = ours.restrict(Kind.CONTACT, schema(email="string"), known={"level", "email"})
    assert MissingField(Kind.CONTACT, "influence", "level", vanished=True) in missing
    assert ours.restrict(Kind.CONTACT, schema(email="string")) == []
    values = ours.apply(Record(Kind.CONTACT, "1", None, {"email": "a@b.example"})).values
    assert "influence" not in values
    assert values["email"] == "a@b.example"
    assert values["role"] is None


def test_a_field_that_vanished_counts_as_mapped_for_its_values_stay():
    ours = mapping({"contact": {"influence": "level"}})
    ours.restrict(Kind.CONTACT, schema(email="string"), known={"level"})
    assert ours.mapped(Kind.CONTACT, "influence")
    assert ours.source_field(Kind.CONTACT, "influence") is None
    assert "level" not in ours.fields(Kind.CONTACT)
