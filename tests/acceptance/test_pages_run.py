"""The commands in the blocks of the pages run, page after page, in the order in which they stand there.

README and docs/plans.md have tests of their own; what installs a service or a container is looked at by test_deploy.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from admin import Admin

DOCS = Path(__file__).parents[2] / "docs"
LINE = re.compile(r"^(?:\$ |    )playmaker (.+?)(?: +#.*)?$", re.MULTILINE)
STAYING = {"sandbox"}
"""Stays until it is stopped; other tests start and stop it."""


def commands(page: str) -> list[list[str]]:
    lines = [shlex.split(line) for line in LINE.findall((DOCS / page).read_text(encoding="utf-8"))]
    return [words for words in lines if words[0] not in STAYING]


PAGES = sorted(page.name for page in DOCS.glob("*.md") if page.name != "plans.md" and commands(page.name))


@pytest.mark.parametrize("crm", ["hubspot"])
def test_every_command_in_a_block_runs(alone: Admin, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(alone.folder)  # where backups and recordings go
    alone.sync()
    names = {"NAME": "hubspot", "ID": alone.state("hubspot")["contacts"][0]["id"]}
    for page in PAGES:
        for words in commands(page):
            asked = [names.get(word, word) for word in words] + ["--yes"] * (words[0] == "erase")
            outcome = alone.run(*asked)
            assert outcome.code == 0, f"{page}: {' '.join(asked)}: {outcome.err}"


def test_the_pages_with_commands_are_found():
    assert {"audit.md", "debugging.md", "privacy.md", "troubleshooting.md"} <= set(PAGES)
