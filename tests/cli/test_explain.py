"""A rep who doubts a figure learns in one command what it is made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.base import Kind
from adapters.memory.organisation import MemoryOrganisation, find_organisation
from connector.cli.app import app
from connector.kpis.catalogue import definitions

STAGES = {
    "open": {"code": "open", "label": "Open", "position": 1, "probability": "0.5", "closed": False, "won": False},
    "won": {"code": "won", "label": "Won", "position": 2, "probability": "1", "closed": True, "won": True},
    "lost": {"code": "lost", "label": "Lost", "position": 3, "probability": "0", "closed": True, "won": False},
}


def fill(organisation: MemoryOrganisation) -> None:
    for code, stage in STAGES.items():
        organisation.put(Kind.STAGE, code, stage)
    organisation.put(Kind.ACCOUNT, "a", {"name": "Acme"})
    for twin in ("t", "u"):
        organisation.put(Kind.ACCOUNT, twin, {"name": "Twin"})
    organisation.put(Kind.ACCOUNT, "v", {"name": "Twin Two"})
    deal = {"account": "a", "created_at": "2026-01-01T00:00:00Z", "currency": "EUR", "amount": "100"}
    for id_, stage, close in (("w", "won", "2026-06-01"), ("l", "lost", "2026-06-02"), ("o", "open", "2026-12-01")):
        organisation.put(Kind.DEAL, id_, deal | {"name": f"Deal {id_}", "stage": stage, "close_date": close})
    organisation.put(Kind.DEAL, "old", deal | {"name": "Old", "stage": "won", "close_date": "2020-01-01"})
    organisation.put(Kind.CONTACT, "p", {"account": "a", "role": "economic", "influence": 5, "stance": "champion"})
    organisation.put(Kind.CONTACT, "q", {"account": "a", "role": "other"})


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    organisation = find_organisation("explained")
    fill(organisation)
    return write_config(tmp_path_factory.mktemp("explain") / "config.yaml", "explained")


def write_config(file: Path, name: str) -> Path:
    """The configuration of a company whose CRM has been pulled once."""
    connection = {"name": name, "crm": "memory", "auth": {"access_token": find_organisation(name).token}}
    file.touch(mode=0o600)  # the token stands in it
    file.write_text(json.dumps({"database": "sqlite:///x.db", "currency": "EUR", "connections": [connection]}))
    run = CliRunner().invoke(app, ["sync", "--no-push", "--config", str(file)])
    assert run.exit_code == 0, run.output
    return file


def explain(config: Path, *arguments: str) -> dict[str, Any]:
    run = CliRunner().invoke(app, ["explain", *arguments, "--config", str(config), "--as-of", "2026-11-24", "--json"])
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout)


def test_a_win_rate_names_the_deals_counted_and_those_left_out_with_the_reason(config: Path):
    told = explain(config, "Acme", "win_rate")
    assert (told["value"], told["numerator"], told["denominator"], told["status"]) == (0.5, 1, 2, "low_sample")
    assert {(one["id"], one["name"]) for one in told["counted"]} == {("w", "Deal w"), ("l", "Deal l")}
    assert {one["id"]: one["why"] for one in told["left_out"]} == {
        "o": "open",
        "old": "closed on 2020-01-01, not in the window",
    }
    assert told["missing"] == ["few records stand behind it"]
    assert told["inputs"]["deal.close_date"] is True
    assert "Deals won divided by deals won or lost" in told["formula"][0]


def test_coverage_says_of_each_person_what_is_known_and_why_others_do_not_count(config: Path):
    told = explain(config, "a", "stakeholder_coverage")
    assert [(one["id"], one["figures"]["mapped"]) for one in told["counted"]] == [("p", True)]
    assert [(one["id"], one["why"]) for one in told["left_out"]] == [("q", "role other decides nothing")]


@pytest.mark.parametrize(
    "key",
    ["revenue", "weighted_pipeline", "sales_cycle_days", "deal_velocity", "product_penetration"],
)
def test_the_great_figures_tell_what_they_are_made_of(config: Path, key: str):
    told = explain(config, "a", key)
    assert told["counted"] or told["figures"] or told["status"] == "not_configured"


@pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.key)
def test_every_figure_can_be_explained(config: Path, definition: Any):
    key = f"{definition.key}[open]" if definition.per_stage else definition.key
    deal = ["--deal", "o"] if definition.kind is Kind.DEAL else []
    told = explain(config, "a", key, *deal)
    assert told["formula"][0]
    assert told["value"] is not None or told["missing"]


def test_a_figure_that_changed_after_the_last_run_is_not_said_to_be_unchanged(config: Path):
    assert explain(config, "Twin Two", "actions_overdue")["unchanged_since"]
    late = ["plan", "add-action", "v", "Call", "--due", "2026-01-31", "--config", str(config)]
    assert CliRunner().invoke(app, late).exit_code == 0
    told = explain(config, "v", "actions_overdue")
    assert (told["value"], told["unchanged_since"]) == (1, None)


def test_people_read_it_too(config: Path):
    run = CliRunner().invoke(app, ["explain", "Acme", "win_rate", "--config", str(config)])
    assert run.exit_code == 0
    assert "Left out" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Twin", "win_rate"], "t, u"),
        (["Nobody", "win_rate"], "no account"),
        (["a", "win_rat"], "win_rate"),
        (["a", "deal_threads"], "--deal"),
        (["a", "deal_threads", "--deal", "zz"], "no deal zz"),
        (["a", "win_rate", "--deal", "o"], "leave --deal out"),
        (["a", "stage_conversion[zz]"], "stage_conversion[open]"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_what_to_do(config: Path, arguments: list[str], said: str):
    run = CliRunner().invoke(app, ["explain", *arguments, "--config", str(config)])
    assert run.exit_code != 0
    assert said in str(run.exception)


def test_figures_are_asked_for_by_the_name_of_an_account_and_what_begins_so_is_named(config: Path):
    def kpis(account: str) -> Any:
        run = CliRunner().invoke(app, ["kpis", "--account", account, "--config", str(config), "--json"])
        return [line["account"] for line in json.loads(run.stdout)] if run.exit_code == 0 else str(run.exception)

    assert kpis("twin two") == kpis("v") == ["v"]
    assert "one of t, u" in kpis("Twin")
    assert 'did you mean "Twin" or "Twin Two"?' in kpis("Twi")


def test_somebody_whom_only_the_plan_knows_is_called_by_name(config: Path):
    placeholder = ["plan", "set", "v", "--person", "Head of IT", "--placeholder", "role=technical"]
    assert CliRunner().invoke(app, [*placeholder, "--config", str(config)]).exit_code == 0
    told = explain(config, "v", "stakeholder_coverage")
    assert [one["name"] for one in told["counted"] + told["left_out"]] == ["Head of IT"]


def test_an_answer_of_a_day_to_come_is_not_taken(config: Path):
    answer = ["plan", "add", "v", "answer", "survey=nps", "score=9", "answered_on=2999-01-31", "--config", str(config)]
    assert "answered_on: 2999-01-31 has not come yet" in str(CliRunner().invoke(app, answer).exception)


def test_a_deal_is_called_stalled_by_the_same_norms_as_among_all_deals(tmp_path: Path):
    organisation = find_organisation("experienced")
    fill(organisation)
    for number in range(1, 21):
        add_way(organisation, f"won{number:02}", "won", {1: "open", 1 + number: "won"})
    add_way(organisation, "stands", "open", {1: "open"})
    file = write_config(tmp_path / "config.yaml", "experienced")
    page = CliRunner().invoke(app, ["kpis", "--account", "Acme", "--config", str(file), "--json"])
    assert page.exit_code == 0, page.exception
    deals = {deal["deal"]: deal["kpis"] for deal in json.loads(page.stdout)[0]["deals"]}
    told = explain(file, "Acme", "deal_stalled_since", "--deal", "stands")
    assert told["value"] == deals["stands"]["deal_stalled_since"]["value"] == "2026-01-01"


def add_way(organisation: MemoryOrganisation, id_: str, stage: str, way: dict[int, str]) -> None:
    """A deal that came into these stages on these days of January."""
    deal = {"account": "a", "stage": stage, "name": id_, "created_at": "2026-01-01T00:00:00Z"}
    organisation.put(Kind.DEAL, id_, deal)
    for day, code in way.items():
        moment = f"2026-01-{day:02}T00:00:00Z"
        organisation.put(Kind.DEAL_HISTORY, f"{id_}@{day}", {"deal": id_, "at": moment, "stage": code})
