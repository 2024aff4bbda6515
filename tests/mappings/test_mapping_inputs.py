"""The fields in which reps fill account plans, beside the rest of the mapping."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from adapters.base import FieldInfo, Kind, Record
from mappings.mapping import load_mapping
from mappings.overlay import list_mappings
from mappings.vocabulary import Role, Stance

NAMES = {"hubspot": "playmaker_role", "salesforce": "Playmaker_Role__c", "memory": "playmaker_role"}


def described(*names, type_="enumeration"):
    return {name: FieldInfo(name, name, type_) for name in names}


def hubspot(override=None, *names, known=(), type_="enumeration"):
    mapping = load_mapping("hubspot", override, ZoneInfo("UTC"))
    missing = mapping.restrict(Kind.CONTACT, described("hs_buying_role", *names, type_=type_), known)
    return mapping, [one for one in missing if one.field == "role"]


def read(mapping, **fields):
    return mapping.apply(Record(Kind.CONTACT, "1", None, fields)).values


@pytest.mark.parametrize("crm", list_mappings())
def test_every_crm_names_the_same_inputs(crm):
    mapping = load_mapping(crm, None, ZoneInfo("UTC"))
    offered = {kind: list(mapping.inputs(kind)) for kind in Kind if mapping.inputs(kind)}
    assert offered == {
        Kind.ACCOUNT: ["potential_revenue", "alignment", "objective"],
        Kind.CONTACT: ["role", "influence", "stance"],
    }
    assert mapping.inputs(Kind.CONTACT)["role"] == NAMES[crm]


def test_an_input_that_is_there_goes_before_the_shipped_field_wherever_it_is_filled_in():
    mapping, _ = hubspot(None, "playmaker_role")
    assert "playmaker_role" in mapping.fields(Kind.CONTACT)
    assert read(mapping, hs_buying_role="END_USER", playmaker_role="economic")["role"] is Role.ECONOMIC
    assert read(mapping, hs_buying_role="END_USER", playmaker_role="")["role"] is Role.USER
    assert read(mapping, hs_buying_role="BLOCKER", playmaker_stance="champion")["stance"] is Stance.OPPONENT


def test_an_input_that_nobody_made_is_neither_asked_for_nor_missed():
    mapping, missing = hubspot()
    assert "playmaker_role" not in mapping.fields(Kind.CONTACT)
    assert missing == []


def test_an_admins_own_rule_goes_before_the_input():
    for override in ({"contact": {"role": "hs_buying_role"}}, {"contact": {"role": None}}):
        mapping, _ = hubspot(override, "playmaker_role")
        assert "role" not in mapping.inputs(Kind.CONTACT)
        assert "playmaker_role" not in mapping.fields(Kind.CONTACT)


def test_a_new_input_lets_the_records_be_read_again():
    assert hubspot()[0].wording(Kind.CONTACT) != hubspot(None, "playmaker_role")[0].wording(Kind.CONTACT)


def test_an_input_that_vanished_is_told_of_and_keeps_its_values():
    mapping, (missing,) = hubspot(None, known={"playmaker_role"})
    assert missing.vanished
    assert "role" not in read(mapping, lastname="Martin")
    assert mapping.mapped(Kind.CONTACT, "role")


def test_an_input_of_a_type_that_holds_no_such_value_is_left_and_told_of():
    mapping, (missing,) = hubspot(None, "playmaker_role", type_="number")
    assert "is of type number" in str(missing)
    assert "playmaker_role" not in mapping.fields(Kind.CONTACT)


def test_what_was_mapped_is_known_without_asking_the_crm():
    mapping = load_mapping("salesforce", None, ZoneInfo("UTC"))
    assert not mapping.was_mapped(Kind.CONTACT, "role", {"LastName"})
    assert mapping.was_mapped(Kind.CONTACT, "role", {"Playmaker_Role__c"})


def test_strategic_alignment_is_one_to_five():
    mapping = load_mapping("hubspot", {"account": {"alignment": "fit"}}, ZoneInfo("UTC"))

    def alignment(raw):
        return mapping.apply(Record(Kind.ACCOUNT, "1", None, {"fit": raw})).values["alignment"]

    assert [alignment(raw) for raw in ("4", "high", "7", "")] == [4, 4, None, None]
