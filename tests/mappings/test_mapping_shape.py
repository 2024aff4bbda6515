from __future__ import annotations

import pytest
import yaml

from adapters.base import Kind
from mappings.mapping import load_mapping
from mappings.shape import FieldRule, MappingError, parse_rules


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(MappingError) as error:
        load_mapping("hubspot", yaml.safe_load(text), None)
    return error.value.lines


def test_the_three_ways_to_write_a_rule():
    rules = parse_rules(
        yaml.safe_load("contact: {department: null, influence: level, stance: {field: s, values: {Ally: champion}}}")
    )
    assert rules == {
        Kind.CONTACT: {
            "department": None,
            "influence": FieldRule(field="level"),
            "stance": FieldRule(field="s", values={"Ally": "champion"}),
        }
    }


@pytest.mark.parametrize("nothing", [None, {}])
def test_no_override_is_a_mapping_too(nothing):
    assert parse_rules(nothing) == {}


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ("contcat: {role: x}", "mapping.contcat", "did you mean contact?"),
        ("contact: {influense: x}", "mapping.contact.influense", "did you mean influence?"),
        ("contact: {zzz: x}", "mapping.contact.zzz", "known are account, first_name"),
        ("deal: {amount: {field: x, convert: numbr}}", "mapping.deal.amount.convert", "did you mean number?"),
        ("deal: {name: {field: x, convert: number}}", "mapping.deal.name.convert", "known are text, reference, domain"),
        ("contact: {stance: {field: x, vaules: {a: b}}}", "mapping.contact.stance.vaules", "did you mean values?"),
        ("contact: {stance: {values: {a: champion}}}", "mapping.contact.stance.field", "name the CRM field"),
        ("contact: {stance: {field: ''}}", "mapping.contact.stance.field", "empty; name the CRM field"),
        ("contact: {stance: [a, b]}", "mapping.contact.stance", "write the name of a CRM field"),
        ("contact: {stance: 3}", "mapping.contact.stance", "write the name of a CRM field"),
        ("contact: {stance: {field: x, values: [a]}}", "mapping.contact.stance.values", "write a table"),
        ("contact: stance", "mapping.contact", "write a table"),
        ("[contact]", "mapping", "write a table"),
        ("contact: {stance: {field: x, values: {a: champoin}}}", "mapping.contact.stance.values.a", "is none of champ"),
        ("contact: {influence: {field: x, values: {a: 6}}}", "mapping.contact.influence.values.a", "6 is none of 1, 2"),
        ("user: {active: {field: x, values: {A: perhaps}}}", "mapping.user.active.values.A", "is neither true"),
        ("deal: {amount: {field: x, values: {A: [1]}}}", "mapping.deal.amount.values.A", "is not a number"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_its_mend(text, place, mend):
    (line,) = faults(text)
    assert line.startswith(f"{place}: ")
    assert mend in line


def test_all_faults_are_told_at_once():
    lines = faults("{contact: {influense: x, rolle: y}, deel: {amount: z}}")
    assert [line.partition(":")[0] for line in lines] == [
        "mapping.contact.influense",
        "mapping.contact.rolle",
        "mapping.deel",
    ]


def test_bare_yes_no_and_numbers_among_the_values_stand_for_what_the_crm_says():
    rules = parse_rules(yaml.safe_load("contact: {departed: {field: x, values: {Yes: true, no: false, 3: true}}}"))
    assert rules[Kind.CONTACT]["departed"].values == {
        "true": True,
        "yes": True,
        "on": True,
        "false": False,
        "no": False,
        "off": False,
        "3": True,
    }


def test_an_unknown_crm_names_the_known_ones():
    with pytest.raises(MappingError, match=r"crm hubspt: .* did you mean hubspot\?"):
        load_mapping("hubspt", None, None)
