"""A plan that nobody has filled says itself what is missing, and what may be true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from admin import Admin
from planner import planner

from connector.plans.titles import suppose_influence, suppose_role


@pytest.fixture
def anna(tmp_path: Path) -> Admin:
    return planner(tmp_path)


def suggested(anna: Admin) -> list[dict[str, Any]]:
    return anna.good("plan", "suggest", "Acme", "--json").json


def of(anna: Admin, field: str) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in suggested(anna) if one["field"] == field}


def test_roles_and_influence_are_suggested_by_job_title(anna: Admin):
    assert of(anna, "influence") == {"Zoé Martin": 4, "Ben Smith": 5}
    assert of(anna, "role") == {
        "Zoé Martin": "technical",
        "Ben Smith": "technical",
        "Somebody in the user role": "user",
        "Somebody in the coach role": "coach",
        "Somebody in the technical role": "technical",
    }
    assert all(one["suggestion"] is True for one in suggested(anna))


def test_a_champion_is_suggested_by_deals_won_together_and_the_evidence_is_named(anna: Admin):
    (champion,) = [one for one in suggested(anna) if one["field"] == "stance"]
    assert (champion["name"], champion["value"]) == ("Zoé Martin", "champion")
    assert champion["evidence"] == "2 deals won with this person (d2, d3)"


def test_a_suggestion_counts_only_once_it_is_accepted_and_then_as_assumed(anna: Admin):
    number = next(one["number"] for one in suggested(anna) if one["field"] == "stance")
    before = {one["person"]: one for one in anna.good("plan", "show", "Acme", "--json").json["stakeholders"]}
    anna.good("plan", "suggest", "Acme", "--accept", str(number))
    after = {one["person"]: one for one in anna.good("plan", "show", "Acme", "--json").json["stakeholders"]}
    assert (before["7"]["stance"], after["7"]["stance"]) == (None, "champion")
    assert after["7"]["judged"]["stance"]["evidence"] == "assumed"
    assert of(anna, "stance") == {}


def test_somebody_yet_to_be_found_becomes_a_placeholder(anna: Admin):
    number = next(one["number"] for one in suggested(anna) if one["value"] == "coach")
    anna.good("plan", "suggest", "Acme", "--accept", str(number))
    (placeholder,) = [
        one for one in anna.good("plan", "show", "Acme", "--json").json["stakeholders"] if one["placeholder"]
    ]
    assert (placeholder["role"], placeholder["name"]) == ("coach", "Somebody in the coach role")


def test_a_number_that_is_not_there_is_refused(anna: Admin):
    assert anna.run("plan", "suggest", "Acme", "--accept", "99").code == 2


def test_what_plans_lack_is_listed_worst_first(anna: Admin):
    anna.good("plan", "set", "Acme", "objective=Grow", "potential_revenue=1000")
    anna.good("plan", "add-action", "Acme", "Call")
    anna.good("plan", "set", "Borealis", "tier=A", "--connection", "emea")
    worst, better = anna.good("plan", "gaps", "--json").json
    assert (worst["name"], better["name"]) == ("Borealis", "Acme")
    assert worst["health"] < better["health"] < 100
    assert "no_objective" in {one["code"] for one in worst["findings"]}
    assert {"loose_actions", "no_stance"} <= {one["code"] for one in better["findings"]}


def test_of_one_account_it_says_what_to_fill_in(anna: Admin):
    anna.good("plan", "add-action", "Acme", "Call", "--owner", "anna")
    out = anna.good("plan", "gaps", "Acme").out
    for gap in (
        "what does the client want to reach?",
        "who has the coach role?",
        "Zoé Martin: unknown: role, influence, stance",
        "“Call” lacks: due",
    ):
        assert gap in out


def test_without_any_strategic_account_it_says_how_to_choose_them(anna: Admin):
    assert "portfolio" in anna.good("plan", "gaps").err


@pytest.mark.parametrize(
    ("title", "role", "influence"),
    [
        ("Chief Financial Officer", "economic", 5),
        ("Directeur général", "economic", 5),
        ("DSI", "technical", 4),
        ("Head of Procurement", "technical", 4),
        ("Responsable de production", "user", 3),
        ("Assistante de direction", None, None),
        ("Assistant to the CEO", None, None),
        ("Citation writer", None, None),
        (None, None, None),
    ],
)
def test_titles_in_english_and_french_suggest_what_people_decide(title: str, role: str, influence: int):
    assert (suppose_role(title), suppose_influence(title)) == (role, influence)
