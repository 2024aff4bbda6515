"""People fill a plan at the command line, and read it back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from admin import Admin
from planner import planner

TODAY = datetime.now(UTC).date()


@pytest.fixture
def anna(tmp_path: Path) -> Admin:
    return planner(tmp_path)


def stakeholders(anna: Admin) -> dict[str, dict]:
    return {one["person"]: one for one in anna.good("plan", "show", "Acme", "--json").json["stakeholders"]}


def test_a_plan_is_begun_and_shown(anna: Admin):
    told = anna.good("plan", "set", "acme", "objective=Open the Spanish market", "alignment=4", "--json").json
    assert told["author"] == "anna"
    assert {one["field"]: one["new"] for one in told["changes"]} == {
        "objective": "Open the Spanish market",
        "alignment": 4,
        "started_on": str(TODAY),
    }
    shown = anna.good("plan", "show", "a", "--connection", "emea")
    assert "Open the Spanish market" in shown.out
    assert "3 more contacts" not in shown.err
    assert anna.good("plan", "list", "--json").json[0]["touched"] == str(TODAY)


def test_setting_the_same_again_changes_nothing(anna: Admin):
    anna.good("plan", "set", "Acme", "tier=A")
    again = anna.good("plan", "set", "Acme", "tier=A")
    assert "nothing changed" in again.err


def test_a_value_is_taken_back_with_nothing_after_the_sign(anna: Admin):
    anna.good("plan", "set", "Acme", "tier=A")
    told = anna.good("plan", "set", "Acme", "tier=", "--json").json
    assert [(one["field"], one["old"], one["new"]) for one in told["changes"]] == [("tier", "A", None)]


def test_a_person_is_judged_with_the_evidence(anna: Admin):
    anna.good("plan", "set", "Acme", "--person", "zoe@acme.test", "role=user", "stance=champion", "influence=4")
    anna.good("plan", "set", "Acme", "--person", "7", "stance=champion", "--evidence", "confirmed")
    zoe = stakeholders(anna)["7"]
    assert (zoe["role"], zoe["stance"], zoe["influence"]) == ("user", "champion", 4)
    assert (zoe["judged"]["stance"]["evidence"], zoe["judged"]["role"]["evidence"]) == ("confirmed", "assumed")
    assert zoe["judged"]["stance"]["author"] == "anna"


def test_opinions_about_people_are_typed_with_a_warning(anna: Admin):
    warned = anna.good("plan", "set", "Acme", "--person", "7", "personal_stakes=A promotion")
    quiet = anna.good("plan", "set", "Acme", "--person", "7", "stance=neutral")
    assert len(warned.err.strip().splitlines()) == 1
    assert "opinion" in warned.err
    assert quiet.err == ""


@pytest.mark.parametrize(
    "words",
    [
        ["set", "Acme", "positioning=Zoé is our way in"],
        ["add", "Acme", "risk", "Zoé may leave"],
        ["add", "Acme", "cell", "line=Radar", "blocked=Zoé says no"],
        ["add-action", "Acme", "Win Zoé over"],
        ["review", "hold", "Acme", "light", "--attended", "anna", "--decisions", "Speak with Zoé"],
    ],
    ids=" ".join,
)
def test_whoever_writes_free_text_is_told_who_may_read_it(anna: Admin, words: list[str]):
    assert "may ask to read it" in anna.good("plan", *words).err


def test_whoever_imports_free_text_is_told_too(anna: Admin):
    file = anna.folder / "in.csv"
    file.write_text("account,text\na,Zoé may leave us\n")
    assert "may ask to read it" in anna.good("import", "risks", str(file), "--connection", "emea").err
    assert "may ask to read it" not in anna.good("import", "risks", str(file), "--connection", "emea").err


def test_a_placeholder_stands_for_somebody_not_yet_named(anna: Admin):
    told = anna.good("plan", "set", "Acme", "--person", "Head of IT", "--placeholder", "role=technical")
    again = anna.good("plan", "set", "Acme", "--person", "head of it", "influence=5", "--json").json
    (change,) = again["changes"]
    assert change["id"] in told.out
    assert "placeholder" in anna.good("plan", "show", "Acme").out


def test_a_circle_in_the_org_chart_is_refused_and_nothing_is_written(anna: Admin):
    anna.good("plan", "set", "Acme", "--person", "7", "reports_to=8")
    refused = anna.run("plan", "set", "Acme", "--person", "8", "reports_to=7", "role=user")
    assert refused.code == 2
    assert "circle" in refused.err
    assert stakeholders(anna)["8"]["role"] == "economic"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["set", "Acmee", "tier=A"], 'did you mean "Acme"'),
        (["set", "Borealis", "tier=A"], "emea (b), us (b)"),
        (["set", "Acme", "--person", "Ben Smith", "stance=champion"], "one of 8, 9"),
        (["set", "Acme", "--person", "7", "stanse=champion"], 'did you mean "stance"'),
        (["set", "Acme", "--person", "7", "stance=friend"], "stance"),
        (["set", "Acme", "tier"], "FIELD=VALUE"),
        (["set", "Acme"], "nothing to set"),
        (["set", "Acme", "removed=true"], "plan remove"),
        (["set", "Acme", "--placeholder", "tier=A"], "go with --person"),
        (["done", "Acme", "Call"], "no action"),
        (["add", "Acme", "cell", "line=Radra"], 'did you mean "Radar"'),
        (["review", "hold", "Acme", "deadbeef"], "no review"),
        (["remove", "Acme", "person", "7"], "nobody here has said anything"),
        (["list", "--connection", "apac"], "apac"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(anna: Admin, arguments: list[str], reason: str):
    refused = anna.run("plan", *arguments)
    assert refused.code == 2
    assert reason in refused.err
    assert len(refused.err.strip().splitlines()) == 1


def test_an_action_goes_from_promise_to_done(anna: Admin):
    anna.good("plan", "add-action", "Acme", "Call Zoé", "--owner", "anna", "--due", "2030-01-31", "--person", "7")
    anna.good("plan", "set", "Acme", "--action", "call zoé", "due=2030-02-28")
    anna.good("plan", "done", "Acme", "Call Zoé")
    (action,) = anna.good("plan", "show", "Acme", "--json").json["actions"]
    assert (action["first_due"], action["due"]) == ("2030-01-31", "2030-02-28")
    assert (action["status"], action["done_on"], action["stakeholder_name"]) == ("done", str(TODAY), "Zoé Martin")


@pytest.mark.parametrize(
    ("what", "values", "shelf"),
    [
        ("objective", ["Grow in Spain", "owner=anna", "due=2030-01-31"], "objectives"),
        ("issue", ["Costs rise"], "objectives"),
        ("competitor", ["Rival", "where=Spain", "strength=4"], "competitors"),
        ("lever", ["Second plant", "owner=ben"], "levers"),
        ("risk", ["Merger", "due=2030-01-31"], "risks"),
        ("team", ["Anna", "role=account_manager"], "team"),
        ("line", ["source=7", "target=8", "strength=3"], "influence_lines"),
        ("cell", ["line=Radar", "potential=1000", "play=Pilot"], "cells"),
        ("deal-role", ["deal=Radar fleet", "stakeholder=7", "role=coach"], "deal_parts"),
        ("answer", ["person=7", "survey=nps", "score=9", "answered_on=2026-01-31"], "answers"),
    ],
)
def test_each_part_is_added_shown_and_taken_out(anna: Admin, what: str, values: list[str], shelf: str):
    anna.good("plan", "add", "Acme", what, *values)
    (part,) = anna.good("plan", "show", "Acme", "--json").json[shelf]
    assert part["id"] in anna.good("plan", "show", "Acme").out
    anna.good("plan", "remove", "Acme", what, part["id"][:6])
    assert anna.good("plan", "show", "Acme", "--json").json[shelf] == []


def test_the_history_tells_who_changed_what(anna: Admin):
    anna.good("plan", "set", "Acme", "--person", "7", "stance=neutral")
    anna.good("plan", "set", "Acme", "--person", "7", "stance=opponent", "--author", "ben")
    lines = anna.good("plan", "history", "Acme", "--part", "7", "--json").json
    assert [(one["author"], one["field"], one["old"], one["new"]) for one in lines] == [
        ("anna", "stance", None, "neutral"),
        ("ben", "stance", "neutral", "opponent"),
    ]
    anna.good("plan", "add", "Acme", "competitor", "Rival")
    anna.good("plan", "remove", "Acme", "competitor", "Rival")
    printed = anna.good("plan", "history", "Acme").out
    assert all(word in printed for word in ("opponent", "Zoé Martin", "Rival"))


def test_where_the_crm_differs_it_is_listed(anna: Admin):
    anna.good("plan", "set", "Acme", "--person", "8", "role=user")
    (conflict,) = anna.good("plan", "conflicts", "--json").json
    assert (conflict["name"], conflict["local"], conflict["crm"], conflict["holds"]) == (
        "Ben Smith",
        "user",
        "economic",
        "user",
    )


def test_a_review_is_planned_prepared_and_held(anna: Admin):
    anna.good("plan", "review", "add", "Acme", "deep", "--due", "2030-01-31")
    held = anna.good("plan", "review", "hold", "Acme", "deep", "--attended", "anna", "--decisions", "Go on")
    assert str(TODAY) in held.out
    anna.good("plan", "set", "Acme", "--person", "7", "stance=champion")
    anna.good("plan", "add-action", "Acme", "Call Zoé", "--due", "2026-01-31")
    agenda = anna.good("plan", "review", "agenda", "Acme", "light", "--json").json
    points = {section["title"]: section["points"] for section in agenda["sections"]}
    assert agenda["since"] == str(TODAY)
    assert points["Decided last time"] == ["Go on"]
    assert points["Actions overdue"] == ["Call Zoé (nobody yet, due January 31, 2026)"]
    assert points["People: what changed"] == ["Zoé Martin: stance unknown → champion (anna)"]
    assert "actions overdue" in points["Checklist"]
    assert "Zoé Martin" in anna.good("plan", "review", "agenda", "Acme").out


def test_a_review_that_nobody_planned_can_be_held(anna: Admin):
    held = anna.good("plan", "review", "hold", "Acme", "light", "--on", "2026-01-31")
    assert "--attended" in held.err
    (review,) = anna.good("plan", "show", "Acme", "--json").json["reviews"]
    assert (review["kind"], review["held_on"], review["required"]) == ("light", "2026-01-31", "account_manager")


def test_in_french_the_title_of_an_action_is_no_job_title(anna: Admin):
    config = anna.folder / "config.yaml"
    config.write_text(f"language: fr\n{config.read_text()}")
    told = anna.good("plan", "add-action", "Acme", "Appeler", "--owner", "anna").out
    assert "quoi faire" in told
    assert "fonction" not in told


def test_the_list_counts_the_people_that_the_plan_shows_and_the_plan_says_on_what_evidence(anna: Admin):
    anna.good("plan", "set", "Acme", "--person", "7", "stance=champion", "--evidence", "confirmed")
    assert anna.good("plan", "list", "--json").json[0]["people"] == 2
    shown = anna.good("plan", "show", "Acme").out
    assert all(name in shown for name in ("Zoé Martin", "Ben Smith", "anna (confirmed)"))


def test_who_names_no_review_is_told_the_kinds_that_there_are(anna: Admin):
    anna.good("plan", "review", "hold", "Acme", "light")
    assert "deep, executive, light" in anna.run("plan", "review", "hold", "Acme", "weekly").err


def test_where_there_is_nothing_to_show_no_empty_table_is(anna: Admin):
    for words in (("plan", "list"), ("plan", "conflicts"), ("errors",)):
        assert anna.good(*words).out == ""
