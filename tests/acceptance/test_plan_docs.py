"""The page about plans tells the truth: each command is on it, and each that is on it runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from admin import Admin
from planner import planner
from typer.main import get_command

from connector.cli.plan import app

PAGE = (Path(__file__).parents[2] / "docs" / "plans.md").read_text()


def commands() -> list[list[str]]:
    lines = re.findall(r"^\$ playmaker (.+?)(?:  +#.*)?$", PAGE, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def prepared(folder: Path) -> Admin:
    """Acme, with the names that the page uses."""
    anna = planner(folder)
    anna.good("plan", "set", "Acme", "--person", "Head of Sales", "--placeholder")
    return anna


def test_each_plan_command_is_on_the_page():
    told = {words[1] for words in commands() if words[0] == "plan"}
    told |= {word for word in ("history", "conflicts") if f"playmaker plan {word}" in PAGE}
    assert set(get_command(app).commands) == told  # type: ignore[attr-defined]


def test_each_command_of_the_page_runs(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    anna = prepared(tmp_path)
    names = {
        "zoe@acme.example": "zoe@acme.test",
        "Zoe Martin": "zoe@acme.test",
        "Ben Smith": "8",
        "Acme Iberia": "Acme",
    }
    for words in commands():
        swapped = [re.sub("|".join(names), lambda found: names[found[0]], word) for word in words]
        outcome = anna.run(*swapped)
        assert outcome.code == 0, f"{' '.join(swapped)}: {outcome.err}"
