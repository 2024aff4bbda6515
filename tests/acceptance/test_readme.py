"""The README tells the truth: each command in it runs, and each page it names is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from admin import DAY, Admin

from sandbox.world.generator import generate

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ELSEWHERE = {"sandbox", "serve"}
"""Commands that stay until they are stopped; other tests start and stop them."""
CODES = {("check",): 2}
"""`check` comes before the KPI fields are there."""


def shell_lines(heading: str) -> list[str]:
    block = README.split(f"## {heading}")[1].split("```console")[1].split("```")[0]
    return [line.removeprefix("$ ").partition(" #")[0].strip() for line in block.splitlines() if line.startswith("$ ")]


def test_every_command_of_the_readme_runs(open_admin: Callable[..., Admin], monkeypatch: pytest.MonkeyPatch):
    lines = shell_lines("Try it on a simulated CRM of your own")
    admin = open_admin(generate(accounts=8, contacts=30, deals=30, as_of=DAY), "hubspot", limits=False)
    monkeypatch.chdir(admin.folder)  # where `backup` leaves its copy
    text = README.split("cat > config.yaml <<'END'\n")[1].split("END")[0]
    (admin.folder / "config.yaml").write_text(text.replace("http://127.0.0.1:8801", admin.urls["hubspot"]))
    admin.environ = {"HUBSPOT_TOKEN": re.search(r"HUBSPOT_TOKEN=(\S+)", "\n".join(lines))[1]}  # type: ignore[index]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("playmaker ")]
    assert len(commands) >= 8
    for command in commands:
        if command[0] not in ELSEWHERE:
            outcome = admin.run(*command)
            assert outcome.code == CODES.get(tuple(command), 0), f"{command}: {outcome.err}"


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_every_link_leads_to_a_page_that_is_there(page: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_command_of_the_program_is_in_the_readme_or_the_configuration_page(open_admin: Callable[..., Admin]):
    listed = open_admin(generate(2, 2, 2, as_of=DAY), "hubspot").run("--help").out
    commands = set(re.findall(r"^[│|\s]+(\w+)  ", listed, re.MULTILINE))
    told = README + (ROOT / "docs" / "configuration.md").read_text()
    assert {"sync", "fields", "check"} <= commands
    assert {command for command in commands if f"playmaker {command}" not in told} == set()
