from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.converters import UnusableValueError
from mappings.vocabulary import Role, Stance
from mappings.words import default_tables, normalise, read_words

ROLES = {
    Role.ECONOMIC: ["BUDGET_HOLDER", "DECISION_MAKER", "EXECUTIVE_SPONSOR", "Economic Buyer", "Economic Decision Maker",
                    "Decision Maker", "Executive Sponsor"],
    Role.TECHNICAL: ["LEGAL_AND_COMPLIANCE", "Technical Buyer", "Technical Evaluator", "Evaluator"],
    Role.USER: ["END_USER", "Business User", "User Buyer", "End User"],
    Role.COACH: ["Coach"],
    Role.OTHER: ["INFLUENCER", "OTHER", "Influencer", "Other"],
}  # fmt: skip
STANCES = {
    Stance.CHAMPION: ["CHAMPION", "Champion", "promoter", "supporter", "mentor"],
    Stance.OPPONENT: ["BLOCKER", "Blocker", "detractor", "enemy", "non-supporter"],
    Stance.NEUTRAL: ["neutral"],
}
INFLUENCES = {1: [1, "1"], 2: ["low", "faible", 2.0], 3: ["medium", "moyenne"], 4: ["high", "forte"], 5: ["5", 5.0]}


def read(value, converter, *elsewhere):
    return read_words(value, converter, default_tables()[converter], [default_tables()[name] for name in elsewhere])


@pytest.mark.parametrize(("converter", "meanings"), [("role", ROLES), ("stance", STANCES), ("influence", INFLUENCES)])
@pytest.mark.parametrize(
    "spell", [lambda word: word, lambda word: str(word).upper(), lambda word: f" {str(word).lower()} "]
)
def test_every_word_of_the_default_tables_is_known_whatever_its_case(converter, meanings, spell):
    for ours, words in meanings.items():
        for word in words:
            assert read(spell(word), converter).value == ours
            assert read(spell(word), converter).unknown == ()


@pytest.mark.parametrize("value", [["END_USER", "BUDGET_HOLDER"], "END_USER;BUDGET_HOLDER", "END_USER; BUDGET_HOLDER;"])
def test_several_roles_are_the_first_in_the_order_of_the_vocabulary(value):
    assert read(value, "role").value is Role.ECONOMIC


@pytest.mark.parametrize("roles", list(permutations(["Coach", "Evaluator", "End User"])))
def test_the_order_in_which_roles_are_given_makes_no_difference(roles):
    assert read(list(roles), "role").value is Role.TECHNICAL


def test_champion_and_blocker_are_stances_and_no_roles():
    said = read("CHAMPION;DECISION_MAKER", "role", "stance")
    assert (said.value, said.unknown) == (Role.ECONOMIC, ())
    assert read("CHAMPION", "role", "stance").value is None
    assert read("BLOCKER;END_USER", "stance", "role").value is Stance.OPPONENT


def test_a_champion_who_is_an_opponent_is_a_contradiction():
    with pytest.raises(UnusableValueError, match="champion and an opponent"):
        read("CHAMPION;BLOCKER", "stance")


def test_a_word_that_no_table_knows_is_unknown_and_handed_back():
    said = read("Gatekeeper;Coach", "role", "stance")
    assert (said.value, said.unknown) == (Role.COACH, ("Gatekeeper",))
    assert read("Gatekeeper", "role").value is None


@pytest.mark.parametrize("value", [6, 0, "very high", 2.5])
def test_an_influence_off_the_scale_is_unknown(value):
    said = read(value, "influence")
    assert said.value is None
    assert len(said.unknown) == 1


@pytest.mark.parametrize(("value", "left"), [("true", True), (False, False), ("Left company", True), ("Active", False)])
def test_departed_is_read_from_a_checkbox_or_a_word(value, left):
    assert read(value, "employment").value is left


def test_a_long_text_is_never_repeated_in_a_report():
    (reported,) = read("Jane told me in confidence that she would rather buy elsewhere", "stance").unknown
    assert reported == "(a text of 62 characters)"


def test_an_association_without_a_label_says_nothing():
    assert read([None, "", "Coach"], "role").value is Role.COACH
    assert read([], "role") == read([None], "role")


@given(st.text())
def test_comparing_words_ignores_only_case_and_separators(word):
    assert normalise(normalise(word)) == normalise(word)
